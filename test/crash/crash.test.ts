/**
 * The crash matrix of a few scenarios, and the matrix itself: a bug that is planted is found. All of
 * it is `npm run test:crash`.
 */
import { secretJson, versionToken } from '../../lib/vault/secret-json.ts';
import type { ServiceCall } from '../../local/aws/service.ts';
import { type MatrixResult, matrixOf } from './matrix/matrix.ts';
import { SCENARIOS, scenarioNamed } from './scenarios/all.ts';
import type { Plant } from './world/store-services.ts';

// Runs by the hundred, on a machine that may be busy.
jest.setTimeout(600_000);

const NEW = 'save a new token';
const CHANGED = 'save a changed token';
const ROTATING = 'a worker refreshes a token of a provider that rotates';

function matrix(name: string, plant: Plant = {}): Promise<MatrixResult> {
  return matrixOf(scenarioNamed(name), plant);
}

test.each([NEW, CHANGED, 'delete a token'])('%s: nothing happens that must not', async (name) => {
  const { violations, runs, calls } = await matrix(name);
  expect(violations).toEqual([]);
  expect(runs).toBeGreaterThan(2 * calls);
});

test('the window of a provider that rotates is that one call, and what follows it', async () => {
  const { violations, window } = await matrix(ROTATING);
  expect(violations).toEqual([]);
  expect([...new Set(window.map(({ kind }) => kind))]).toEqual([
    'during provider refresh',
    'before secretsmanager PutSecretValue',
    'during secretsmanager PutSecretValue',
  ]);
  const lost = window.filter((death) => death.lost).map(({ point }) => point);
  expect(lost).toContain('before call 5, secretsmanager PutSecretValue');
});

test('scenarios have names of their own', () => {
  const names = SCENARIOS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

/** The row pins a version that is written only then. */
const COMMIT_BEFORE_SECRET: Plant = {
  ports: ({ index, vault }) => {
    const postponed: (() => Promise<unknown>)[] = [];
    return {
      vault: {
        ...vault,
        write: async (secretArn, content, deadline) => {
          postponed.push(() => vault.write(secretArn, content, deadline));
          return { secretArn, versionId: versionToken(secretJson(content)) };
        },
      },
      index: {
        ...index,
        cursorAfter: index.cursorAfter,
        commit: async (writes, deadline) => {
          const outcome = await index.commit(writes, deadline);
          for (const write of postponed.splice(0)) await write();
          return outcome;
        },
      },
    };
  },
};

type Action = { readonly ConditionExpression?: string };

/** Transactions with such a condition: all their conditions hold, whatever is there. */
const withoutConditions = (of: string): Plant => ({
  request: (call: ServiceCall) => {
    const items = (call.request['TransactItems'] ?? []) as Record<string, Action>[];
    const conditionOf = (action: Action) => action.ConditionExpression ?? '';
    const isMeant = items.some((item) =>
      Object.values(item).some((action) => conditionOf(action).includes(of)),
    );
    if (!isMeant) return call;
    const blind = (action: Action) => ({
      ...action,
      ConditionExpression: `(${conditionOf(action)}) OR attribute_exists(pk) OR attribute_not_exists(pk)`,
    });
    const TransactItems = items.map((item) =>
      Object.fromEntries(Object.entries(item).map(([verb, action]) => [verb, blind(action)])),
    );
    return { ...call, request: { ...call.request, TransactItems } };
  },
});

const MISSING_CONDITION = withoutConditions('attribute_not_exists');
const UNFENCED_COMMIT = withoutConditions('#leaseOwner');

/** What a worker stored and did not commit is left where it is. */
const NOBODY_LOOKS: Plant = {
  ports: ({ index, vault }) => ({
    index,
    vault: { ...vault, readRefreshed: async () => undefined },
  }),
};

test.each<[string, string, Plant, RegExp]>([
  ['a commit before its secret', CHANGED, COMMIT_BEFORE_SECRET, /pinned version cannot be read/],
  ['a missing condition', NEW, MISSING_CONDITION, /two living tokens of one client/],
  ['an unfenced commit', ROTATING, UNFENCED_COMMIT, /valid grant, and the store does not have it/],
  ['a store that looks for nothing', ROTATING, NOBODY_LOOKS, /valid grant, and the store does not/],
])('found: %s', async (_what, name, plant, violation) => {
  const { violations } = await matrix(name, plant);
  expect(violations.map(({ what }) => what).join('\n')).toMatch(violation);
});
