/**
 * Two providers behind the real adapters: Zoho, which keeps its refresh tokens, and one that gives a
 * new one with every refresh and takes the old one no more. They know the truth about every grant,
 * which the store can only learn by asking.
 */
import type { Clock } from '../../../lib/clock.ts';

export const ZOHO = 'https://accounts.zoho.com';
export const ROTATING = 'https://sso.example';
/** By this name a token says that it is of the latter. */
export const ROTATING_PROVIDER = 'rotating';

/** What a user consented to once. */
interface Grant {
  readonly user: string;
  readonly rotates: boolean;
  refreshToken: string;
  /** The user, or a revocation, took it back. */
  ended: boolean;
}

/** For a while the providers answer this to whatever they are asked. */
type Trouble = 'outage' | 'throttled' | 'not-json' | 'invalid_client' | 'invalid_grant';

export interface Login {
  readonly refreshToken: string;
  readonly accessToken: string;
}

export class TokenEndpoints {
  readonly #clock: Pick<Clock, 'nowMs'>;
  readonly #grants: Grant[] = [];
  /** What was given to the store, not to a user. */
  readonly #refreshed = new Set<string>();
  /** By the refresh token that was used up. */
  readonly #successors = new Map<string, string>();
  #trouble: { readonly kind: Trouble; readonly untilMs: number } | undefined;
  #count = 0;
  #refreshes = 0;
  /** What somebody else does while the provider is asked the next time. */
  meanwhile: (() => Promise<unknown>) | undefined;

  constructor(clock: Pick<Clock, 'nowMs'>) {
    this.#clock = clock;
  }

  /** A user authorizes the application. */
  login(user: string, { rotates = false } = {}): Login {
    const grant = { user, rotates, refreshToken: this.#mint('refresh', user), ended: false };
    this.#grants.push(grant);
    return { refreshToken: grant.refreshToken, accessToken: this.#mint('access', user) };
  }

  /** The user takes every authorization back. */
  revokeAllOf(user: string): void {
    for (const grant of this.#grants) if (grant.user === user) grant.ended = true;
  }

  trouble(kind: Trouble, forMs: number): void {
    this.#trouble = { kind, untilMs: this.#clock.nowMs() + forMs };
  }

  /** Access tokens that were given in answer to a refresh. */
  get refreshes(): number {
    return this.#refreshes;
  }

  /** Whether it was given in answer to a refresh. */
  wasRefreshed(value: string): boolean {
    return this.#refreshed.has(value);
  }

  /** What was given in its place; undefined where nobody has refreshed with it. */
  successorOf(refreshToken: string): string | undefined {
    return this.#successors.get(refreshToken);
  }

  /** Whether a refresh with it succeeds, troubles apart. */
  takes(refreshToken: string): boolean {
    return this.#grantOf(refreshToken) !== undefined;
  }

  /** Whether the user has a grant that has not ended, whoever holds its refresh token. */
  hasGrant(user: string): boolean {
    return this.#grants.some((grant) => grant.user === user && !grant.ended);
  }

  /** A request to either of them. */
  async answer(url: string, form: URLSearchParams): Promise<Response> {
    const meanwhile = this.meanwhile;
    this.meanwhile = undefined;
    await meanwhile?.();
    const trouble = this.#trouble;
    if (trouble !== undefined && this.#clock.nowMs() < trouble.untilMs) return failed(trouble.kind);
    if (url.includes('revoke')) return this.#revoke(form.get('token') ?? '');
    return this.#refresh(form.get('refresh_token') ?? '');
  }

  #refresh(refreshToken: string): Response {
    const grant = this.#grantOf(refreshToken);
    if (grant === undefined) return failed('invalid_grant');
    this.#refreshes += 1;
    const accessToken = this.#mint('access', grant.user);
    this.#refreshed.add(accessToken);
    if (grant.rotates) {
      grant.refreshToken = this.#mint('refresh', grant.user);
      this.#successors.set(refreshToken, grant.refreshToken);
      this.#refreshed.add(grant.refreshToken);
    }
    return Response.json({
      access_token: accessToken,
      expires_in: 3_600,
      token_type: 'Bearer',
      ...(grant.rotates && { refresh_token: grant.refreshToken }),
    });
  }

  #revoke(refreshToken: string): Response {
    const grant = this.#grantOf(refreshToken);
    if (grant !== undefined) grant.ended = true;
    return Response.json({ status: 'success' });
  }

  #grantOf(refreshToken: string): Grant | undefined {
    return this.#grants.find((grant) => !grant.ended && grant.refreshToken === refreshToken);
  }

  #mint(kind: string, user: string): string {
    this.#count += 1;
    return `${kind}-${user}-${this.#count}`;
  }
}

function failed(kind: Trouble): Response {
  switch (kind) {
    case 'outage':
      return new Response('', { status: 503 });
    case 'throttled':
      return new Response('', { status: 429 });
    case 'not-json':
      return new Response('<html>', { status: 200 });
    case 'invalid_client':
    case 'invalid_grant':
      return Response.json({ error: kind }, { status: 400 });
  }
}
