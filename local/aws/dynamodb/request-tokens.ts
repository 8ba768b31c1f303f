/**
 * Which ClientRequestTokens have been spent, and on what. A token is remembered for ten minutes
 * after its transaction succeeded (TransactWriteItems, API reference); a cancelled transaction
 * leaves its token unspent.
 */
import { createHash } from 'node:crypto';
import { ServiceError } from '../service.ts';

const REMEMBERED_MS = 10 * 60_000;

export class RequestTokens {
  readonly #nowMs: () => number;
  readonly #spent = new Map<string, { fingerprint: string; atMs: number }>();

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /**
   * True when this very request was applied before. Throws where the token was spent on another
   * one.
   */
  wasApplied(token: string, request: Record<string, unknown>): boolean {
    const spent = this.#spent.get(token);
    if (spent === undefined || this.#nowMs() - spent.atMs >= REMEMBERED_MS) return false;
    if (spent.fingerprint === fingerprint(request)) return true;
    throw new ServiceError(
      'com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException',
      'The ClientRequestToken was used with other parameters within the last ten minutes.',
    );
  }

  spend(token: string, request: Record<string, unknown>): void {
    const nowMs = this.#nowMs();
    for (const [old, { atMs }] of this.#spent) {
      if (nowMs - atMs < REMEMBERED_MS) break;
      this.#spent.delete(old);
    }
    this.#spent.delete(token);
    this.#spent.set(token, { fingerprint: fingerprint(request), atMs: nowMs });
  }
}

/** Of the parameters that change what the request does, in an order of their own. */
function fingerprint(request: Record<string, unknown>): string {
  const text = JSON.stringify(request['TransactItems'], (_key, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return createHash('sha256').update(text).digest('hex');
}
