/**
 * Who may import whom: lambdas -> lib, infra -> the functions' environment and metrics, lib's constants,
 * lib -> nobody. Only adapters and what builds them know AWS.
 */
import { build } from 'esbuild';
import { ROOT, type SourceFile, sourcesUnder } from './source-files.ts';

const lib = sourcesUnder('lib');
const lambdas = sourcesUnder('lambdas');
const infra = sourcesUnder('infra');
const local = sourcesUnder('local');
const bench = sourcesUnder('bench');
const operator = sourcesUnder('operator');
const examples = sourcesUnder('examples');
const kit = sourcesUnder('conformance/src');
const all = [...lib, ...lambdas, ...infra, ...local, ...bench, ...operator, ...examples, ...kit];

/** The adapters, and what they share. */
const KNOW_AWS_IN_LIB = [
  'lib/aws-failure.ts',
  'lib/client-health/dynamodb-client-health.ts',
  'lib/client/function-answer.ts',
  'lib/client/latchkey-client.ts',
  'lib/events/eventbridge-publisher.ts',
  'lib/housekeeping/dynamodb-housekeeping-progress.ts',
  'lib/refresh-queue/sqs-refresh-queue.ts',
  'lib/token-index/dynamodb-due-index.ts',
  'lib/token-index/dynamodb-item-read.ts',
  'lib/token-index/dynamodb-items.ts',
  'lib/token-index/dynamodb-operator-notes.ts',
  'lib/token-index/dynamodb-row-update.ts',
  'lib/token-index/dynamodb-token-index.ts',
  'lib/token-index/dynamodb-writes.ts',
  'lib/token-index/update-expression.ts',
  'lib/vault/secrets-manager-vault.ts',
];
const KNOW_AWS_IN_LAMBDAS = ['lambdas/runtime/clients.ts'];
const KNOW_AWS_IN_OPERATOR = [
  'operator/aws-clients.ts',
  'operator/aws-clock.ts',
  'operator/commands/purge.ts',
  'operator/function-stop.ts',
  'operator/index-table.ts',
  'operator/purge/listed-secrets.ts',
  'operator/recovery-mark.ts',
  'operator/store-presence.ts',
  'operator/table-copy.ts',
];
/** What the operator's program must call as the stack does. */
const INFRA_OF_OPERATOR = [
  'infra/bundling/bundles.ts',
  'infra/resource-names.ts',
  'infra/store-settings.ts',
];
const KNOW_ZOHO_SDK = [
  'lib/client/token-store-exception.ts',
  'lib/client/zoho-token-fields.ts',
  'lib/client/zoho-token-store.ts',
];
/** What the stack and the code must agree on. */
const LIB_CONSTANTS_OF_INFRA = [
  'lib/client/function-variables.ts',
  'lib/contract.ts',
  'lib/provider/provider-settings.ts',
  'lib/provider/zoho-data-centres.ts',
  'lib/token-index/dynamodb-item-read.ts',
  'lib/token-index/dynamodb-items.ts',
];
const PARTS_OF_A_HANDLER =
  /^lib\/((operations|background|housekeeping|console)\/[\w-]+|requests)\.ts$|^lambdas\/runtime\/[\w-]+\.ts$/;

const isAws = (from: string) => /^@(aws-sdk|smithy)\//.test(from);
const isHandler = ({ path }: SourceFile) => /^lambdas\/[^/]+\.ts$/.test(path);

/** The files that other files of the project lead to, as `importer -> imported`. */
function arrows(from: readonly SourceFile[], isAllowed: (file: string) => boolean): string[] {
  return from.flatMap(({ path, imports }) =>
    imports.flatMap(({ file }) =>
      file === undefined || isAllowed(file) ? [] : [`${path} -> ${file}`],
    ),
  );
}

/** The packages that files use, as `importer -> package`. */
function packages(from: readonly SourceFile[], isForbidden: (name: string) => boolean): string[] {
  return from.flatMap(({ path, imports }) =>
    imports.flatMap(({ from: name, file }) =>
      file === undefined && isForbidden(name) ? [`${path} -> ${name}`] : [],
    ),
  );
}

const importersOf = (from: readonly SourceFile[], isOne: (name: string) => boolean) =>
  from.filter(({ imports }) => imports.some((one) => isOne(one.from))).map(({ path }) => path);

describe('arrows', () => {
  test('lib leads nowhere outside lib', () => {
    expect(arrows(lib, (file) => file.startsWith('lib/'))).toEqual([]);
  });

  test('lambdas lead to lib', () => {
    expect(arrows(lambdas, (file) => /^(lib|lambdas)\//.test(file))).toEqual([]);
  });

  test('a handler knows its operation, the requests and the runtime', () => {
    const handlers = lambdas.filter(isHandler);
    expect(arrows(handlers, (file) => PARTS_OF_A_HANDLER.test(file))).toEqual([]);
  });

  test('no handler knows another', () => {
    expect(arrows(lambdas, (file) => !/^lambdas\/[^/]+\.ts$/.test(file))).toEqual([]);
  });

  test('infra leads to environment and metrics of the functions and to constants of lib', () => {
    const ofFunctions = ['lambdas/runtime/environment.ts', 'lambdas/runtime/metrics.ts'];
    const allowed = [...ofFunctions, ...LIB_CONSTANTS_OF_INFRA];
    const isAllowed = (file: string) => file.startsWith('infra/') || allowed.includes(file);
    expect(arrows(infra, isAllowed)).toEqual([]);
  });

  test('nothing that is deployed leads to local, test, bench or examples', () => {
    const deployed = [...lib, ...lambdas, ...infra];
    const elsewhere = /^(local|test|bench|operator|examples|conformance)\//;
    expect(arrows(deployed, (file) => !elsewhere.test(file))).toEqual([]);
  });

  test('operator leads to lib, to names of infra, and to one setting of the SDK', () => {
    const allowed = [...INFRA_OF_OPERATOR, 'local/quiet-sdk.ts'];
    const isAllowed = (file: string) => /^(lib|operator)\//.test(file) || allowed.includes(file);
    expect(arrows(operator, isAllowed)).toEqual([]);
  });

  test('local and bench do not lead to test', () => {
    expect(arrows([...local, ...bench], (file) => !file.startsWith('test/'))).toEqual([]);
  });

  test('the conformance kit is a package of its own, and knows nothing of the store', () => {
    expect(arrows(kit, (file) => file.startsWith('conformance/src/'))).toEqual([]);
  });

  test('an example can be copied: it imports this package by its name', () => {
    const froms = examples.flatMap(({ imports }) => imports.map(({ from }) => from));
    expect(froms).toContain('latchkey/client');
    expect(froms.filter((from) => from.startsWith('.'))).toEqual([]);
  });
});

describe('packages', () => {
  test('the AWS SDK is known to these files', () => {
    expect(importersOf(lib, isAws)).toEqual(KNOW_AWS_IN_LIB);
    expect(importersOf(lambdas, isAws)).toEqual(KNOW_AWS_IN_LAMBDAS);
    expect(importersOf(infra, isAws)).toEqual([]);
    expect(importersOf(operator, isAws)).toEqual(KNOW_AWS_IN_OPERATOR);
  });

  test('the Zoho SDK is known to its adapter', () => {
    const isZohoSdk = (name: string) => name.startsWith('@zohocrm/');
    expect(importersOf([...lib, ...lambdas, ...infra], isZohoSdk)).toEqual(KNOW_ZOHO_SDK);
  });

  test('lib knows neither Lambda nor the CDK', () => {
    const isPlatform = (name: string) => /^(aws-lambda|aws-cdk-lib|constructs)/.test(name);
    expect(packages(lib, isPlatform)).toEqual([]);
  });

  test('lambdas do not know the CDK', () => {
    const isCdk = (name: string) => /^(aws-cdk-lib|constructs)/.test(name);
    expect(packages(lambdas, isCdk)).toEqual([]);
  });

  test('what is deployed uses nothing but dependencies, Node and the optional Zoho SDK', () => {
    const isKnown = (name: string) =>
      /^(node:|@aws-sdk\/|@smithy\/core|valibot$|oauth4webapi$|@remix-run\/html-template$|@aws-lambda-powertools\/|@zohocrm\/|aws-lambda$)/.test(
        name,
      );
    expect(packages([...lib, ...lambdas], (name) => !isKnown(name))).toEqual([]);
  });
});

test('the conformance kit uses nothing but Node, and the types of the SDK that it is given', () => {
  expect(packages(kit, (name) => !/^(node:|@zohocrm\/)/.test(name))).toEqual([]);
  const values = kit.flatMap(({ path, imports }) =>
    imports.flatMap(({ from, typeOnly }) =>
      from.startsWith('@zohocrm/') && !typeOnly ? [`${path} -> ${from}`] : [],
    ),
  );
  expect(values).toEqual([]);
});

test('there is no import cycle', () => {
  const valueImports = new Map(
    all.map(({ path, imports }) => [
      path,
      imports.flatMap(({ file, typeOnly }) => (file === undefined || typeOnly ? [] : [file])),
    ]),
  );
  expect(cyclesIn(valueImports)).toEqual([]);
});

test('there is no cycle of types either', () => {
  const every = new Map(
    all.map(({ path, imports }) => [path, imports.flatMap(({ file }) => file ?? [])]),
  );
  expect(cyclesIn(every)).toEqual([]);
});

test('every import of a file leads to a file', () => {
  const known = new Set(
    sourcesUnder(
      ...[
        'lib',
        'lambdas',
        'infra',
        'local',
        'bench',
        'operator',
        'examples',
        'test',
        'conformance/src',
      ],
    ).map(({ path }) => path),
  );
  expect(arrows(all, (file) => known.has(file) || !file.endsWith('.ts'))).toEqual([]);
});

test('these rules see every import that a bundler sees', async () => {
  const entryPoints = all.map(({ path }) => path);
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    outdir: 'dist/never-written',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const seen = new Map(all.map(({ path, imports }) => [path, imports.map(({ from }) => from)]));
  const overlooked = Object.entries(metafile.inputs).flatMap(([path, { imports }]) =>
    imports.flatMap(({ original, path: resolved }) => {
      const from = original ?? resolved;
      return seen.get(path)?.includes(from) === false ? [`${path} -> ${from}`] : [];
    }),
  );
  expect(overlooked).toEqual([]);
});

/** Each cycle once, as the files one after another. */
function cyclesIn(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const cycles: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, way: readonly string[]) => {
    const start = way.indexOf(path);
    if (start >= 0) cycles.push([...way.slice(start), path].join(' -> '));
    if (start >= 0 || done.has(path)) return;
    for (const next of graph.get(path) ?? []) visit(next, [...way, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return cycles;
}
