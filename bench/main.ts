/**
 * `npm run bench`: what the store adds to its AWS calls, what a sweep takes, and what the bundles
 * cost to load.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureBundles } from './bundles/measure.ts';
import { measureOperations } from './operations/measure.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { progress } from './progress.ts';
import { bundlesReport, operationsReport, sweepCallsReport, sweepsReport } from './report.ts';
import { measureSweeps } from './sweep/measure.ts';

async function bench({ quick, strict }: Options): Promise<number> {
  console.log(
    `Node.js ${process.versions.node}, ${availableParallelism()} x ${cpus()[0]?.model.trim()}`,
  );
  if (quick) console.log('Few samples: this shows that the benchmarks run, not how fast it is.');
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-bench-'));
  try {
    const operations = operationsReport(
      await measureOperations(folder, { rounds: quick ? 10 : 150, progress }),
    );
    progress('');
    console.log(
      '\nOperations against bare calls through the same SDK clients, medians of interleaved\n' +
        'samples. The embedded AWS is another process and speaks plain HTTP: the TLS that both\n' +
        `sides of a ratio pay for on AWS is not in it.\n\n${operations.text}`,
    );
    const runs = await measureSweeps({
      tokens: quick ? 40 : 200,
      workers: quick ? [2, 5] : [2, 5, 10, 20],
      progress,
    });
    progress('');
    const sweeps = sweepsReport(runs);
    console.log(
      '\nA sweep of tokens that are due at once, until the last of them is refreshed. Emulator, workers\n' +
        'and provider share the machine: the ratio is to the first line, and the pace what is set.\n\n' +
        `${sweeps.text}`,
    );
    const [run] = runs;
    const calls = run === undefined ? sweeps : sweepCallsReport(run);
    console.log(`\nAWS calls of such a sweep, all containers cold.\n\n${calls.text}`);
    const bundles = bundlesReport(
      await measureBundles(folder, { rounds: quick ? 2 : 30, progress }),
    );
    progress('');
    console.log(
      '\nBundles against bare ones of the same clients and commands: size, and the time to import\n' +
        'them in a fresh process. On a machine that does other work the CPU tells more than the wall.\n\n' +
        bundles.text,
    );
    const missed = operations.missed + calls.missed + bundles.missed;
    console.log(`\n${missed === 0 ? 'All targets met.' : `Targets missed: ${missed}.`}`);
    return strict && missed > 0 ? 1 : 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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
else process.exitCode = given === undefined ? 2 : await bench(given);
