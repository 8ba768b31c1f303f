/**
 * The demo's application as one file, so that a fresh process is there in a second. The Zoho SDK
 * loads its parts by path: it stays outside, and is resolved from where the file is.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { BUNDLE_OPTIONS } from '../../infra/bundling/bundle.ts';
import type { Cleanup } from '../cleanup.ts';

const DIST = join(import.meta.dirname, '..', '..', 'dist');

/** Resolves to the file's path; the cleanup removes it. */
export async function bundleSdkProcess(cleanup: Cleanup): Promise<string> {
  await mkdir(DIST, { recursive: true });
  const directory = await mkdtemp(join(DIST, '.demo-'));
  cleanup.add(() => rm(directory, { recursive: true, force: true }));
  const outfile = join(directory, 'sdk-process.mjs');
  await build({
    ...BUNDLE_OPTIONS,
    external: [...BUNDLE_OPTIONS.external, '@zohocrm/typescript-sdk-8.0'],
    entryPoints: [join(import.meta.dirname, 'sdk-process.ts')],
    outfile,
  });
  return outfile;
}
