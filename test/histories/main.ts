/** The histories from the command line. */
import { HELP, type Options, readOptions } from './options.ts';
import { programs, programsWithFaults } from './program/programs.ts';
import { type Paint, report } from './report/report.ts';
import type { Tallies } from './report/tallies.ts';
import { runHistories } from './run-histories.ts';

const COLOURS = { red: 31, green: 32, bold: 1 } as const;
const coloured = process.stdout.isTTY === true && !process.env['NO_COLOR'];
const PROGRESS_EVERY = 100;

const paint: Paint = (colour, text) =>
  coloured ? `\u001b[${COLOURS[colour]}m${text}\u001b[0m` : text;

/** One line that says how far the run is; nothing where nobody looks. */
function showProgress({ histories, violations }: Tallies, runs: number): void {
  if (process.stderr.isTTY !== true || histories % PROGRESS_EVERY !== 0) return;
  const text = violations > 0 ? 'making it small' : `${histories} of ${runs} histories`;
  process.stderr.write(`\r\u001b[2K${text}`);
}

async function run({ runs, seeds, path, faults }: Options): Promise<number> {
  const startedMs = performance.now();
  const result = await runHistories({
    programs: faults ? programsWithFaults : programs,
    seeds,
    histories: runs,
    ...(path !== undefined && { path }),
    onProgress: (tallies) => showProgress(tallies, runs),
  });
  if (process.stderr.isTTY === true) process.stderr.write('\r\u001b[2K');
  console.log(report(result, seeds, (performance.now() - startedMs) / 1000, paint));
  const { undecided } = result.tallies;
  return result.failure === undefined && undecided === 0 ? 0 : 1;
}

function options(): Options | undefined {
  try {
    return readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    return undefined;
  }
}

const given = options();
if (given?.help) console.log(HELP);
else process.exitCode = given === undefined ? 2 : await run(given);
