/**
 * The demo's application as one file, so that a fresh process is there in a second. The Zoho SDK
 * loads its parts by path: it stays outside, and is imported from where it is installed.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { BUNDLE_OPTIONS, CREDENTIALS_ELSEWHERE } from '../../infra/bundling/bundle.ts';

const ZOHO_SDK_STAYS_OUTSIDE: Plugin = {
  name: 'zoho-sdk-stays-outside',
  setup({ onResolve }) {
    onResolve({ filter: /^@zohocrm\/typescript-sdk-8\.0$/ }, ({ path }) => ({
      path: import.meta.resolve(path),
      external: true,
    }));
  },
};

/** Resolves to the path of the file in `directory`. */
export async function bundleSdkProcess(directory: string): Promise<string> {
  const program = join(directory, 'sdk-process.mjs');
  const { outputFiles } = await build({
    ...BUNDLE_OPTIONS,
    // An application invokes functions, by a client that can stream events.
    external: CREDENTIALS_ELSEWHERE,
    // Not by esbuild, which would make the folder anew after an interruption has removed it.
    write: false,
    plugins: [ZOHO_SDK_STAYS_OUTSIDE],
    entryPoints: [join(import.meta.dirname, 'sdk-process.ts')],
  });
  for (const { contents } of outputFiles) writeFileSync(program, contents);
  return program;
}
