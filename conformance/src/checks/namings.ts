/**
 * Every way in which a token can name what it means: user, access, refresh and grant token each
 * absent, empty or there, and the client absent, half or whole: 243 of them. Each value that is
 * there leads to another stored token, so that what comes of it shows who was taken.
 * Pure: no I/O, no clock, no environment.
 */
import { CLIENT, person } from '../people.ts';
import type { TokenFields } from '../token-fields.ts';

/** Who is stored. Nothing that a naming holds leads to `bystander`, who is stored first. */
export const CAST = {
  bystander: person('bystander'),
  byUser: person('by-user'),
  byAccess: { accessToken: 'access-alone', ...withMark('by-access') },
  byRefresh: { ...CLIENT, refreshToken: 'refresh-alone', ...withMark('by-refresh') },
  byGrant: { ...CLIENT, grantToken: 'grant-alone', ...withMark('by-grant') },
} as const satisfies Readonly<Record<string, TokenFields>>;

export type Role = keyof typeof CAST;

/** What the safe rules ask of a naming, whatever else the store does. */
export type Rule =
  /** Nothing usable is named: nobody is meant. */
  | 'nothing'
  /** A user is named: that one is meant, whatever else is named. */
  | 'user'
  /** An access token alone, without a client. */
  | 'access'
  /** A grant or a refresh token with its whole client. */
  | 'credential'
  /** Less than that, or empty text in between: somebody who is named, or nobody. */
  | 'unclear';

export interface Naming {
  readonly fields: TokenFields;
  /** Whose values it holds. */
  readonly named: readonly Role[];
  readonly rule: Rule;
}

type Presence = 'absent' | 'empty' | 'there';
type Client = 'none' | 'half' | 'whole';

interface Combination {
  readonly user: Presence;
  readonly access: Presence;
  readonly client: Client;
  readonly refresh: Presence;
  readonly grant: Presence;
}

const PRESENCES: readonly Presence[] = ['absent', 'empty', 'there'];
const CLIENTS: Readonly<Record<Client, TokenFields>> = {
  none: {},
  half: { clientId: CLIENT.clientId },
  whole: CLIENT,
};

export const NAMINGS: readonly Naming[] = combinations().map((combination) => ({
  fields: fieldsOfCombination(combination),
  named: namedBy(combination),
  rule: ruleOf(combination),
}));

export function namingsOf(rule: Rule): readonly Naming[] {
  return NAMINGS.filter((naming) => naming.rule === rule);
}

/** What a naming holds, by the names of the fields: for a complaint. */
export function describeNaming({ fields }: Naming): string {
  const names = Object.entries(fields).map(([name, value]) => (value === '' ? `${name}=""` : name));
  return `{${names.join(', ')}}`;
}

function combinations(): Combination[] {
  return PRESENCES.flatMap((user) =>
    PRESENCES.flatMap((access) =>
      (Object.keys(CLIENTS) as Client[]).flatMap((client) =>
        PRESENCES.flatMap((refresh) =>
          PRESENCES.map((grant) => ({ user, access, client, refresh, grant })),
        ),
      ),
    ),
  );
}

function fieldsOfCombination({ user, access, client, refresh, grant }: Combination): TokenFields {
  const value = (presence: Presence, there: string) => (presence === 'empty' ? '' : there);
  return {
    ...CLIENTS[client],
    ...(user !== 'absent' && { userName: value(user, CAST.byUser.userName) }),
    ...(access !== 'absent' && { accessToken: value(access, CAST.byAccess.accessToken) }),
    ...(refresh !== 'absent' && { refreshToken: value(refresh, CAST.byRefresh.refreshToken) }),
    ...(grant !== 'absent' && { grantToken: value(grant, CAST.byGrant.grantToken) }),
  };
}

function namedBy({ user, access, refresh, grant }: Combination): Role[] {
  const named: Role[] = [];
  if (user === 'there') named.push('byUser');
  if (access === 'there') named.push('byAccess');
  if (refresh === 'there') named.push('byRefresh');
  if (grant === 'there') named.push('byGrant');
  return named;
}

function ruleOf(combination: Combination): Rule {
  const { user, access, client, refresh, grant } = combination;
  const credential = refresh === 'there' || grant === 'there';
  if (namedBy(combination).length === 0) return 'nothing';
  if (user === 'there') return 'user';
  if (user === 'empty') return 'unclear';
  if (access === 'there' && client === 'none' && !credential) return 'access';
  if (credential && client === 'whole') return 'credential';
  return 'unclear';
}

/** By the address to come back to one sees whose row it was. */
function withMark(name: string) {
  return { redirectUrl: `https://app.example/${name}` } as const;
}
