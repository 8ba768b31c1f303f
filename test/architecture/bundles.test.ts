/**
 * What each function loads at a cold start: the clients that its wiring gives it, no other, and not
 * more than 400 KB in all.
 */
import { isBuiltin } from 'node:module';
import { build } from 'esbuild';
import { BUNDLE_OPTIONS } from '../../infra/bundling/bundle.ts';
import { FUNCTION_NAMES, type FunctionName } from '../../infra/bundling/bundles.ts';
import { ROOT } from './source-files.ts';

const MAX_BYTES = 400_000;

const BOTH = ['client-dynamodb', 'client-secrets-manager'];
const CLIENTS: Readonly<Record<FunctionName, readonly string[]>> = {
  'find-token': BOTH,
  'find-token-by-id': BOTH,
  'save-token': BOTH,
  'delete-token': BOTH,
  'get-tokens': BOTH,
  'delete-tokens': ['client-dynamodb'],
  'get-access-token': BOTH,
  'restore-tokens': BOTH,
  'refresh-dispatcher': ['client-dynamodb', 'client-sqs'],
  'refresh-worker': ['client-dynamodb', 'client-eventbridge', 'client-secrets-manager'],
  housekeeper: BOTH,
  'token-widget': ['client-dynamodb'],
};

async function bundled(name: FunctionName) {
  const { metafile } = await build({
    ...BUNDLE_OPTIONS,
    absWorkingDir: ROOT,
    entryPoints: [`lambdas/${name}.ts`],
    outdir: 'dist/never-written',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const [output] = Object.values(metafile.outputs);
  return output ?? { bytes: Number.NaN, inputs: {}, imports: [] };
}

test.each(FUNCTION_NAMES)('%s loads its own clients, and under 400 KB', async (name) => {
  const { bytes, inputs } = await bundled(name);
  const clients = Object.entries(inputs)
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .flatMap(([path]) => /@aws-sdk\/(client-[\w-]+)\//.exec(path)?.[1] ?? []);
  expect([...new Set(clients)].sort()).toEqual(CLIENTS[name]);
  expect(bytes).toBeLessThan(MAX_BYTES);
});

test.each(FUNCTION_NAMES)(
  '%s starts with Node.js alone: the rest is imported lazily',
  async (name) => {
    const { imports } = await bundled(name);
    const outside = imports.filter(({ path }) => !isBuiltin(path));
    expect(outside.length).toBeGreaterThan(0);
    expect(outside.filter(({ kind }) => kind !== 'dynamic-import')).toEqual([]);
  },
);
