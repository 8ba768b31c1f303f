/** Files that say they are pure are; the core asks nobody for the time, the network or the environment. */
import { headerOf, type SourceFile, sourcesUnder, withoutComments } from './source-files.ts';

const sources = sourcesUnder('lib', 'lambdas', 'infra', 'operator', 'local');
const byPath = new Map(sources.map((source) => [source.path, source]));
const core = sourcesUnder('lib');
const deployed = sourcesUnder('lib', 'lambdas');

const PURE_NODE_MODULES = ['node:buffer', 'node:crypto', 'node:path', 'node:util'];
const IMPURITIES = {
  'the time': /\bDate\.now\b|\bnew Date\(\)|\bperformance\.|\bprocess\.hrtime\b/,
  'a timer': /\bset(Timeout|Interval|Immediate)\b|\bAbortSignal\.timeout\b/,
  chance: /\bMath\.random\b|\brandom(Bytes|UUID|Int)\b|\bgetRandomValues\b/,
  'the network': /\bfetch\(|\bWebSocket\b/,
  'the process': /\bprocess\./,
} as const;

/** The composition of a client from the environment is what it is for. */
const READS_ENVIRONMENT = ['lib/client/latchkey-client.ts'];
/** Where time comes from: everything else is handed a clock or a moment. */
const KNOWS_TIME = ['lib/clock.ts'];
/** Where the network is reached without the AWS SDK. */
const KNOWS_NETWORK = ['lib/provider/provider-request.ts'];

const pure = sources.filter((source) => /\bPure\b[.:]/.test(headerOf(source)));
const paths = (files: readonly SourceFile[]) => files.map(({ path }) => path);
const using = (files: readonly SourceFile[], what: RegExp) =>
  paths(files.filter(({ text }) => what.test(withoutComments(text))));

/** A file and, in the core, everything of ours that it may run when it is called. */
function withImports(source: SourceFile, seen = new Set<SourceFile>()): ReadonlySet<SourceFile> {
  if (seen.has(source)) return seen;
  seen.add(source);
  if (!source.path.startsWith('lib/')) return seen;
  for (const { file, typeOnly } of source.imports) {
    const next = file !== undefined && !typeOnly ? byPath.get(file) : undefined;
    if (next !== undefined) withImports(next, seen);
  }
  return seen;
}

test('there are pure files', () => {
  expect(paths(pure)).toEqual(expect.arrayContaining(['lib/token-match.ts', 'lib/token-row.ts']));
});

describe.each(pure.map((source) => [source.path, source] as const))('%s is pure', (_, source) => {
  const reached = [...withImports(source)];

  test('it reaches no module of Node that does I/O', () => {
    const impure = reached.flatMap(({ path, imports }) =>
      imports.flatMap(({ from, typeOnly }) =>
        from.startsWith('node:') && !typeOnly && !PURE_NODE_MODULES.includes(from)
          ? [`${path} -> ${from}`]
          : [],
      ),
    );
    expect(impure).toEqual([]);
  });

  test.each(Object.entries(IMPURITIES))('it does not ask for %s', (_what, sign) => {
    expect(using(reached, sign)).toEqual([]);
  });
});

describe('the core', () => {
  test('reads no environment but where a client is made from it', () => {
    expect(using(core, /\bprocess\./)).toEqual(READS_ENVIRONMENT);
  });

  test('knows the time in one place', () => {
    expect(using(core, IMPURITIES['the time'])).toEqual(KNOWS_TIME);
  });

  test('reaches the network through the AWS SDK and the provider', () => {
    expect(using(core, IMPURITIES['the network'])).toEqual(KNOWS_NETWORK);
    const modules = core.flatMap(({ imports }) => imports.map(({ from }) => from));
    const network = modules.filter((from) => /^node:(https?|http2|net|tls|dns|dgram)/.test(from));
    expect(network).toEqual([]);
  });

  test('touches no file', () => {
    const modules = core.flatMap(({ imports }) => imports.map(({ from }) => from));
    expect(
      modules.filter((from) => /^node:(fs|child_process|worker_threads|os)/.test(from)),
    ).toEqual([]);
  });
});

test('nothing that is deployed writes to the console: the log has an allow-list of fields', () => {
  // Not the console of the browser that a link leads to.
  expect(using(deployed, /(?<!['"`.])\bconsole\s*[.[]/)).toEqual([]);
  expect(using(deployed, /\bprocess\.(stdout|stderr)\b/)).toEqual(['lambdas/runtime/log.ts']);
});
