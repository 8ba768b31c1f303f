/** A process of the matrix: told the name of a scenario, it answers with what was found. */
import '../../../local/quiet-sdk.ts';
import { SCENARIOS } from '../scenarios/all.ts';
import { matrixOf } from './matrix.ts';
import type { FromWorker } from './worker-pool.ts';

const say = (what: FromWorker) => process.send?.(what);

process.on('message', async (name: string) => {
  try {
    const scenario = SCENARIOS.find((each) => each.name === name);
    if (scenario === undefined) throw new Error(`There is no scenario ${name}.`);
    say({ result: await matrixOf(scenario) });
  } catch (error) {
    say({ error: `${name}: ${(error as Error).stack}` });
  }
});
process.once('disconnect', () => process.exit(0));
say({ ready: true });
