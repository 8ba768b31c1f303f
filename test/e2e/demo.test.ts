/** `npm run demo` as a person runs it: what it tells, what it never shows, what it leaves behind. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunningProgram } from '../support/running-program.ts';
import { Canaries } from '../support/taint/canaries.ts';

const DEMO = 'local/demo/main.ts';
const STEPS = [
  'Ada logs in with a grant token',
  'What DynamoDB and Secrets Manager hold',
  'Fresh processes find the token',
  'The access token is about to expire',
  'A second user',
  "An hour of ten users' tokens",
  'A global logout',
  'The logout is taken back',
];
const USERS = ['Ada', 'Grace', 'Alan', 'Joan', 'Ivan', 'Mary', 'Ken', 'Lin', 'Omar', 'Rosa'];
const COLUMN_OF_MINUTE_1 = '  minute '.length;
const HIT_BY_OUTAGE = ['Ken', 'Lin', 'Omar'];
/** A machine that is busy with other tests takes several times the usual. */
const TIMEOUT_MS = 240_000;

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'demo-test-'));
});

afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function runDemo(...args: string[]): RunningProgram {
  return new RunningProgram(DEMO, args, { TMPDIR: directory });
}

/** tsx keeps what it compiled in a folder of its own. */
function leftBehind(): string[] {
  return readdirSync(directory).filter((name) => !name.startsWith('tsx-'));
}

test(
  'the whole story holds, and no secret of it is shown',
  async () => {
    const canaries = new Canaries();
    const mark = canaries.mintWord('mark of every token');
    const demo = runDemo('--token-mark', mark);
    const exitCode = await demo.ended;

    expect({ exitCode, stderr: demo.stderr }).toEqual({ exitCode: 0, stderr: '' });
    const lines = demo.stdout.split('\n');
    const steps = lines.flatMap((line) => /^\d {2}(.+)$/.exec(line)?.[1] ?? []);
    expect(steps).toEqual(STEPS);
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
    expect(canaries.hits('the demo', demo.stdout + demo.stderr)).toEqual([]);
    expect(demo.stdout).not.toContain('\u001b');
    expectTheHour(lines);
    expect(leftBehind()).toEqual([]);
  },
  TIMEOUT_MS,
);

/** The picture of the ten users' tokens, and what is claimed under it. */
function expectTheHour(lines: readonly string[]): void {
  const rows = lines.flatMap((line) => {
    const name = line.slice(2, COLUMN_OF_MINUTE_1).trim();
    const row = line.slice(COLUMN_OF_MINUTE_1);
    return /^[A-Z][a-z]+$/.test(name) && /^[─|RHWLx?! ]+$/.test(row) ? [{ name, row }] : [];
  });
  const rowOf = (wanted: string) => rows.find(({ name }) => name === wanted)?.row ?? '';
  const down = rowOf('Zoho');
  const first = down.indexOf('x');
  const last = down.lastIndexOf('x');

  expect(rows.map(({ name }) => name)).toEqual([...USERS, 'Zoho']);
  expect(last - first + 1).toBe(18);
  for (const { name, row } of rows.filter(({ name }) => USERS.includes(name))) {
    expect(row).toHaveLength(70);
    const failed = [...row.matchAll(/x/g)].map(({ index }) => index);
    expect(failed.every((minute) => minute >= first && minute <= last)).toBe(true);
    if (failed.length > 0) expect(HIT_BY_OUTAGE).toContain(name);
    if (name === 'Ivan') expect(row).toMatch(/^─+W─+\?─*!+\|!+L─+$/);
    else if (failed.length > 0) expect(row).toMatch(/^─+x[x─]*H─*\|[─R]*$/);
    else expect(row).toMatch(/^─+R─+\|[─R|]*$/);
  }
  const claims = lines.flatMap((line) => /^ {2}✓ (.+)$/.exec(line)?.[1] ?? []);
  for (const claim of [
    /^\d+ refreshes came on schedule, (8|9|1\d) to 1\d minutes before the expiry$/,
    /^the application asked 140 times: always a token came, never an expired one$/,
    /^the outage met Ken, Lin(, Omar)?; all of them healed in time$/,
    /^once it had expired, get-access-token said REAUTHORIZATION_REQUIRED$/,
    /^it told of one user who has to log in again, and of none for the outage$/,
  ]) {
    expect(claims).toContainEqual(expect.stringMatching(claim));
  }
}

test(
  'Ctrl-C ends it at once, with nothing left behind',
  async () => {
    const demo = runDemo();
    await demo.printed(/^2 {2}/m);
    demo.signal('SIGINT');

    expect(await demo.ended).toBe(130);
    expect(demo.stderr).toBe('');
    expect(leftBehind()).toEqual([]);
  },
  TIMEOUT_MS,
);

test('an option it does not know is refused with the ones it does', async () => {
  const demo = runDemo('--colour');

  expect(await demo.ended).toBe(2);
  expect(demo.stderr).toContain("Unknown option '--colour'");
  expect(demo.stderr).toContain('Usage: npm run demo');
});
