/** Bundles every function, each from lambdas/ into its folder under dist/. */
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bundle } from './bundle.ts';
import { bundleFile, bundleFolder, FUNCTION_NAMES } from './bundles.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/**
 * Every bundle is replaced in one step, and only when all of them could be built: a container that
 * starts meanwhile, or another build at the same time, finds a whole one.
 */
export async function buildBundles(): Promise<void> {
  await mkdir(join(ROOT, 'dist'), { recursive: true });
  const building = await mkdtemp(join(ROOT, 'dist', '.building-'));
  try {
    await Promise.all(
      FUNCTION_NAMES.map((name) =>
        bundle(join(ROOT, 'lambdas', `${name}.ts`), join(building, `${name}.mjs`)),
      ),
    );
    for (const name of FUNCTION_NAMES) {
      await mkdir(bundleFolder(name), { recursive: true });
      await rename(join(building, `${name}.mjs`), bundleFile(name));
    }
  } finally {
    await rm(building, { recursive: true, force: true });
  }
}
