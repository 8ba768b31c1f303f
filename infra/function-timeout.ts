/** How long each function may take. Apart from the constructs, so that to know it needs no CDK. */
import type { FunctionName } from './bundling/bundles.ts';

/** Seconds an operation may take; listing and restoring work through many tokens. */
const TIMEOUT_SECONDS: Partial<Record<FunctionName, number>> = {
  'get-tokens': 30,
  'restore-tokens': 60,
};
const DEFAULT_TIMEOUT_SECONDS = 15;

export function timeoutSeconds(name: FunctionName): number {
  return TIMEOUT_SECONDS[name] ?? DEFAULT_TIMEOUT_SECONDS;
}
