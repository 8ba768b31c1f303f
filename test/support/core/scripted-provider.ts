/**
 * A provider that answers what a test told it to, in order, and after that mints tokens
 * `minted-1`, `minted-2`, … of an hour. Remembers what it was asked.
 */
import type {
  ProviderCall,
  RefreshGrant,
  RefreshVerdict,
  TokenProvider,
} from '../../../lib/provider/token-provider.ts';
import { Secret } from '../../../lib/secret.ts';

type Answer = RefreshVerdict | ((call: ProviderCall) => RefreshVerdict | Promise<RefreshVerdict>);

export interface RefreshAsked {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly refreshToken: string;
  readonly apiDomain: string | undefined;
  readonly timeoutMs: number;
}

export const HOUR_MS = 3_600_000;

export class ScriptedProvider implements TokenProvider {
  readonly refreshes: RefreshAsked[] = [];
  readonly revocations: string[] = [];
  revocation: 'revoked' | 'unavailable' = 'revoked';
  readonly #script: Answer[] = [];

  /** Adds answers, each for one refresh. */
  answers(...answers: readonly Answer[]): void {
    this.#script.push(...answers);
  }

  refresh: TokenProvider['refresh'] = async (grant: RefreshGrant, call) => {
    this.refreshes.push({
      clientId: grant.clientId,
      clientSecret: grant.clientSecret.reveal(),
      refreshToken: grant.refreshToken.reveal(),
      apiDomain: grant.apiDomain,
      timeoutMs: call.timeoutMs,
    });
    const fresh = minted(`minted-${this.refreshes.length}`, call.nowMs);
    const answer = this.#script.shift() ?? fresh;
    return typeof answer === 'function' ? answer(call) : answer;
  };

  revoke: TokenProvider['revoke'] = async ({ refreshToken }) => {
    this.revocations.push(refreshToken.reveal());
    return this.revocation;
  };
}

/** An answer with a new access token of an hour, and a new refresh token if one is named. */
export function minted(
  accessToken: string,
  nowMs: number,
  refreshToken?: string,
): Extract<RefreshVerdict, { verdict: 'refreshed' }> {
  return {
    verdict: 'refreshed',
    accessToken: new Secret(accessToken),
    expiresAtMs: nowMs + HOUR_MS,
    ...(refreshToken !== undefined && { refreshToken: new Secret(refreshToken) }),
  };
}
