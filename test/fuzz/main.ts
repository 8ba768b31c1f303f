/** Bad input from the command line. */
import '../../local/quiet-sdk.ts';
import { paint, showProgress, suiteProgram } from '../support/suite-program.ts';
import { World } from './engine/world.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { report } from './report.ts';
import { growth, runFuzz } from './run-fuzz.ts';
import { TARGETS } from './targets/all.ts';
import type { Target } from './targets/target.ts';

const PROGRESS_EVERY = 20;

async function run(
  targets: readonly Target[],
  { runs, seed, path, list }: Options,
): Promise<number> {
  if (list) {
    console.log(targets.map(({ name }) => name).join('\n'));
    return 0;
  }
  const startedMs = performance.now();
  const world = await World.open();
  try {
    const result = await runFuzz(world, {
      ...{ targets, runs, seed },
      ...(path !== undefined && { path }),
      onProgress: (target, { inputs }) => {
        if (inputs % PROGRESS_EVERY === 0) showProgress(`${inputs} inputs: ${target}`);
      },
    });
    showProgress('');
    console.log(report(result, (performance.now() - startedMs) / 1000, paint));
    return result.violations.length > 0 || growth(result.held) !== undefined ? 1 : 0;
  } finally {
    await world.close();
  }
}

function targetsOf({ only }: Options): readonly Target[] {
  const chosen = TARGETS.filter(({ name }) => only.some((text) => name.includes(text)));
  // A name that another begins with is meant alone.
  const exact = TARGETS.filter(({ name }) => only.includes(name));
  if (only.length === 0) return TARGETS;
  if (chosen.length === 0) throw new TypeError(`No target has ${only.join(' or ')} in its name.`);
  return exact.length > 0 && exact.length === only.length ? exact : chosen;
}

await suiteProgram(
  HELP,
  (args) => {
    const options = readOptions(args);
    return { ...options, targets: targetsOf(options) };
  },
  ({ targets, ...options }) => run(targets, options),
);
