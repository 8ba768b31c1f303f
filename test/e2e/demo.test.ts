/** `npm run demo` as a person runs it: what it tells, what it never shows, what it leaves behind. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunningProgram } from '../support/running-program.ts';

const DEMO = 'local/demo/main.ts';
const STEPS = [
  'Ada logs in with a grant token',
  'What now stands in DynamoDB and Secrets Manager',
  'Fresh processes find the token',
  'The access token is about to expire',
  'A second user',
  'A global logout',
  'The logout is taken back',
];
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
    const mark = `canary${randomBytes(8).toString('hex')}`;
    const demo = runDemo('--token-mark', mark);
    const exitCode = await demo.ended;

    expect({ exitCode, stderr: demo.stderr }).toEqual({ exitCode: 0, stderr: '' });
    const lines = demo.stdout.split('\n');
    const steps = lines.flatMap((line) => /^\d {2}(.+)$/.exec(line)?.[1] ?? []);
    expect(steps).toEqual(STEPS);
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
    expect(demo.stdout).not.toContain(mark);
    expect(demo.stdout).not.toContain('\u001b');
    expect(leftBehind()).toEqual([]);
  },
  TIMEOUT_MS,
);

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
