/** Which tokens the operator's list shows, in what order, and how far it looks for them. */
import { conditionOf } from '../../../lib/console/token-condition.ts';
import { TokenList, type View } from '../../../lib/console/token-list.ts';
import { LANDING } from '../../../lib/console/widget-request.ts';
import { DEFAULT_REFRESH_POLICY } from '../../../lib/refresh-policy.ts';
import type { TokenIndex, TokenRow } from '../../../lib/token-index/token-index.ts';
import { ampleDeadline } from '../../support/core/deadlines.ts';
import { MemoryStore } from '../../support/core/memory-store.ts';
import { rowOf, tokenOf } from '../../support/core/tokens.ts';
import { START_MS } from '../../support/core/virtual-clock.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const FAILURE = { verdict: 'outage: x', atMs: START_MS, count: 1, retryAtMs: START_MS + 1 };
const EXPIRED = { expiresAtMs: START_MS - 1 };

const TROUBLE: readonly (readonly [string, Partial<TokenRow>])[] = [
  ['deleted', { state: 'deleted', deletedAtMs: START_MS }],
  ['active', {}],
  ['failing, checked', { failure: FAILURE, checkedAtMs: START_MS }],
  ['idle', { state: 'idle', ...EXPIRED }],
  ['overdue', EXPIRED],
  [
    'needs-reauthorization, checked',
    {
      state: 'needs-reauthorization',
      ...{ failure: FAILURE, checkedAtMs: START_MS },
    },
  ],
  ['logged-out', { generation: -1 }],
  ['replaced', { state: 'superseded', supersededBy: 'x' }],
  ['expired', { ...EXPIRED, refreshable: false }],
  ['failing, just now', { failure: { ...FAILURE, atMs: START_MS + 5 } }],
  ['failing', { failure: FAILURE }],
  ['needs-reauthorization', { state: 'needs-reauthorization', failure: FAILURE }],
];

let store: MemoryStore;
beforeEach(() => {
  store = new MemoryStore();
});

async function add(name: string, more: Partial<TokenRow> = {}): Promise<TokenRow> {
  const id = name.padStart(32, '0');
  const row = rowOf(id, tokenOf(name), more);
  const write = { rows: [{ row, expected: 'absent' as const }], keyRows: [] };
  await store.memoryIndex.commit(write, ampleDeadline(store.clock));
  return row;
}

const list = (index: Pick<TokenIndex, 'read' | 'page'> = store.index.port) =>
  new TokenList({ index, policies: store.policies, clock: store.clock });
const look = (view: Partial<View> = {}) =>
  list().look({ ...LANDING, ...view }, ampleDeadline(store.clock));
const namesOf = ({ tokens }: Awaited<ReturnType<typeof look>>) =>
  tokens.map(({ row }) => row.userName);

describe('the condition of a token', () => {
  const policy = DEFAULT_REFRESH_POLICY;
  const of = (more: Partial<TokenRow>) =>
    conditionOf({ row: rowOf('id', tokenOf('ann'), more), generation: 0, policy }, START_MS);

  test.each(TROUBLE)('%s', (name, more) => {
    expect(of(more)).toBe(name.split(',')[0]);
  });

  test('that nobody said how long it lives is overdue after an hour', () => {
    const row = rowOf('id', { ...tokenOf('ann'), expiresAt: undefined } as never, {});
    const at = (nowMs: number) => conditionOf({ row, generation: 0, policy }, nowMs);
    expect(at(START_MS + HOUR_MS - 1)).toBe('active');
    expect(at(START_MS + HOUR_MS)).toBe('overdue');
  });
});

describe('the list', () => {
  test('of an empty store is empty', async () => {
    expect(await look()).toEqual({
      tokens: [],
      found: 0,
      counts: expect.objectContaining({ looked: 0 }),
    });
  });

  test('begins with what needs somebody, and what nobody has looked at', async () => {
    for (const [name, more] of TROUBLE) await add(name, more);
    expect(namesOf(await look())).toEqual([
      'needs-reauthorization',
      'failing, just now',
      'failing',
      'overdue',
      'needs-reauthorization, checked',
      'failing, checked',
      'expired',
      'active',
      'idle',
      'logged-out',
      'replaced',
      'deleted',
    ]);
  });

  test('counts what was seen', async () => {
    for (const [name, more] of TROUBLE) await add(name, more);
    expect((await look({ filter: 'idle' })).counts).toEqual({
      looked: 12,
      'needs-reauthorization': 2,
      failing: 5,
      unchecked: 3,
      active: 1,
      idle: 1,
      deleted: 3,
    });
  });

  test.each([
    ['failing', ['failing, just now', 'failing', 'overdue', 'failing, checked', 'expired']],
    ['needs-reauthorization', ['needs-reauthorization', 'needs-reauthorization, checked']],
    ['unchecked', ['needs-reauthorization', 'failing, just now', 'failing']],
    ['active', ['active']],
    ['idle', ['idle']],
    ['deleted', ['logged-out', 'replaced', 'deleted']],
  ] as const)('narrowed to %s', async (filter, names) => {
    for (const [name, more] of TROUBLE) await add(name, more);
    expect(namesOf(await look({ filter }))).toEqual(names);
  });

  test('shows 25 a page, each token once', async () => {
    for (let n = 0; n < 60; n += 1) await add(`user-${n}`);
    const pages = [await look(), await look({ offset: 25 }), await look({ offset: 50 })];
    expect(pages.map(({ tokens }) => tokens.length)).toEqual([25, 25, 10]);
    expect(new Set(pages.flatMap(namesOf)).size).toBe(60);
    expect(pages[0]).toMatchObject({ found: 60 });
    expect(pages[0]).not.toHaveProperty('cursor');
    expect((await look({ offset: 75 })).tokens).toEqual([]);
  });
});

describe('a large store', () => {
  const addMany = async (count: number, more: Partial<TokenRow> = {}, name = 'user') => {
    for (let n = 0; n < count; n += 1) await add(`${name}-${n}`, more);
  };

  test('is looked at as far as it takes to fill a page, and 500 tokens at least', async () => {
    await addMany(1_200);
    const first = await look();
    expect(first.counts.looked).toBe(500);
    expect(store.index.count('page')).toBe(5);
    expect(first.cursor).toBeDefined();
  });

  test('is looked at 2,000 tokens far for what is rare', async () => {
    await addMany(3_000);
    const first = await look({ filter: 'failing' });
    expect(first.counts.looked).toBe(2_000);
    expect(first).toMatchObject({ found: 0, tokens: [] });
    await add('late', { failure: FAILURE });
    const second = await look({ filter: 'failing', cursor: first.cursor ?? '' });
    expect(second.counts.looked).toBe(1_001);
    expect(namesOf(second)).toEqual(['late']);
    expect(second).not.toHaveProperty('cursor');
  });

  test('is gone on with until every token was seen once', async () => {
    await addMany(1_730);
    const seen: (string | undefined)[] = [];
    let cursor: string | undefined;
    do {
      const at = cursor === undefined ? {} : { cursor };
      const first = await look(at);
      const { looked } = first.counts;
      for (let offset = 0; offset < first.found; offset += 25) {
        seen.push(...namesOf(await look({ ...at, offset, looked })));
      }
      cursor = first.cursor;
    } while (cursor !== undefined);
    expect(seen).toHaveLength(1_730);
    expect(new Set(seen).size).toBe(1_730);
  });

  test('is looked at for five seconds, and the answer is what was seen by then', async () => {
    await addMany(900);
    const slow = {
      ...store.index.port,
      read: store.index.port.read,
      page: async (...args: Parameters<TokenIndex['page']>) => {
        store.clock.advance(2_000);
        return store.index.port.page(...args);
      },
    };
    const seen = await list(slow).look(LANDING, ampleDeadline(store.clock));
    expect(seen.counts.looked).toBe(300);
    expect(seen.cursor).toBeDefined();
  });

  test('is not looked at to the end of the time there is', async () => {
    await addMany(300);
    const nearly = { ...ampleDeadline(store.clock), remainingMs: () => 1_999 };
    const seen = await list().look(LANDING, nearly);
    expect(seen.counts.looked).toBe(100);
    expect(seen.cursor).toBeDefined();
  });

  test('cannot be made to be looked at further by a button', async () => {
    await addMany(2_600);
    expect((await look({ looked: 1_000_000 })).counts.looked).toBe(2_000);
  });
});

describe('a search', () => {
  test('by user name finds the tokens of that user, of every client', async () => {
    const container = store.container();
    await container.save(tokenOf('ann'));
    await container.save(tokenOf('ann', { clientId: 'D', refreshToken: 'r', accessToken: 'a' }));
    await container.save(tokenOf('annabel'));
    const found = await look({ find: 'ann' });
    expect(found.tokens.map(({ row }) => row.clientId).sort()).toEqual(['C', 'D']);
    expect(store.index.count('page')).toBe(0);
  });

  test('by token id finds that token, a deleted one too', async () => {
    const container = store.container();
    const { id } = await container.save(tokenOf('ann'));
    await container.delete(id);
    expect(await look({ find: 'ann' })).toMatchObject({ found: 0 });
    const found = await look({ find: id });
    expect(found.tokens).toMatchObject([{ row: { id }, condition: 'deleted' }]);
  });

  test('finds it whatever else the list is narrowed to', async () => {
    const { id } = await store.container().save(tokenOf('ann'));
    expect(await look({ find: id, filter: 'deleted' })).toMatchObject({ found: 1 });
  });

  test('for a user who is called as a token id finds both', async () => {
    const container = store.container();
    const { id } = await container.save(tokenOf('ann'));
    const namesake = await container.save(tokenOf(id));
    const found = await look({ find: id });
    expect(found.tokens.map(({ row }) => row.id).sort()).toEqual([id, namesake.id].sort());
  });

  test('for nobody finds nothing', async () => {
    await store.container().save(tokenOf('ann'));
    expect(await look({ find: 'ANN' })).toMatchObject({ found: 0, counts: { looked: 0 } });
  });
});
