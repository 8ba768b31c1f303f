/** Bad input from the command line. */
import '../../local/quiet-sdk.ts';
import { World } from './engine/world.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { type Paint, report } from './report.ts';
import { growth, runFuzz } from './run-fuzz.ts';
import { TARGETS } from './targets/all.ts';
import type { Target } from './targets/target.ts';

const COLOURS = { red: 31, green: 32, bold: 1 } as const;
const coloured = process.stdout.isTTY === true && !process.env['NO_COLOR'];
const PROGRESS_EVERY = 20;

const paint: Paint = (colour, text) =>
  coloured ? `\u001b[${COLOURS[colour]}m${text}\u001b[0m` : text;

/** One line that says how far the run is; nothing where nobody looks. */
function showProgress(text: string): void {
  if (process.stderr.isTTY === true) process.stderr.write(`\r\u001b[2K${text}`);
}

async function run(targets: readonly Target[], { runs, seed, path }: Options): Promise<number> {
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

function given(): { readonly options: Options; readonly targets: readonly Target[] } | undefined {
  try {
    const options = readOptions(process.argv.slice(2));
    return { options, targets: targetsOf(options) };
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${HELP}`);
    return undefined;
  }
}

const asked = given();
if (asked === undefined) process.exitCode = 2;
else if (asked.options.help) console.log(HELP);
else if (asked.options.list) console.log(asked.targets.map(({ name }) => name).join('\n'));
else process.exitCode = await run(asked.targets, asked.options);
