/**
 * A little bad input for everything, none of which does harm; and the search itself: a bug that is
 * planted is found, and made small. `npm run test:fuzz` tries thousands.
 */
import { strangerIn } from './checks/html.ts';
import { badLines } from './checks/log-lines.ts';
import { Functions, WIDGET_ARN } from './engine/functions.ts';
import { World } from './engine/world.ts';
import { PLANTS } from './plants.ts';
import { report } from './report.ts';
import { type FuzzResult, growth, runFuzz } from './run-fuzz.ts';
import { TARGETS } from './targets/all.ts';

const plain = (_colour: string, text: string) => text;
/** So that a failure says what it is. */
const shown = (result: FuzzResult) => report(result, 0, plain);
const targetsOf = (name: string) => TARGETS.filter((target) => target.name === name);

let world: World;
beforeAll(async () => {
  world = await World.open();
});
afterAll(() => world.close());

test('a few inputs of everything do no harm', async () => {
  const result = await runFuzz(world, { targets: TARGETS, runs: 3, rounds: 1, seed: 7 });
  expect(shown(result)).toContain('Violations: 0.');
  expect(result.tallies.inputs).toBeGreaterThan(100);
  expect([...result.tallies.byTarget.keys()]).toEqual(TARGETS.map(({ name }) => name));
});

test.each(Object.entries(PLANTS))('found: %s', async (_name, { target, plant, found }) => {
  const targets = targetsOf(target);
  const options = { targets, runs: 400, seed: 1, shrinkTries: 12 };
  const { violations } = await runFuzz(world.planted(plant), options);
  const [violation] = violations;
  expect(violation?.wrong.join('\n')).toMatch(found);
  expect(JSON.stringify(violation?.input.event).length).toBeLessThan(800);
});

test('a failure is found again by its seed and path', async () => {
  const { target, plant } = PLANTS['quotes the value'];
  const planted = world.planted(plant);
  const options = { targets: targetsOf(target), runs: 400, seed: 1, shrinkTries: 12 };
  const { violations } = await runFuzz(planted, options);
  const [violation] = violations;
  if (violation === undefined) throw new Error('It was not found.');
  const { seed, path } = violation;
  const again = await runFuzz(planted, { ...options, seed, path });
  expect(again.tallies.inputs).toBe(1);
  expect(again.violations[0]?.input).toEqual(violation.input);
  expect(shown(again)).toContain(`Again: --only 'find-token-by-id' --seed ${seed}`);
});

test('what does not end is found out', async () => {
  const hangs = new Functions(() => () => new Promise(() => {}), 10);
  expect(await hangs.invoke('find-token', {}, 10)).toMatchObject({ ended: 'hung' });
  const computes = new Functions(
    () => async () => {
      const untilMs = performance.now() + 50;
      while (performance.now() < untilMs);
    },
    10,
  );
  expect(await computes.invoke('find-token', {}, 10)).toMatchObject({ ended: 'hung' });
});

test('memory that is not given back is found out', async () => {
  const kept: Uint8Array[] = [];
  const leaks = world.planted((name, handler) => (event, context) => {
    if (name === 'find-token-by-id') kept.push(new Uint8Array(32 * 2 ** 20));
    return handler(event, context);
  });
  const options = { targets: targetsOf('find-token-by-id'), runs: 4, seed: 1 };
  const { held } = await runFuzz(leaks, options);
  expect(growth(held)).toBeGreaterThan(1.5);
  expect(growth([100, 100, 90, 110])).toBeUndefined();
});

test.each([
  '<p>x<script></script></p>',
  '<p onclick="x">x</p>',
  '<p>x',
  '<p>x</div>',
  'a < b',
  'AT&T',
  '<a href="javascript:alert(1)">x</a>',
  '<cwdb-action action="call" display="widget" endpoint="arn:evil">{}</cwdb-action>',
  `<cwdb-action action="call" display="widget" endpoint="${WIDGET_ARN}">{}</cwdb-action>`,
])('no page of ours: %s', (page) => {
  expect(strangerIn(page, WIDGET_ARN)).toBeDefined();
});

test.each([
  [['{"a":1}', '{"a":2}'], 0],
  [['{"a":"x', 'y"}'], 2],
  [['[1]'], 1],
  [['null'], 1],
  [[''], 1],
  [['{"user":"canary\\n7421"}'], 1],
])('the log %j has %i bad lines', (lines, bad) => {
  expect(badLines(lines, ['canary\n7421'])).toHaveLength(bad);
});
