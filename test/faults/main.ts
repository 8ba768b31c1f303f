/** The storms of faults from the command line. */
import { join } from 'node:path';
import { SCENARIOS } from '../crash/scenarios/all.ts';
import { runShared } from '../support/worker-pool.ts';
import type { Job, JobResult } from './jobs.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { type Paint, report } from './report.ts';

const WORKER = join(import.meta.dirname, 'worker.ts');
const COLOURS = { red: 31, green: 32, bold: 1 } as const;
const coloured = process.stdout.isTTY === true && !process.env['NO_COLOR'];

const paint: Paint = (colour, text) =>
  coloured ? `\u001b[${COLOURS[colour]}m${text}\u001b[0m` : text;

/** One line that says how far the run is; nothing where nobody looks. */
function showProgress(text: string): void {
  if (process.stderr.isTTY === true) process.stderr.write(`\r\u001b[2K${text}`);
}

async function run(jobs: readonly Job[], workers: number): Promise<number> {
  const startedMs = performance.now();
  let done = 0;
  const results = await runShared<Job, JobResult>(WORKER, jobs, workers, (_result, job) => {
    done += 1;
    const what = job.kind === 'storm' ? `storm ${job.seed}` : job.scenario;
    showProgress(`${done} of ${jobs.length}: ${what}`);
  });
  showProgress('');
  const storms = results.flatMap((result) => (result.kind === 'storm' ? [result.storm] : []));
  const conflicts = results.flatMap((result) =>
    result.kind === 'conflicts' ? [result.conflicts] : [],
  );
  console.log(report(storms, conflicts, (performance.now() - startedMs) / 1000, paint));
  return [...storms, ...conflicts].some(({ violations }) => violations.length > 0) ? 1 : 0;
}

/** @throws TypeError where no scenario is meant */
function jobsOf({ storms, seed, hours, conflicts, scenario }: Options): Job[] {
  const names = SCENARIOS.map(({ name }) => name).filter((name) => name.includes(scenario));
  if (names.length === 0) throw new TypeError(`No scenario has ${scenario} in its name.`);
  return [
    ...Array.from({ length: storms }, (_, place): Job => {
      return { kind: 'storm', seed: seed + place, hours };
    }),
    ...(conflicts ? names.map((name): Job => ({ kind: 'conflicts', scenario: name })) : []),
  ];
}

function given(): { readonly options: Options; readonly jobs: readonly Job[] } | undefined {
  try {
    const options = readOptions(process.argv.slice(2));
    return { options, jobs: jobsOf(options) };
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    return undefined;
  }
}

const asked = given();
if (asked === undefined) process.exitCode = 2;
else if (asked.options.help) console.log(HELP);
else process.exitCode = await run(asked.jobs, asked.options.workers);
