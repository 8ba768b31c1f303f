/** Where each function's source is and where its bundle goes. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FUNCTION_OF_OPERATION } from '../../lib/contract.ts';
import { bundle } from './bundle.ts';

const ROOT = join(import.meta.dirname, '..', '..');

export const FUNCTION_NAMES = Object.values(FUNCTION_OF_OPERATION);
export type FunctionName = (typeof FUNCTION_NAMES)[number];

/** The folder that is deployed as the function's code; its handler is `index.handler`. */
export function bundleFolder(name: FunctionName): string {
  return join(ROOT, 'dist', 'lambdas', name);
}

export function bundleFile(name: FunctionName): string {
  return join(bundleFolder(name), 'index.mjs');
}

export async function buildBundles(): Promise<void> {
  await Promise.all(
    FUNCTION_NAMES.map(async (name) => {
      await rm(bundleFolder(name), { recursive: true, force: true });
      await mkdir(bundleFolder(name), { recursive: true });
      await bundle(join(ROOT, 'lambdas', `${name}.ts`), bundleFile(name));
    }),
  );
}
