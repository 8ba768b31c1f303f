/** The crash matrix from the command line. */
import { join } from 'node:path';
import '../../local/quiet-sdk.ts';
import { paint, showProgress, suiteProgram } from '../support/suite-program.ts';
import { runShared } from '../support/worker-pool.ts';
import type { MatrixResult } from './matrix/matrix.ts';
import { measureWindow } from './measured-window.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { report } from './report.ts';
import { SCENARIOS } from './scenarios/all.ts';

const WORKER = join(import.meta.dirname, 'matrix/worker.ts');

async function run(names: readonly string[], { workers, window, list }: Options): Promise<number> {
  if (list) {
    console.log(names.join('\n'));
    return 0;
  }
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

await suiteProgram(
  HELP,
  (args) => {
    const options = readOptions(args);
    return { ...options, names: namesOf(options) };
  },
  ({ names, ...options }) => run(names, options),
);
