/**
 * The provider: which refresh tokens it takes, what it answers, and its own log of what it was
 * asked. It knows the truth about every grant, which the store can only learn by asking.
 */
import type { RefreshVerdict } from '../../../lib/provider/token-provider.ts';
import { Secret } from '../../../lib/secret.ts';
import type { Chance } from '../engine/chance.ts';
import type { Invocation } from '../engine/lambda-process.ts';
import { PROVIDER } from './world-settings.ts';

/** A refresh token that the provider takes, for good or for a while. */
export interface LiveToken {
  diesAtMs: number;
  /** Who was given it; undefined for the user. */
  readonly by: Invocation | undefined;
  readonly givenAtMs: number;
  /** Whether it ever came into the vault. */
  written: boolean;
}

/** What a user consented to once. */
export interface Grant {
  readonly owner: number;
  readonly rotates: boolean;
  readonly graceMs: number;
  readonly live: Map<string, LiveToken>;
  /** When the user took it back. */
  endedAtMs?: number;
  /** When it was asked for, the last few times. */
  readonly asked: number[];
  lastMint?: { readonly atMs: number; readonly by: Invocation };
  /** What was last minted was not stored: a save had come first. */
  wastedAtMs?: number;
  /** How often it was refused since it ended. */
  refusals: number;
}

/** Why an answer was as it was: what the core cannot know. */
export type Truth = 'minted' | 'refused' | 'outage' | 'spurious' | 'limited';

export interface Answered {
  readonly verdict: RefreshVerdict;
  readonly truth: Truth;
  readonly grant: Grant | undefined;
  readonly by: Invocation;
}

export interface Outage {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly kind: 'silent' | 'http-503';
}

export interface ProviderWatch {
  asked(grant: Grant, nowMs: number): void;
  overLimit(grant: Grant, nowMs: number): void;
  /** Called before `grant.lastMint` is set anew. */
  minted(grant: Grant, nowMs: number): void;
}

export interface SimulatedProviderOptions {
  readonly outages: readonly Outage[];
  readonly chance: Chance;
  readonly watch: ProviderWatch;
  /** The share of answers that are errors for no reason. */
  readonly spurious: number;
}

const SPURIOUS: readonly RefreshVerdict[] = [
  { verdict: 'revoked', reason: 'invalid_code' },
  { verdict: 'outage', reason: 'http-502' },
  { verdict: 'malformed', reason: 'not-json' },
];

export class SimulatedProvider {
  readonly outages: readonly Outage[];
  /** Spurious errors happen until then. */
  calmFromMs = Number.POSITIVE_INFINITY;
  readonly #chance: Chance;
  readonly #watch: ProviderWatch;
  readonly #spurious: number;
  readonly #grants = new Map<string, Grant>();
  #minted = 0;

  constructor({ outages, chance, watch, spurious }: SimulatedProviderOptions) {
    this.outages = outages;
    this.#chance = chance;
    this.#watch = watch;
    this.#spurious = spurious;
  }

  /** A user logs in: a grant, and its first refresh token. */
  consent(owner: number, rotates: boolean, graceMs: number, nowMs: number) {
    const live = new Map<string, LiveToken>();
    const grant: Grant = { owner, rotates, graceMs, live, asked: [], refusals: 0 };
    return { grant, refreshToken: this.#giveRefreshToken(grant, undefined, nowMs) };
  }

  /** An access token as a user's own client holds it. */
  accessTokenOf(owner: number): string {
    this.#minted += 1;
    return `access-${owner}-${this.#minted}`;
  }

  isSilent(nowMs: number): boolean {
    return this.#outageAt(nowMs)?.kind === 'silent';
  }

  grantOf(refreshToken: string): Grant | undefined {
    return this.#grants.get(refreshToken);
  }

  noteWritten(refreshToken: string): void {
    const live = this.#grants.get(refreshToken)?.live.get(refreshToken);
    if (live !== undefined) live.written = true;
  }

  revoke(refreshToken: string, nowMs: number): void {
    const grant = this.#grants.get(refreshToken);
    if (grant !== undefined) grant.endedAtMs ??= nowMs;
  }

  /** One request, at the moment at which it takes effect. */
  answer(refreshToken: string, calledAtMs: number, nowMs: number, by: Invocation): Answered {
    const grant = this.#grants.get(refreshToken);
    const overLimit = grant !== undefined && this.#note(grant, nowMs);
    const failed = (verdict: RefreshVerdict, truth: Truth) => {
      return { verdict, truth, grant, by };
    };
    if (this.#outageAt(nowMs)) return failed({ verdict: 'outage', reason: 'http-503' }, 'outage');
    if (nowMs < this.calmFromMs && this.#chance.of(this.#spurious)) {
      return failed(this.#chance.oneOf(SPURIOUS), 'spurious');
    }
    if (overLimit) {
      return failed({ verdict: 'throttled', reason: 'access_denied' }, 'limited');
    }
    if (grant === undefined || !takes(grant, refreshToken, nowMs)) {
      if (grant !== undefined) grant.refusals += 1;
      return failed({ verdict: 'revoked', reason: 'invalid_code' }, 'refused');
    }
    const verdict = this.#mint(grant, refreshToken, calledAtMs, nowMs, by);
    return { verdict, truth: 'minted', grant, by };
  }

  /** Every request counts, whatever becomes of it; true where it is one too many. */
  #note(grant: Grant, nowMs: number): boolean {
    const { asked } = grant;
    asked.push(nowMs);
    while ((asked[0] ?? nowMs) <= nowMs - PROVIDER.windowMs) asked.shift();
    this.#watch.asked(grant, nowMs);
    const overLimit = asked.length > PROVIDER.refreshesPerWindow;
    if (overLimit) this.#watch.overLimit(grant, nowMs);
    return overLimit;
  }

  #mint(
    grant: Grant,
    refreshToken: string,
    calledAtMs: number,
    nowMs: number,
    by: Invocation,
  ): RefreshVerdict {
    this.#watch.minted(grant, nowMs);
    grant.lastMint = { atMs: nowMs, by };
    const rotated = grant.rotates ? this.#rotate(grant, refreshToken, by, nowMs) : undefined;
    return {
      verdict: 'refreshed',
      accessToken: new Secret(this.accessTokenOf(grant.owner)),
      expiresAtMs: calledAtMs + PROVIDER.accessTokenMs,
      ...(rotated !== undefined && { refreshToken: new Secret(rotated) }),
    };
  }

  /** The token that was shown dies, now or soon; what was given for it earlier lives on. */
  #rotate(grant: Grant, shown: string, by: Invocation, nowMs: number): string {
    for (const [token, { diesAtMs }] of grant.live) {
      if (diesAtMs > nowMs) continue;
      grant.live.delete(token);
    }
    const old = grant.live.get(shown);
    if (old !== undefined) old.diesAtMs = Math.min(old.diesAtMs, nowMs + grant.graceMs);
    return this.#giveRefreshToken(grant, by, nowMs);
  }

  #giveRefreshToken(grant: Grant, by: Invocation | undefined, nowMs: number): string {
    this.#minted += 1;
    const token = `refresh-${grant.owner}-${this.#minted}`;
    const diesAtMs = Number.POSITIVE_INFINITY;
    grant.live.set(token, { diesAtMs, by, givenAtMs: nowMs, written: false });
    this.#grants.set(token, grant);
    return token;
  }

  #outageAt(nowMs: number): Outage | undefined {
    return this.outages.find(({ fromMs, untilMs }) => nowMs >= fromMs && nowMs < untilMs);
  }
}

/** Whether the provider takes a refresh token now. */
export function takes(grant: Grant, refreshToken: string, nowMs: number): boolean {
  if (grant.endedAtMs !== undefined && grant.endedAtMs <= nowMs) return false;
  return (grant.live.get(refreshToken)?.diesAtMs ?? 0) > nowMs;
}
