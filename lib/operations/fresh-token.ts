/**
 * From a living row to its token, fresh if it can be had, for whoever asked for it. Owns what a
 * use leaves behind: that the token is not idle, and how much life it was handed out with.
 */
import type { Deadline } from '../deadline.ts';
import type { Freshened } from '../freshness.ts';
import { expiryMs, isUseWorthNoting, policyOf } from '../refresh-policy.ts';
import type { TokenRow } from '../token-index/token-index.ts';
import type { StoreParts } from './store-parts.ts';

export type FreshTokenParts = Pick<
  StoreParts,
  'reader' | 'refresher' | 'due' | 'policies' | 'observer' | 'clock'
>;

export class FreshToken {
  readonly #parts: FreshTokenParts;

  constructor(parts: FreshTokenParts) {
    this.#parts = parts;
  }

  /**
   * The token with at least `minValidMs` of life, or as fresh as it can be had; undefined when it
   * has gone meanwhile.
   * @throws LatchkeyError STORE_UNAVAILABLE when its secret cannot be read
   */
  async of(row: TokenRow, minValidMs: number, deadline: Deadline): Promise<Freshened | undefined> {
    const { reader, refresher, policies } = this.#parts;
    const stored = await reader.read(row, deadline);
    const leastMs = Math.max(minValidMs, policyOf(policies, row.provider).minValidMs);
    const occasion = { kind: 'use', minValidMs: leastMs } as const;
    const freshened = stored && (await refresher.freshen(stored, occasion, deadline));
    if (freshened !== undefined) await this.#noteUse(freshened, deadline);
    return freshened;
  }

  async #noteUse({ stored: { row }, freshness }: Freshened, deadline: Deadline): Promise<void> {
    const { due, policies, observer, clock } = this.#parts;
    const nowMs = clock.nowMs();
    const expiresMs = expiryMs(row, policyOf(policies, row.provider));
    if (expiresMs !== undefined) {
      observer.handedOut({ tokenId: row.id, remainingMs: expiresMs - nowMs, freshness });
    }
    if (freshness === 'refreshed' || !isUseWorthNoting(row, nowMs)) return;
    // Whoever asked has the answer; that it was used can be noted the next time.
    await due.noteUse(row, nowMs, deadline).catch(() => undefined);
  }
}
