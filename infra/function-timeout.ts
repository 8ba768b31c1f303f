/** How long each function may take. Apart from the constructs, so that to know it needs no CDK. */
import type { FunctionName } from './bundling/bundles.ts';

/** Seconds a function may take; those that work through many tokens take longer. */
const TIMEOUT_SECONDS: Partial<Record<FunctionName, number>> = {
  'get-tokens': 30,
  'restore-tokens': 60,
  'refresh-dispatcher': 50,
  'refresh-worker': 30,
  housekeeper: 600,
};
const DEFAULT_TIMEOUT_SECONDS = 15;

export function timeoutSeconds(name: FunctionName): number {
  return TIMEOUT_SECONDS[name] ?? DEFAULT_TIMEOUT_SECONDS;
}
