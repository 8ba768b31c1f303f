/**
 * getAccessToken: an access token that works now, and nothing else of the token. Where there is
 * none to be had it says whether to wait, or to send the user to log in again.
 */
import type { GetAccessTokenResult } from '../contract.ts';
import type { Deadline } from '../deadline.ts';
import { LatchkeyError } from '../errors.ts';
import type { Freshened, Freshness } from '../freshness.ts';
import { expiryMs, policyOf } from '../refresh-policy.ts';
import type { AccessTokenRequest } from '../requests.ts';
import type { TokenRow } from '../token-index/token-index.ts';
import type { FindParts } from './find-token.ts';
import { FreshToken } from './fresh-token.ts';
import { LivingRow } from './living-row.ts';
import type { StoreParts } from './store-parts.ts';

export type GetAccessTokenParts = FindParts & Pick<StoreParts, 'clock'>;

export class GetAccessToken {
  readonly #parts: GetAccessTokenParts;
  readonly #livingRow: LivingRow;
  readonly #freshToken: FreshToken;

  constructor(parts: GetAccessTokenParts) {
    this.#parts = parts;
    this.#livingRow = new LivingRow(parts);
    this.#freshToken = new FreshToken(parts);
  }

  /**
   * @throws LatchkeyError TOKEN_NOT_FOUND, REAUTHORIZATION_REQUIRED, PROVIDER_UNAVAILABLE,
   *   STORE_UNAVAILABLE
   */
  async get(request: AccessTokenRequest, deadline: Deadline): Promise<GetAccessTokenResult> {
    const look = () =>
      'id' in request
        ? this.#livingRow.byId(request.id, deadline)
        : this.#livingRow.matching(request, deadline);
    const minValidMs = (request.minValidSeconds ?? 0) * 1000;
    const freshened = await this.#freshToken.of(look, minValidMs, deadline);
    if (freshened === undefined) {
      throw new LatchkeyError(
        'TOKEN_NOT_FOUND',
        'No such token: it was never saved, or it was deleted or logged out. Save one first.',
      );
    }
    return this.#answer(freshened);
  }

  #answer({ stored: { row, token }, freshness }: Freshened): GetAccessTokenResult {
    const { policies, clock } = this.#parts;
    const expiresAtMs = expiryMs(row, policyOf(policies, row.provider));
    const { accessToken, apiDomain } = token;
    if (accessToken === undefined || expiresAtMs === undefined || expiresAtMs <= clock.nowMs()) {
      throw noAccessToken(row.id, causeOf(row, freshness));
    }
    return {
      accessToken: accessToken.reveal(),
      expiresAt: token.expiresAtMs ?? null,
      apiDomain: apiDomain ?? null,
      tokenId: row.id,
    };
  }
}

/** While a refresh is put off, what counts is what put it off. */
function causeOf({ failure }: TokenRow, freshness: Freshness): Freshness {
  if (freshness !== 'backing-off' || failure === undefined) return freshness;
  if (failure.verdict.startsWith('client-fault')) return 'client-fault';
  return failure.verdict.startsWith('revoked') ? 'refused' : freshness;
}

/** Why there is no access token that works, and what to do about it. */
function noAccessToken(id: string, freshness: Freshness): LatchkeyError {
  switch (freshness) {
    case 'cannot-refresh':
    case 'revoked':
    case 'fresh':
      return new LatchkeyError(
        'REAUTHORIZATION_REQUIRED',
        `Token ${id} cannot be refreshed any more. Its user must authorize the application again.`,
      );
    case 'client-fault':
      return new LatchkeyError(
        'PROVIDER_UNAVAILABLE',
        `The provider refuses the client id or secret of token ${id}. Correct it and save again.`,
        { retryable: false },
      );
    case 'refused':
      return new LatchkeyError(
        'PROVIDER_UNAVAILABLE',
        `The provider refused to refresh token ${id}, which can be a fault of its own. Repeat the ` +
          'call in a few minutes: by then it has been asked again.',
      );
    case 'no-time':
      return new LatchkeyError(
        'STORE_UNAVAILABLE',
        `There was no time left to refresh token ${id}. Repeat the call.`,
      );
    case 'refreshed':
    case 'too-soon':
    case 'backing-off':
    case 'throttled':
    case 'outage':
    case 'malformed':
      return new LatchkeyError(
        'PROVIDER_UNAVAILABLE',
        `Token ${id} has expired and the provider did not refresh it. Repeat the call later.`,
      );
  }
}
