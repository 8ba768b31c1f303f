/** The simulation of the scheduled refresh from the command line. */
import { HELP, type Options, readOptions } from './options.ts';
import { report } from './report.ts';
import { simulate } from './simulation.ts';
import { HARD } from './world/world-settings.ts';

const COLOURS = { red: 31, green: 32, bold: 1 } as const;
const coloured = process.stdout.isTTY === true && !process.env['NO_COLOR'];

function paint(colour: keyof typeof COLOURS, text: string): string {
  return coloured ? `\u001b[${COLOURS[colour]}m${text}\u001b[0m` : text;
}

/** One line that says how far the run is; nothing where nobody looks. */
function showProgress(share: number): void {
  if (process.stderr.isTTY !== true) return;
  const text = share < 1 ? `${(share * 100).toFixed(1)} % of the time has passed` : '';
  process.stderr.write(`\r\u001b[2K${text}`);
}

async function run(options: Options): Promise<number> {
  const startedMs = performance.now();
  const result = await simulate({
    ...options,
    ...(options.hard && { plant: HARD }),
    onProgress: showProgress,
  });
  const { user, system } = process.cpuUsage();
  const took = {
    seconds: (performance.now() - startedMs) / 1000,
    cpuSeconds: (user + system) / 1_000_000,
    megabytes: process.resourceUsage().maxRSS / 1000,
  };
  console.log(report(options, result, took, paint));
  return result.violations.total === 0 ? 0 : 1;
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
