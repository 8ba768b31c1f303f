/**
 * A provider that takes every refresh token, remembers what it minted for which, and gives a new
 * refresh token along to clients that it rotates for.
 */
import type { TokenProvider } from '../../../lib/provider/token-provider.ts';
import { Secret } from '../../../lib/secret.ts';

/** What the provider gave for a refresh token. */
export interface Mint {
  /** The step of the history at which it was given. */
  readonly atStep: number;
  readonly clientId: string;
  readonly spent: string;
  readonly accessToken: string;
  readonly expiresAt: number;
  readonly refreshToken?: string;
}

const HOUR_MS = 3_600_000;

export class MintingProvider implements TokenProvider {
  readonly mints: Mint[] = [];
  readonly #rotatesFor: string;
  readonly #step: () => number;

  constructor(rotatesFor: string, step: () => number) {
    this.#rotatesFor = rotatesFor;
    this.#step = step;
  }

  refresh: TokenProvider['refresh'] = async ({ clientId, refreshToken }, { nowMs }) => {
    const spent = refreshToken.reveal();
    const number = this.mints.length + 1;
    const mint: Mint = {
      ...{ atStep: this.#step(), clientId, spent },
      accessToken: `minted-${number}`,
      expiresAt: nowMs + HOUR_MS,
      ...(clientId === this.#rotatesFor && { refreshToken: `rotated-${number}` }),
    };
    this.mints.push(mint);
    return {
      verdict: 'refreshed',
      accessToken: new Secret(mint.accessToken),
      expiresAtMs: mint.expiresAt,
      ...(mint.refreshToken !== undefined && { refreshToken: new Secret(mint.refreshToken) }),
    };
  };

  revoke: TokenProvider['revoke'] = async () => 'revoked';
}
