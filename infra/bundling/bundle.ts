/**
 * How a function becomes one file: ESM, minified, AWS SDK included, tree-shaken from the packages'
 * module sources. On Lambda credentials come from the environment, so the providers for other
 * places stay outside; they are imported lazily and never reached.
 */
import { type BuildOptions, type BuildResult, build } from 'esbuild';

export const CREDENTIALS_ELSEWHERE = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-login',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/credential-provider-imds',
];

/**
 * None of the store's services streams events, so this is never imported either. Within the bundle
 * it would keep all that it shares with the rest of the SDK from being tree-shaken.
 */
const EVENT_STREAMS = '@smithy/core/event-streams';

/** Parts of the SDK are CommonJS and require Node's own modules. */
const REQUIRE_IN_ESM =
  "import{createRequire as __createRequire}from'node:module';" +
  'const require=__createRequire(import.meta.url);';

export const BUNDLE_OPTIONS = {
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  mainFields: ['module', 'main'],
  external: [...CREDENTIALS_ELSEWHERE, EVENT_STREAMS],
  banner: { js: REQUIRE_IN_ESM },
  legalComments: 'none',
  logLevel: 'warning',
} as const satisfies BuildOptions;

export function bundle(entry: string, outfile: string): Promise<BuildResult> {
  return build({ ...BUNDLE_OPTIONS, entryPoints: [entry], outfile });
}
