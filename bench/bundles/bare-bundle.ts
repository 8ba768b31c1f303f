/**
 * The least that a function could load: the AWS SDK's clients with its settings, and the commands
 * and errors that its sources import. Bundled like the function itself.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { BUNDLE_OPTIONS } from '../../infra/bundling/bundle.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const CLIENTS = 'lambdas/runtime/clients.ts';
const CLIENT_MAKERS: Readonly<Record<string, string>> = {
  '@aws-sdk/client-dynamodb': 'dynamoDb',
  '@aws-sdk/client-eventbridge': 'eventBridge',
  '@aws-sdk/client-secrets-manager': 'secretsManager',
  '@aws-sdk/client-sqs': 'sqs',
};
const SDK_IMPORT = /^import \{([^}]*)\} from '(@(?:aws-sdk|smithy)\/[^']+)'/gms;

/** The source of the bare bundle of `lambdas/<name>.ts`. */
export async function bareSource(name: string): Promise<string> {
  // Not minified: what of the SDK is left in it goes by its own name.
  const { metafile, outputFiles } = await build({
    ...BUNDLE_OPTIONS,
    minify: false,
    absWorkingDir: ROOT,
    entryPoints: [join('lambdas', `${name}.ts`)],
    outdir: 'dist/never-written',
    write: false,
    metafile: true,
  });
  const bundled = new Set(outputFiles[0]?.text.match(/\b\w+\b/g));
  const sources = Object.values(metafile.outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([path, { bytesInOutput }]) => bytesInOutput > 0 && /^(lib|lambdas)\//.test(path))
    .map(([path]) => path)
    .filter((path) => path !== CLIENTS);
  const names = new Map<string, Set<string>>();
  for (const path of sources) {
    const text = await readFile(join(ROOT, path), 'utf8');
    for (const [, imported = '', from = ''] of text.matchAll(SDK_IMPORT)) {
      const known = names.get(from) ?? new Set();
      for (const value of valuesIn(imported)) if (bundled.has(value)) known.add(value);
      names.set(from, known);
    }
  }
  const used = [...names].filter(([, values]) => values.size > 0).sort();
  const makers = used.flatMap(([from]) => CLIENT_MAKERS[from] ?? []);
  return [
    ...used.map(([from, values]) => `export { ${[...values].sort().join(', ')} } from '${from}';`),
    `import { ${makers.join(', ')} } from './${CLIENTS}';`,
    `export const clients = [${makers.map((maker) => `${maker}()`).join(', ')}];`,
  ].join('\n');
}

export async function buildBare(source: string, outfile: string): Promise<void> {
  const stdin = { contents: source, resolveDir: ROOT, loader: 'ts' as const };
  await build({ ...BUNDLE_OPTIONS, stdin, outfile });
}

/** Without `type` imports: they leave nothing behind. */
function valuesIn(imported: string): string[] {
  return imported
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && !name.startsWith('type '));
}
