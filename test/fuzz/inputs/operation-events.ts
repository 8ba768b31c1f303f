/** The events of each operation as they are documented, for `events.ts` to spoil. */
import * as fc from 'fast-check';
import type { FUNCTION_OF_OPERATION, OperationName } from '../../../lib/contract.ts';
import { READER } from './corpus.ts';
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
const lastLogout: Member = { takes: 'flag', as: fc.constant(true) };
const minValidSeconds = number(0, 2_700);

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
/** Who may be there to be found, which a save must not change. */
const reader = text('ann@example.com', READER);
const inToken = (members: unknown) => ({ token: members });
const itself = (members: unknown) => members;

export const SHAPES: Readonly<Record<OperationFunction, readonly EventShape[]>> = {
  'find-token': [
    { members: { id, ...token, userName: reader }, usually: ['userName'], event: inToken },
  ],
  'find-token-by-id': [{ members: { id }, usually: ['id'], event: itself }],
  'save-token': [{ members: token, usually: ['userName', 'accessToken'], event: inToken }],
  'delete-token': [{ members: { id, revoke: flag }, usually: ['id'], event: itself }],
  'get-tokens': [
    { members: { limit: number(1, 100), includeSecrets: flag }, usually: [], event: itself },
    { members: { cursor, includeSecrets: flag }, usually: [], event: itself },
  ],
  'delete-tokens': [{ members: { requestId: text('a-request') }, usually: [], event: itself }],
  'get-access-token': [
    { members: { id, minValidSeconds }, usually: ['id'], event: itself },
    {
      members: { userName: reader, clientId: token.clientId, minValidSeconds },
      usually: ['userName'],
      event: itself,
    },
  ],
  'restore-tokens': [
    { members: { id }, usually: ['id'], event: itself },
    { members: { lastLogout, cursor }, usually: ['lastLogout'], event: itself },
    { members: { logout: number(1, 3), cursor }, usually: ['logout'], event: itself },
  ],
};

/** The members that the contract knows, at whatever depth. */
export const KNOWN_MEMBERS: ReadonlySet<string> = new Set([
  'token',
  ...Object.values(SHAPES).flatMap((shapes) =>
    shapes.flatMap(({ members }) => Object.keys(members)),
  ),
]);
