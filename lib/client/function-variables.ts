/**
 * The environment variables that tell a client the name of each function. The stack's grants set
 * them on the functions they give permission to; `LatchkeyClient.fromEnvironment` reads them.
 */
import type { OperationName } from '../contract.ts';

/** The environment variable that holds the function's name or ARN, for each operation. */
export const FUNCTION_VARIABLE_OF_OPERATION = {
  findToken: 'LATCHKEY_FIND_TOKEN_FUNCTION',
  findTokenById: 'LATCHKEY_FIND_TOKEN_BY_ID_FUNCTION',
  saveToken: 'LATCHKEY_SAVE_TOKEN_FUNCTION',
  deleteToken: 'LATCHKEY_DELETE_TOKEN_FUNCTION',
  getTokens: 'LATCHKEY_GET_TOKENS_FUNCTION',
  deleteTokens: 'LATCHKEY_DELETE_TOKENS_FUNCTION',
  getAccessToken: 'LATCHKEY_GET_ACCESS_TOKEN_FUNCTION',
  restoreTokens: 'LATCHKEY_RESTORE_TOKENS_FUNCTION',
} as const satisfies Record<OperationName, string>;
