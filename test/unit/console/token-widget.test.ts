/** What the widget answers and does: the HTML as text; how it looks is the browser's test. */
import { TokenWidget } from '../../../lib/console/token-widget.ts';
import { BUTTON_VALID_MS } from '../../../lib/console/widget-request.ts';
import { LatchkeyError } from '../../../lib/errors.ts';
import type { TokenRow } from '../../../lib/token-index/token-index.ts';
import { ampleDeadline } from '../../support/core/deadlines.ts';
import { type Container, MemoryStore } from '../../support/core/memory-store.ts';
import { seededRandom } from '../../support/core/seeded-random.ts';
import { tokenOf } from '../../support/core/tokens.ts';
import { callOf, callsIn } from '../../support/widget-caller.ts';

const ENDPOINT = 'arn:aws:lambda:us-east-1:123456789012:function:latchkey-default-token-widget';
const MINUTE_MS = 60_000;
const OUTAGE = { verdict: 'outage', reason: 'http-503' } as const;

let store: MemoryStore;
let container: Container;
let id: string;
beforeEach(async () => {
  store = new MemoryStore();
  container = store.container();
  ({ id } = await container.save(tokenOf('ann')));
});

const widget = () =>
  new TokenWidget({
    index: store.index.port,
    notes: store.notes.port,
    policies: store.policies,
    clock: store.clock,
  });
const answer = (event: unknown) => widget().answer(event, ENDPOINT, ampleDeadline(store.clock));
const row = async () => (await store.row(id)) as TokenRow;

const context = { widgetContext: { params: {}, forms: { all: {} } } };
const clicked = async (label: string) => {
  const { text } = await answer(context);
  return { ...callOf(text, label).payload, ...context };
};

async function fail(): Promise<void> {
  store.clock.advance(50 * MINUTE_MS);
  store.scripted.answers(OUTAGE);
  await store.worker().refresh(id);
}

describe('a click on Refresh now', () => {
  test('asks for a refresh, says so, and shows it as asked for', async () => {
    const event = await clicked('Refresh now');
    const { text, outcome, tokenId } = await answer(event);
    expect({ outcome, tokenId }).toEqual({ outcome: 'requested', tokenId: id });
    expect(text).toContain('The refresh is asked for. The sweep does it within a minute');
    expect(text).toContain('Refresh asked for just now; the sweep takes it within a minute');
    expect(callsIn(text).map(({ label }) => label)).not.toContain('Refresh now');
    expect(await row()).toMatchObject({ refreshRequestedAtMs: store.clock.nowMs() });
    expect(store.scripted.refreshes).toEqual([]);
  });

  test('says so, too, where the answer was lost and the client repeated what was done', async () => {
    store.notes.around('requestRefresh', async (run) => {
      await run();
      return run();
    });
    expect((await answer(await clicked('Refresh now'))).outcome).toBe('requested');
  });

  test('asks the viewer first', async () => {
    const { text } = await answer(context);
    expect(callOf(text, 'Refresh now').confirmation).toContain(id.slice(0, 8));
  });

  test('says when the budget is what it waits for', async () => {
    await fail();
    store.scripted.answers({ verdict: 'throttled', reason: 'x', retryAfterMs: 30 * MINUTE_MS });
    store.clock.advance(5 * MINUTE_MS);
    await store.worker().refresh(id);
    const { text } = await answer(await clicked('Refresh now'));
    expect(text).toMatch(/does it in \d+ min, when the budgets for it allow it/);
  });

  test.each<[string, () => Promise<unknown>, string]>([
    [
      'was refreshed meanwhile',
      () => container.accessToken({ id }),
      'Something became of that token',
    ],
    ['was deleted meanwhile', () => container.delete(id), 'was deleted, replaced or logged out'],
    [
      'was logged out meanwhile',
      () => container.deleteAll(),
      'was deleted, replaced or logged out',
    ],
  ])('of a token that %s does nothing, and says why', async (_what, change, words) => {
    const event = await clicked('Refresh now');
    store.clock.advance(14 * MINUTE_MS);
    await container.save({ id, expiresAt: store.clock.nowMs() - 1 });
    await change();
    const answered = await answer(event);
    expect(answered).toMatchObject({ outcome: 'refused', tokenId: id });
    expect(answered.text).toContain(words);
    expect(await row()).not.toHaveProperty('refreshRequestedAtMs');
  });

  test('of an old list does nothing', async () => {
    const event = await clicked('Refresh now');
    store.clock.advance(BUTTON_VALID_MS + 1);
    const { text, outcome } = await answer(event);
    expect(outcome).toBe('refused');
    expect(text).toContain('too old');
    expect(await row()).not.toHaveProperty('refreshRequestedAtMs');
  });

  test('of a token that this store has not given names none in the log', async () => {
    const event = await clicked('Refresh now');
    const token = { ...(event as Record<string, object>)['token'], id: 'f'.repeat(32) };
    const { outcome, text, ...more } = await answer({ ...event, token });
    expect(outcome).toBe('refused');
    expect(more).not.toHaveProperty('tokenId');
  });
});

describe('what is no click', () => {
  test('opening the dashboard, and its refreshing itself, change nothing', async () => {
    await fail();
    const before = await row();
    for (const event of [undefined, {}, context, { state: 'failing', ...context }])
      await answer(event);
    expect(await row()).toEqual(before);
    expect(store.notes.count('requestRefresh') + store.notes.count('noteChecked')).toBe(0);
  });

  test('nor does an action that somebody has put into its parameters', async () => {
    const stolen = await clicked('Refresh now');
    const { widgetContext: _theirs, ...params } = stolen as Record<string, unknown>;
    const event = { ...params, widgetContext: { ...context.widgetContext, params } };
    const { text, outcome } = await answer(event);
    expect(outcome).toBe('refused');
    expect(text).toContain('Only a button of the list may.');
    expect(await row()).not.toHaveProperty('refreshRequestedAtMs');
  });

  test('a dashboard that repeats the last click does not repeat what it did', async () => {
    const event = await clicked('Refresh now');
    await answer(event);
    expect((await answer(event)).text).toContain('is asked for already');
    store.clock.advance(MINUTE_MS);
    await store.sweep();
    store.scripted.answers(OUTAGE);
    await store.worker().drain();
    expect((await answer(event)).text).toContain('Something became of that token');
    expect(await row()).not.toHaveProperty('refreshRequestedAtMs');
  });
});

test('no parameter chooses what the buttons call', async () => {
  const other = { endpoint: 'arn:aws:lambda:us-east-1:666666666666:function:evil' };
  const { text } = await answer({ ...other, widgetContext: { params: other, ...other } });
  expect(callsIn(text).map(({ endpoint }) => endpoint)).toEqual([ENDPOINT, ENDPOINT, ENDPOINT]);
});

describe('a click on Mark checked', () => {
  test('notes it, and the token is not unchecked any more', async () => {
    await fail();
    const { text, outcome } = await answer(await clicked('Mark checked'));
    expect(outcome).toBe('checked');
    expect(text).toContain('The failure is marked as checked.');
    expect(text).toContain('✓ Checked just now');
    expect(callsIn(text).map(({ label }) => label)).not.toContain('Mark checked');
    const { counts } = await answer({ state: 'unchecked' });
    expect(counts).toEqual({ looked: 1, found: 0 });
  });

  test('is not offered where nothing fails', async () => {
    const { text } = await answer(context);
    expect(callsIn(text).map(({ label }) => label)).toEqual([
      'Search',
      'Look again',
      'Refresh now',
    ]);
  });
});

test('a token that needs re-authorization is probed; one that cannot be refreshed is not', async () => {
  store.clock.advance(50 * MINUTE_MS);
  for (let refusal = 0; refusal < 2; refusal += 1) {
    store.scripted.answers({ verdict: 'revoked', reason: 'invalid_code' });
    await store.worker().refresh(id);
    store.clock.advance(3 * MINUTE_MS);
  }
  await container.save({ userName: 'bob', accessToken: 'B' });
  const { text } = await answer(context);
  const labels = callsIn(text).map(({ label }) => label);
  expect(labels).toEqual(['Search', 'Look again', 'Probe now', 'Mark checked']);
  expect(text).toContain('it has no refresh token');
});

describe('a failure that is to be expected', () => {
  test('of the store is said in the widget, which can be used again', async () => {
    store.index.fail('page', new LatchkeyError('STORE_UNAVAILABLE', 'AWS is throttling.'));
    const { text, outcome } = await answer(context);
    expect(outcome).toBe('STORE_UNAVAILABLE');
    expect(text).toContain('AWS is throttling. (STORE_UNAVAILABLE)');
    expect(callsIn(text).map(({ label }) => label)).toEqual(['Search', 'Look again']);
  });

  test('of a cursor of another list is said, too', async () => {
    const { text, outcome } = await answer({ view: { filter: 'all', offset: 0, cursor: 'x' } });
    expect(outcome).toBe('INVALID_REQUEST');
    expect(text).toContain('not a cursor of this store');
  });

  test('a bug is thrown', async () => {
    store.index.fail('page', new TypeError('a bug'));
    await expect(answer(context)).rejects.toThrow('a bug');
  });
});

test('documentation is Markdown with parameters that the widget takes', async () => {
  const { text, outcome } = await answer({ describe: true });
  expect(outcome).toBe('described');
  expect(text).toMatch(/^## /);
  const yaml = /``` yaml\nstate: (\w+)\n```/.exec(text)?.[1];
  expect((await answer({ state: yaml })).outcome).toBe('ok');
  expect(store.index.count('page')).toBe(1);
});

test('no secret is in an answer, wherever it is kept', async () => {
  await fail();
  const reads = () => store.vault.count('read') + store.vault.count('readMany');
  const before = reads();
  const { text } = await answer(context);
  for (const secret of ['C-secret', 'ann-refresh', 'ann-access', 'minted']) {
    expect(text).not.toContain(secret);
  }
  expect(reads()).toBe(before);
});

describe('a hostile name', () => {
  const NAMES = [
    '<script>ran()</script>',
    `" onmouseover='ran()' x="`,
    '</cwdb-action><cwdb-action action="call" endpoint="arn:evil">{"do":"check"}</cwdb-action>',
    '&quot;&lt;b&gt;',
    '</style><style>',
    '\ud800\u202e\u0000',
  ];

  test.each(NAMES)('%j stays a text', async (userName) => {
    const named = { ...(await row()), userName, clientId: userName, provider: userName };
    const write = { row: named, expected: { revision: named.revision } };
    await store.memoryIndex.commit({ rows: [write], keyRows: [] }, ampleDeadline(store.clock));
    const { text } = await answer(context);
    expect(text).toContain('<bdi class="lk-name"');
    const typed = { widgetContext: { params: {}, forms: { all: { find: userName } } } };
    expectHarmless((await answer(typed)).text);
    expectHarmless(text);
  });
});

function expectHarmless(text: string): void {
  expect(text.isWellFormed()).toBe(true);
  const tags = [...text.matchAll(/<\/?([a-z-]+)/g)].map(([, tag]) => tag);
  expect(tags.filter((tag) => !KNOWN_TAGS.has(tag ?? ''))).toEqual([]);
  const calls = callsIn(text);
  // A dashboard may read the JSON from the text of a node or from its HTML: both must be the same.
  const payloads = [...text.matchAll(/<cwdb-action[^>]*>([^<]*)</g)].map(([, json = '']) => json);
  expect(payloads.filter((json) => /&(?!quot;)|[<>']/.test(json))).toEqual([]);
  expect(text.match(/<cwdb-action/g)).toHaveLength(calls.length);
  expect(new Set(calls.map(({ endpoint }) => endpoint))).toEqual(new Set([ENDPOINT]));
  expect(text.replace(/"[^"]*"/g, '""')).not.toMatch(/<[^>]*\son\w+=/);
}

const KNOWN_TAGS = new Set(
  'style div p form select option input button cwdb-action span strong table thead tbody tr th td svg circle path bdi a code'.split(
    ' ',
  ),
);

test('whatever the event is, the answer is HTML or documentation, and no error', async () => {
  await fail();
  const parts = [
    ...[
      null,
      true,
      0,
      -1,
      Number.MAX_SAFE_INTEGER,
      1e308,
      '',
      'x',
      '<b>',
      '\ud800',
      'all',
      'failing',
    ],
    ...['refresh', 'check', id, 'c'.repeat(3_000), [], [1], {}, { all: {} }],
    ...['__proto__', 'constructor', 'bm90IGEgY3Vyc29y'],
  ] as const;
  const names = [
    ...['describe', 'do', 'token', 'view', 'state', 'widgetContext', 'forms', 'all', 'params'],
    ...['theme', 'width', 'find', 'filter', 'offset', 'looked', 'cursor', 'id', 'revision'],
    ...['failedAtMs', 'shownAtMs', '__proto__', 'toString'],
  ];
  const random = seededRandom(11);
  const one = <T>(choices: readonly T[]) => choices[Math.floor(random() * choices.length)] as T;
  const anything = (depth: number): unknown => {
    if (depth === 0 || random() < 0.3) return one(parts);
    const members = Array.from({ length: Math.floor(random() * 6) }, () => [
      one(names),
      anything(depth - 1),
    ]);
    return random() < 0.05 ? members : JSON.parse(JSON.stringify(Object.fromEntries(members)));
  };
  const good = await clicked('Refresh now');
  for (let n = 0; n < 3_000; n += 1) {
    const event = random() < 0.5 ? anything(4) : { ...good, [one(names)]: anything(2) };
    const { text, outcome } = await answer(event);
    const isHtml = text.startsWith('<style>') && text.endsWith('</div>') && text.isWellFormed();
    expect({ event, ok: isHtml || outcome === 'described' }).toEqual({ event, ok: true });
  }
});
