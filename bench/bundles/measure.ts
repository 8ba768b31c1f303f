/**
 * What a cold start has to load: each function's bundle, its size and the time to import it in a
 * fresh process, beside a bare bundle of the same SDK clients and commands.
 */
import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundle } from '../../infra/bundling/bundle.ts';
import { FUNCTION_NAMES, type FunctionName } from '../../infra/bundling/bundles.ts';
import { functionEnvironment } from '../../infra/function-environment.ts';
import { DEFAULT_SETTINGS } from '../../infra/store-settings.ts';
import { QUIET_SDK } from '../../local/quiet-sdk.ts';
import type { Progress } from '../progress.ts';
import { type Cost, medianCost } from '../samples.ts';
import { bareSource, buildBare } from './bare-bundle.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const run = promisify(execFile);

export interface BundleCost {
  readonly name: FunctionName;
  readonly bytes: number;
  readonly bareBytes: number;
  readonly load: Cost;
  readonly bareLoad: Cost;
}

export async function measureBundles(
  folder: string,
  { rounds, progress }: { readonly rounds: number; readonly progress: Progress },
): Promise<readonly BundleCost[]> {
  const bareFiles = new Map<string, string>();
  const pairs = [];
  for (const name of FUNCTION_NAMES) {
    progress(`bundles: building ${name}`);
    const file = join(folder, `${name}.mjs`);
    await bundle(join(ROOT, 'lambdas', `${name}.ts`), file);
    const source = await bareSource(name);
    const bareFile = bareFiles.get(source) ?? join(folder, `bare-${bareFiles.size}.mjs`);
    if (!bareFiles.has(source)) await buildBare(source, bareFile);
    bareFiles.set(source, bareFile);
    pairs.push({ name, file, bareFile });
  }

  const loads = pairs.map((pair) => ({ ...pair, load: [] as Cost[], bareLoad: [] as Cost[] }));
  // The first round fills the disk cache and does not count.
  for (let round = 0; round <= rounds; round += 1) {
    progress(`bundles: round ${round} of ${rounds}`);
    for (const { file, bareFile, load, bareLoad } of loads) {
      // Right after each other, so that both meet the same machine; each is first every other time.
      const bareFirst = round % 2 === 0;
      if (bareFirst) bareLoad.push(await importOnce(bareFile));
      load.push(await importOnce(file));
      if (!bareFirst) bareLoad.push(await importOnce(bareFile));
    }
  }
  return Promise.all(
    loads.map(async ({ name, file, bareFile, load, bareLoad }) => ({
      name,
      bytes: (await stat(file)).size,
      bareBytes: (await stat(bareFile)).size,
      load: medianCost(load.slice(1)),
      bareLoad: medianCost(bareLoad.slice(1)),
    })),
  );
}

/** Nothing is called while a bundle loads. */
const DEPLOYED = {
  tableName: 'latchkey-bench',
  refreshQueueUrl: 'http://127.0.0.1/bench',
  eventBusName: 'latchkey-bench',
};

async function importOnce(file: string): Promise<Cost> {
  const { stdout } = await run(
    process.execPath,
    [join(import.meta.dirname, 'import-once.mjs'), file],
    {
      env: {
        ...functionEnvironment(DEFAULT_SETTINGS, DEPLOYED),
        ...QUIET_SDK,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'bench',
        AWS_SECRET_ACCESS_KEY: 'bench',
      },
    },
  );
  return JSON.parse(stdout) as Cost;
}
