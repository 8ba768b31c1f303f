/**
 * What fast-check makes histories of: few users, clients and credentials, so that they meet, and
 * every operation that there is. What stands first in a choice is simpler: a failure is shrunk
 * towards it.
 */
import * as fc from 'fast-check';
import { START_MS } from '../../support/core/virtual-clock.ts';
import { FAULT_KINDS } from '../machine/call-faults.ts';
import { ROTATING_CLIENT } from '../machine/machine.ts';
import { READ_ORDERS } from '../machine/torn-index.ts';
import type { Fields, Operation, Program } from './operation.ts';

const HOUR_MS = 3_600_000;

const userName = fc.constantFrom('ann', 'bob');
const clientId = fc.constantFrom('client-1', ROTATING_CLIENT);
const refreshToken = fc.constantFrom('refresh-1', 'refresh-2', 'refresh-3');
const grantToken = fc.constantFrom('grant-1', 'grant-2');
const accessToken = fc.constantFrom('access-1', 'access-2', 'access-3');
const redirectUrl = fc.constantFrom('https://app-1', 'https://app-2');
const ref = fc.nat({ max: 5 });

/** An access token that is good for an hour, or past its time, or of which nobody said. */
const access: fc.Arbitrary<Fields> = fc.oneof(
  fields({ accessToken, expiresAt: fc.constant(START_MS + HOUR_MS) }),
  fields({ accessToken, expiresAt: fc.constant(START_MS - 1_000) }),
  fields({ accessToken }),
);
const client: fc.Arbitrary<Fields> = clientId.map((id) => {
  return { clientId: id, clientSecret: `secret of ${id}` };
});

/** Fields that are there or not, each by itself. */
function fields(each: { readonly [Name in keyof Fields]: fc.Arbitrary<Fields[Name]> }) {
  return fc.record(each) as fc.Arbitrary<Fields>;
}

function together(...parts: readonly fc.Arbitrary<Fields>[]): fc.Arbitrary<Fields> {
  return fc.tuple(...parts).map((all) => Object.assign({}, ...all) as Fields);
}

function perhaps(part: fc.Arbitrary<Fields>): fc.Arbitrary<Fields> {
  return fc.oneof(fc.constant({}), part);
}

const user = fields({ userName });
const savedToken: fc.Arbitrary<Fields> = fc.oneof(
  // As the Zoho SDK saves after a login or a refresh.
  { weight: 6, arbitrary: together(user, client, fields({ refreshToken }), access) },
  // A part of it: what changed.
  { weight: 2, arbitrary: together(user, fields({ clientId }), access) },
  { weight: 2, arbitrary: together(user, perhaps(fields({ clientId })), fields({ redirectUrl })) },
  { weight: 1, arbitrary: together(user, access) },
  // A new grant; and what it was exchanged for.
  { weight: 2, arbitrary: together(perhaps(user), client, fields({ grantToken })) },
  { weight: 2, arbitrary: together(client, fields({ grantToken, refreshToken }), access) },
  // A user whose name is learned later.
  { weight: 2, arbitrary: together(client, fields({ refreshToken }), access) },
  { weight: 3, arbitrary: together(user, client, fields({ refreshToken })) },
  { weight: 1, arbitrary: together(user, fields({ refreshToken })) },
  { weight: 1, arbitrary: access },
);
const namedToken: fc.Arbitrary<Fields> = fc.oneof(
  { weight: 4, arbitrary: together(user, fields({ clientId })) },
  { weight: 3, arbitrary: user },
  { weight: 2, arbitrary: fields({ accessToken }) },
  { weight: 2, arbitrary: together(fields({ refreshToken }), perhaps(fields({ clientId }))) },
  { weight: 1, arbitrary: fields({ grantToken }) },
  { weight: 1, arbitrary: fields({ grantToken, refreshToken }) },
  { weight: 2, arbitrary: together(user, client, fields({ refreshToken })) },
);

const save = fc
  .tuple(
    savedToken,
    fc.oneof(
      { weight: 2, arbitrary: fc.constant({}) },
      { weight: 1, arbitrary: fc.record({ id: ref }) },
    ),
  )
  .map(([token, id]): Operation => ({ kind: 'save', request: { ...id, token } }));

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 16, arbitrary: save },
  {
    weight: 8,
    arbitrary: namedToken.map((token): Operation => ({ kind: 'find', request: { token } })),
  },
  { weight: 3, arbitrary: ref.map((id): Operation => ({ kind: 'findById', request: { id } })) },
  { weight: 2, arbitrary: ref.map((id): Operation => ({ kind: 'accessToken', request: { id } })) },
  {
    weight: 3,
    arbitrary: together(user, perhaps(fields({ clientId }))).map(
      (request): Operation => ({ kind: 'accessToken', request: { userName: '', ...request } }),
    ),
  },
  {
    weight: 4,
    arbitrary: fc
      .record({ id: ref, revoke: fc.boolean() })
      .map((request): Operation => ({ kind: 'delete', request })),
  },
  { weight: 3, arbitrary: fc.constant<Operation>({ kind: 'deleteAll', request: {} }) },
  {
    weight: 2,
    arbitrary: fc
      .record({ limit: fc.integer({ min: 1, max: 3 }), includeSecrets: fc.boolean() })
      .map((request): Operation => ({ kind: 'list', request })),
  },
  { weight: 3, arbitrary: ref.map((id): Operation => ({ kind: 'restore', request: { id } })) },
  { weight: 3, arbitrary: fc.constant<Operation>({ kind: 'restoreLast', request: {} }) },
);

const background: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .array(ref, { minLength: 1, maxLength: 3 })
      .map((ids): Operation => ({ kind: 'work', request: { ids } })),
  },
  { weight: 2, arbitrary: fc.constant<Operation>({ kind: 'housekeep', request: {} }) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(1, 70, 2_880)
      .map((minutes): Operation => ({ kind: 'advance', request: { minutes } })),
  },
);

/**
 * Most races take one or two changes at the right moment: everybody goes on as they were for so
 * many calls, then the one at that place does, and so on.
 */
const fewChanges: fc.Arbitrary<readonly number[]> = fc
  .array(fc.tuple(fc.nat({ max: 14 }), fc.integer({ min: 1, max: 4 })), {
    minLength: 1,
    maxLength: 6,
  })
  .map((changes) =>
    changes.flatMap(([after, to]) => [...Array.from({ length: after }, () => 0), to]),
  );

/** The others take many. */
const manyChanges: fc.Arbitrary<readonly number[]> = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 9 }) },
  ),
  { maxLength: 100 },
);

/** Two or three containers, most of which do one thing. */
const containers: fc.Arbitrary<readonly (readonly Operation[])[]> = fc.oneof(
  fc.array(fc.array(operation, { minLength: 1, maxLength: 1 }), { minLength: 2, maxLength: 3 }),
  fc.array(fc.array(operation, { minLength: 1, maxLength: 3 }), { minLength: 2, maxLength: 3 }),
);

/** What there is when it begins: some tokens, as a rule, and perhaps they are gone already. */
const before: fc.Arbitrary<readonly Operation[]> = fc
  .tuple(
    fc.array(save, { maxLength: 3 }),
    fc.oneof(
      { weight: 5, arbitrary: fc.constant([]) },
      { weight: 2, arbitrary: fc.constant<Operation[]>([{ kind: 'deleteAll', request: {} }]) },
      { weight: 1, arbitrary: fc.array(operation, { minLength: 1, maxLength: 2 }) },
    ),
  )
  .map(([saves, end]) => [...saves, ...end]);

const everything: fc.Arbitrary<Program> = fc.record({
  before,
  containers,
  background: fc.array(background, { maxLength: 2 }),
  choices: fc.oneof({ weight: 2, arbitrary: fewChanges }, { weight: 1, arbitrary: manyChanges }),
  readOrder: fc.constantFrom(...READ_ORDERS),
});

/** In many histories all have one user, or one client, in common, or one credential of a kind. */
const inCommon = fc.record({
  userName: fc.boolean(),
  clientId: fc.boolean(),
  refreshToken: fc.boolean(),
  accessToken: fc.boolean(),
});
const COMMON: Fields = {
  userName: 'ann',
  clientId: 'client-1',
  clientSecret: 'secret of client-1',
  refreshToken: 'refresh-1',
  accessToken: 'access-1',
};

export const programs: fc.Arbitrary<Program> = fc
  .tuple(everything, inCommon)
  .map(([program, common]) => {
    const isCommon = (name: string) =>
      common[(name === 'clientSecret' ? 'clientId' : name) as keyof typeof common] ?? false;
    const narrowed = (fields: Fields): Fields =>
      Object.fromEntries(
        Object.entries(fields).map(([name, value]) => [
          name,
          isCommon(name) ? COMMON[name as keyof Fields] : value,
        ]),
      );
    const all = (operations: readonly Operation[]): Operation[] =>
      operations.map((each) => {
        const { request } = each;
        const fields =
          'token' in request
            ? { token: narrowed(request.token) }
            : narrowed(request as Partial<Fields>);
        return { ...each, request: { ...request, ...fields } } as Operation;
      });
    const { before: first, containers: each } = program;
    return { ...program, before: all(first), containers: each.map(all) };
  });

const MINUTE_MS = 60_000;

/** The same, with calls that fail, processes that die, and clocks that are not together. */
export const programsWithFaults: fc.Arbitrary<Program> = fc
  .record({
    program: programs,
    faults: fc.array(
      fc.record({ kind: fc.constantFrom(...FAULT_KINDS), atCall: fc.integer({ min: 1, max: 90 }) }),
      { minLength: 1, maxLength: 5 },
    ),
    skewsMs: fc.array(fc.constantFrom(0, MINUTE_MS, -MINUTE_MS), { maxLength: 4 }),
  })
  .map(({ program, faults, skewsMs }) => ({ ...program, faults, skewsMs }));
