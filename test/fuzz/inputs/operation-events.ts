/** The event of each operation as it is documented, for `events.ts` to spoil. */
import * as fc from 'fast-check';
import type { FUNCTION_OF_OPERATION, OperationName } from '../../../lib/contract.ts';
import type { EventShape, Member } from './events.ts';

export type OperationFunction = (typeof FUNCTION_OF_OPERATION)[OperationName];

const text = (...texts: readonly string[]): Member => ({
  takes: 'text',
  as: fc.constantFrom(...texts),
});
const number = (min: number, max: number): Member => ({
  takes: 'number',
  as: fc.integer({ min, max }),
});
const flag: Member = { takes: 'flag', as: fc.boolean() };

const id = text('00112233445566778899aabbccddeeff', 'ffeeddccbbaa99887766554433221100');
const cursor = text('dG9rZW4jMDAxMTIyMzM0NDU1NjY3Nzg4OTlhYWJiY2NkZGVlZmY');
const token = {
  userName: text('ann@example.com', "Zoë O'Brien"),
  clientId: text('1000.CLIENT', '1000.BYSTANDER'),
  clientSecret: text('a-client-secret'),
  grantToken: text('a-grant-token'),
  refreshToken: text('a-refresh-token'),
  accessToken: text('an-access-token'),
  redirectUrl: text('https://app.example/callback?env=prod&q=?'),
  apiDomain: text('https://www.zohoapis.eu'),
  provider: text('zoho', 'generic'),
  expiresAt: number(0, 4_102_444_800_000),
};
const inToken = (members: unknown) => ({ token: members });
const itself = (members: unknown) => members;

export const SHAPES: Readonly<Record<OperationFunction, EventShape>> = {
  'find-token': {
    members: { id, ...token },
    usually: ['userName'],
    event: inToken,
  },
  'find-token-by-id': { members: { id }, usually: ['id'], event: itself },
  'save-token': {
    members: token,
    usually: ['userName', 'accessToken'],
    event: inToken,
  },
  'delete-token': { members: { id, revoke: flag }, usually: ['id'], event: itself },
  'get-tokens': {
    members: { cursor, limit: number(1, 100), includeSecrets: flag },
    usually: [],
    event: itself,
  },
  'delete-tokens': { members: { requestId: text('a-request') }, usually: [], event: itself },
  'get-access-token': {
    members: {
      id,
      userName: token.userName,
      clientId: token.clientId,
      minValidSeconds: number(0, 2_700),
    },
    usually: ['userName'],
    event: itself,
  },
  'restore-tokens': {
    members: { id, lastLogout: flag, cursor },
    usually: ['id'],
    event: itself,
  },
};

/** The members that the contract knows, at whatever depth. */
export const KNOWN_MEMBERS: ReadonlySet<string> = new Set([
  'token',
  ...Object.values(SHAPES).flatMap(({ members }) => Object.keys(members)),
]);
