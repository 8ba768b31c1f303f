/** What a provider may answer to a refresh, the last one with all that it was asked with. */
import type { TokenJson } from '../../../../lib/contract.ts';
import type { Fault } from '../../../../local/zoho/zoho-faults.ts';

export const PROVIDER_REPLIES: Readonly<Record<string, (token: TokenJson) => Fault>> = {
  garbage: () => ({ kind: 'garbage' }),
  'client fault': () => ({ kind: 'reply', status: 200, body: { error: 'invalid_client' } }),
  'unknown error': () => ({ kind: 'reply', status: 200, body: { error: 'surprise' } }),
  'lost answer': () => ({ kind: 'lost-answer' }),
  echo: ({ refreshToken, clientSecret }) => ({
    kind: 'reply',
    status: 200,
    body: { error: refreshToken, error_description: clientSecret, message: refreshToken },
  }),
};
