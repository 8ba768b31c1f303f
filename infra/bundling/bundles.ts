/**
 * Which functions there are, and where each one's bundle lies: the same files, whether the
 * construct runs from the sources or from the package. Knows no bundler: the construct imports it.
 */
import { extname, join } from 'node:path';
import { FUNCTION_OF_OPERATION } from '../../lib/contract.ts';

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

/** The root of the sources; of the compiled package, where this is dist/infra/bundling: dist. */
const ABOVE = join(import.meta.dirname, '..', '..');
const DIST = extname(import.meta.filename) === '.ts' ? join(ABOVE, 'dist') : ABOVE;

/** The folder that is deployed as the function's code; its handler is `index.handler`. */
export function bundleFolder(name: FunctionName): string {
  return join(DIST, 'lambdas', name);
}

export function bundleFile(name: FunctionName): string {
  return join(bundleFolder(name), 'index.mjs');
}
