/**
 * The accounts of the fake Zoho server: clients, one-time grants, refresh tokens and the access
 * tokens minted from them, with Zoho's limits. Knows nothing of HTTP; the clock is an argument.
 */
import { randomBytes } from 'node:crypto';
import type { ZohoBehaviour } from './zoho-behaviour.ts';
import {
  granted,
  MALFORMED,
  NOTHING_TO_REVOKE,
  REVOKED,
  refused,
  throttled,
  type ZohoReply,
} from './zoho-reply.ts';

export interface ZohoUser {
  readonly email: string;
  /** The organisation's id; the SDK names a user `email:zgid`. */
  readonly zgid: string;
}

export interface ZohoClient {
  readonly clientId: string;
  readonly clientSecret: string;
  /** When given, a grant exchange with another redirect is refused. */
  readonly redirectUri?: string;
}

export interface GrantRequest {
  readonly user: ZohoUser;
  readonly clientId: string;
  /** False: the exchange gives no refresh token (`access_type=online`). Default true. */
  readonly offline?: boolean;
}

interface Grant extends GrantRequest {
  readonly expiresAtMs: number;
}

/** One authorization: its refresh token (it changes if rotated) and what was minted from it. */
interface Authorization {
  readonly user: ZohoUser;
  readonly clientId: string;
  refreshToken: string | undefined;
  accessTokens: string[];
  windowStartMs: number;
  mintedInWindow: number;
}

interface AccessToken {
  readonly authorization: Authorization;
  readonly expiresAtMs: number;
}

export class ZohoAccounts {
  readonly #clients = new Map<string, ZohoClient>();
  readonly #grants = new Map<string, Grant>();
  readonly #authorizations = new Map<string, Authorization>();
  readonly #accessTokens = new Map<string, AccessToken>();
  readonly #behaviour: ZohoBehaviour;
  readonly #base: string;

  constructor(behaviour: ZohoBehaviour, base: string) {
    this.#behaviour = behaviour;
    this.#base = base;
  }

  /** Registers a client; the same id again replaces its secret. */
  register(client: ZohoClient): void {
    this.#clients.set(client.clientId, client);
  }

  issueGrant(request: GrantRequest, nowMs: number): string {
    const grant = this.#newToken();
    const expiresAtMs = nowMs + this.#behaviour.grantLifeSeconds * 1000;
    this.#grants.set(grant, { ...request, expiresAtMs });
    return grant;
  }

  /** `POST /oauth/v2/token`. */
  token(form: ReadonlyMap<string, string>, nowMs: number): ZohoReply {
    const client = this.#clients.get(form.get('client_id') ?? '');
    if (client === undefined) return refused('invalid_client');
    if (form.get('client_secret') !== client.clientSecret) return refused('invalid_client_secret');
    switch (form.get('grant_type')) {
      case 'authorization_code':
        return this.#exchange(client, form.get('code') ?? '', form.get('redirect_uri'), nowMs);
      case 'refresh_token':
        return this.#refresh(client, form.get('refresh_token') ?? '', nowMs);
      default:
        return MALFORMED;
    }
  }

  /** Ends a refresh token with all its access tokens, or one access token. */
  revoke(token: string): ZohoReply {
    const authorization = this.#authorizations.get(token);
    if (authorization !== undefined) this.#end(authorization);
    else if (!this.#accessTokens.delete(token)) return NOTHING_TO_REVOKE;
    return REVOKED;
  }

  /** Whose access token this is, if it is live. */
  userOf(accessToken: string, nowMs: number): ZohoUser | undefined {
    const found = this.#accessTokens.get(accessToken);
    return found !== undefined && nowMs < found.expiresAtMs ? found.authorization.user : undefined;
  }

  #exchange(
    client: ZohoClient,
    code: string,
    redirectUri: string | undefined,
    nowMs: number,
  ): ZohoReply {
    const grant = this.#grants.get(code);
    if (grant === undefined || grant.clientId !== client.clientId || nowMs >= grant.expiresAtMs) {
      return refused('invalid_code');
    }
    if (client.redirectUri !== undefined && redirectUri !== client.redirectUri) {
      return refused('invalid_redirect_uri');
    }
    this.#grants.delete(code);
    const authorization: Authorization = {
      user: grant.user,
      clientId: client.clientId,
      refreshToken: undefined,
      accessTokens: [],
      windowStartMs: nowMs,
      mintedInWindow: 0,
    };
    if (grant.offline !== false) this.#giveRefreshToken(authorization);
    return this.#mint(authorization, authorization.refreshToken, nowMs);
  }

  #refresh(client: ZohoClient, refreshToken: string, nowMs: number): ZohoReply {
    const authorization = this.#authorizations.get(refreshToken);
    if (authorization === undefined || authorization.clientId !== client.clientId) {
      return refused('invalid_code');
    }
    if (nowMs >= authorization.windowStartMs + this.#behaviour.windowSeconds * 1000) {
      authorization.windowStartMs = nowMs;
      authorization.mintedInWindow = 0;
    }
    if (authorization.mintedInWindow >= this.#behaviour.accessTokensPerWindow) {
      return throttled(this.#behaviour.throttleStatus);
    }
    if (!this.#behaviour.rotateRefreshTokens) return this.#mint(authorization, undefined, nowMs);
    this.#giveRefreshToken(authorization);
    return this.#mint(authorization, authorization.refreshToken, nowMs);
  }

  #mint(authorization: Authorization, refreshToken: string | undefined, nowMs: number): ZohoReply {
    const accessToken = this.#newToken();
    authorization.mintedInWindow += 1;
    authorization.accessTokens.push(accessToken);
    const expiresAtMs = nowMs + this.#behaviour.expiresInSeconds * 1000;
    this.#accessTokens.set(accessToken, { authorization, expiresAtMs });
    while (authorization.accessTokens.length > this.#behaviour.activeAccessTokens) {
      this.#accessTokens.delete(authorization.accessTokens.shift() ?? '');
    }
    const apiDomain = this.#behaviour.apiDomain ?? this.#base;
    return granted(accessToken, refreshToken, apiDomain, this.#behaviour);
  }

  #giveRefreshToken(authorization: Authorization): void {
    if (authorization.refreshToken !== undefined) {
      this.#authorizations.delete(authorization.refreshToken);
    }
    authorization.refreshToken = this.#newToken();
    this.#authorizations.set(authorization.refreshToken, authorization);
    const ofUser = [...this.#authorizations.values()].filter(
      ({ user, clientId }) =>
        clientId === authorization.clientId &&
        user.email === authorization.user.email &&
        user.zgid === authorization.user.zgid,
    );
    const [oldest] = ofUser;
    if (oldest !== undefined && ofUser.length > this.#behaviour.refreshTokensPerUser) {
      this.#end(oldest);
    }
  }

  #end(authorization: Authorization): void {
    this.#authorizations.delete(authorization.refreshToken ?? '');
    for (const accessToken of authorization.accessTokens) this.#accessTokens.delete(accessToken);
  }

  #newToken(): string {
    const [first, second] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')];
    return `1000.${this.#behaviour.tokenMark}${first}.${second}`;
  }
}
