/** Where each function's source is and where its bundle goes. */
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FUNCTION_OF_OPERATION } from '../../lib/contract.ts';
import { bundle } from './bundle.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** What runs by itself, besides a function per operation. */
export const BACKGROUND_FUNCTIONS = [
  'refresh-dispatcher',
  'refresh-worker',
  'housekeeper',
] as const;
/** What operators see in the CloudWatch console. */
export const CONSOLE_FUNCTIONS = ['token-widget'] as const;
export const FUNCTION_NAMES = [
  ...Object.values(FUNCTION_OF_OPERATION),
  ...BACKGROUND_FUNCTIONS,
  ...CONSOLE_FUNCTIONS,
];
export type BackgroundFunction = (typeof BACKGROUND_FUNCTIONS)[number];
export type ConsoleFunction = (typeof CONSOLE_FUNCTIONS)[number];
export type FunctionName = (typeof FUNCTION_NAMES)[number];

/** The folder that is deployed as the function's code; its handler is `index.handler`. */
export function bundleFolder(name: FunctionName): string {
  return join(ROOT, 'dist', 'lambdas', name);
}

export function bundleFile(name: FunctionName): string {
  return join(bundleFolder(name), 'index.mjs');
}

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
