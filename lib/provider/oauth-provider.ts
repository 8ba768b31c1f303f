/**
 * Any OAuth 2.0 authorization server: refresh by RFC 6749 section 6, revocation by RFC 7009.
 * oauth4webapi makes the requests; what an answer means is `oauth-verdict.ts`, and not the
 * library's processing: that throws for an id_token it cannot validate, a token_type it does not
 * know or a scope that is no string, and with them would go a rotated refresh token that exists
 * nowhere but in this answer.
 */
import {
  allowInsecureRequests,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  customFetch,
  refreshTokenGrantRequest,
  revocationRequest,
} from 'oauth4webapi';
import { oauthRevocation, oauthVerdict } from './oauth-verdict.ts';
import { answerTo, type Send } from './provider-request.ts';
import type { ProviderSettings } from './provider-settings.ts';
import type { TokenProvider } from './token-provider.ts';

const CLIENT_AUTHENTICATION: Readonly<
  Record<ProviderSettings['clientAuthentication'], (clientSecret: string) => ClientAuth>
> = { basic: ClientSecretBasic, post: ClientSecretPost };

/** One authorization server; the settings say where it is and how the client shows its secret. */
export class OAuthProvider implements TokenProvider {
  readonly #settings: ProviderSettings;

  constructor(settings: ProviderSettings) {
    this.#settings = settings;
  }

  refresh: TokenProvider['refresh'] = async ({ clientId, clientSecret, refreshToken }, call) => {
    const { tokenUrl, clientAuthentication, accessTokenSeconds } = this.#settings;
    const answer = await answerTo(call, (send) =>
      refreshTokenGrantRequest(
        { issuer: tokenUrl, token_endpoint: tokenUrl },
        { client_id: clientId },
        CLIENT_AUTHENTICATION[clientAuthentication](clientSecret.reveal()),
        refreshToken.reveal(),
        requestOptions(tokenUrl, send),
      ),
    );
    if (answer === undefined) return { verdict: 'outage', reason: 'no-answer' };
    return oauthVerdict(answer, call.nowMs, accessTokenSeconds);
  };

  revoke: TokenProvider['revoke'] = async ({ clientId, clientSecret, refreshToken }, call) => {
    const { tokenUrl, revocationUrl, clientAuthentication } = this.#settings;
    if (revocationUrl === undefined || clientId === undefined || clientSecret === undefined) {
      return 'unavailable';
    }
    const answer = await answerTo(call, (send) =>
      revocationRequest(
        { issuer: tokenUrl, revocation_endpoint: revocationUrl },
        { client_id: clientId },
        CLIENT_AUTHENTICATION[clientAuthentication](clientSecret.reveal()),
        refreshToken.reveal(),
        {
          ...requestOptions(revocationUrl, send),
          additionalParameters: { token_type_hint: 'refresh_token' },
        },
      ),
    );
    return answer === undefined ? 'unavailable' : oauthRevocation(answer);
  };
}

function requestOptions(endpoint: string, send: Send) {
  const { protocol, hostname } = new URL(endpoint);
  return {
    headers: { 'user-agent': 'latchkey' },
    [customFetch]: send,
    // The library refuses http otherwise; nothing leaves this machine by it.
    [allowInsecureRequests]: protocol === 'http:' && hostname === '127.0.0.1',
  };
}
