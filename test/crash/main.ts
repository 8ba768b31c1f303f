/** The crash matrix from the command line. */
import { join } from 'node:path';
import '../../local/quiet-sdk.ts';
import { runShared } from '../support/worker-pool.ts';
import type { MatrixResult } from './matrix/matrix.ts';
import { measureWindow } from './measured-window.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { report } from './report.ts';
import { SCENARIOS } from './scenarios/all.ts';

const WORKER = join(import.meta.dirname, 'matrix/worker.ts');
const COLOURS = { red: 31, green: 32, bold: 1 } as const;
const coloured = process.stdout.isTTY === true && !process.env['NO_COLOR'];

function paint(colour: keyof typeof COLOURS, text: string): string {
  return coloured ? `\u001b[${COLOURS[colour]}m${text}\u001b[0m` : text;
}

/** One line that says how far the run is; nothing where nobody looks. */
function showProgress(text: string): void {
  if (process.stderr.isTTY === true) process.stderr.write(`\r\u001b[2K${text}`);
}

async function run(names: readonly string[], { workers, window }: Options): Promise<number> {
  const startedMs = performance.now();
  let done = 0;
  const results = await runShared(WORKER, names, workers, ({ scenario }: MatrixResult) => {
    done += 1;
    showProgress(`${done} of ${names.length}: ${scenario}`);
  });
  showProgress('');
  const hasWindow = results.some((result) => result.window.length > 0);
  const length = window && hasWindow ? await measureWindow() : undefined;
  console.log(report(results, length, (performance.now() - startedMs) / 1000, paint));
  return results.some(({ violations }) => violations.length > 0) ? 1 : 0;
}

function namesOf({ scenarios }: Options): string[] {
  const names = SCENARIOS.map(({ name }) => name);
  const chosen = names.filter((name) => scenarios.some((text) => name.includes(text)));
  if (scenarios.length === 0) return names;
  if (chosen.length === 0) throw new TypeError(`No scenario has ${scenarios} in its name.`);
  return chosen;
}

function given(): { readonly options: Options; readonly names: readonly string[] } | undefined {
  try {
    const options = readOptions(process.argv.slice(2));
    return { options, names: namesOf(options) };
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    return undefined;
  }
}

const asked = given();
if (asked === undefined) process.exitCode = 2;
else if (asked.options.help) console.log(HELP);
else if (asked.options.list) console.log(asked.names.join('\n'));
else process.exitCode = await run(asked.names, asked.options);
