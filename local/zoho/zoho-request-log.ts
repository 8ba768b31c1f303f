/**
 * What the fake Zoho server was asked: counts for tests to compare and a log for people to read.
 * Neither holds a secret: a refresh token is counted under its SHA-256.
 */
import { createHash } from 'node:crypto';

export interface LoggedRequest {
  readonly atMs: number;
  readonly method: string;
  readonly path: string;
  readonly contentType?: string;
  readonly grantType?: string;
  readonly clientId?: string;
  /** What was answered; 0 where nothing was. */
  readonly status: number;
  /** The `error` or `code` of the answer's body. */
  readonly error?: string;
}

export interface ZohoCounters {
  /** Every `POST /oauth/v2/token` by its grant_type, refused and failed ones included. */
  readonly tokenPosts: Readonly<Record<string, number>>;
  /** Access tokens given out. */
  readonly minted: number;
  readonly revokePosts: number;
  readonly crmRequests: number;
}

export class ZohoRequestLog {
  #requests: LoggedRequest[] = [];
  #tokenPosts: Record<string, number> = {};
  #refreshes = new Map<string, number>();
  #minted = 0;
  #revokePosts = 0;
  #crmRequests = 0;

  countTokenPost(form: ReadonlyMap<string, string>): void {
    const grantType = form.get('grant_type') ?? 'none';
    this.#tokenPosts[grantType] = (this.#tokenPosts[grantType] ?? 0) + 1;
    const refreshToken = form.get('refresh_token');
    if (refreshToken === undefined) return;
    const key = sha256(refreshToken);
    this.#refreshes.set(key, (this.#refreshes.get(key) ?? 0) + 1);
  }

  countMinted(): void {
    this.#minted += 1;
  }

  countRevokePost(): void {
    this.#revokePosts += 1;
  }

  countCrmRequest(): void {
    this.#crmRequests += 1;
  }

  add(request: LoggedRequest): void {
    this.#requests.push(request);
  }

  get requests(): readonly LoggedRequest[] {
    return [...this.#requests];
  }

  get counters(): ZohoCounters {
    return {
      tokenPosts: { ...this.#tokenPosts },
      minted: this.#minted,
      revokePosts: this.#revokePosts,
      crmRequests: this.#crmRequests,
    };
  }

  /** Refresh POSTs that named this refresh token. */
  refreshesOf(refreshToken: string): number {
    return this.#refreshes.get(sha256(refreshToken)) ?? 0;
  }

  clear(): void {
    this.#requests = [];
    this.#tokenPosts = {};
    this.#refreshes.clear();
    this.#minted = 0;
    this.#revokePosts = 0;
    this.#crmRequests = 0;
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
