/** Names and events that mean ill: they stay text, and the answer is whole. */
import { ampleDeadline } from '../../../support/core/deadlines.ts';
import { seededRandom } from '../../../support/core/seeded-random.ts';
import { callsIn } from '../../../support/widget-caller.ts';
import { answer, clicked, context, ENDPOINT, fail, id, row, store } from './widget-under-test.ts';

const KNOWN_TAGS = new Set(
  'style div p form select option input button cwdb-action span strong table thead tbody tr th td svg circle path bdi a code'.split(
    ' ',
  ),
);

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
