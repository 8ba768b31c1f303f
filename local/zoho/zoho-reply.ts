/**
 * Pure: the bodies Zoho's accounts server answers with. Its refusals come as HTTP 200 with an
 * `error` field; only the throttle, a malformed request and a failed revocation are 400.
 */
import type { ZohoBehaviour } from './zoho-behaviour.ts';

export interface ZohoReply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export type Refusal =
  | 'invalid_client'
  | 'invalid_client_secret'
  | 'invalid_code'
  | 'invalid_redirect_uri';

export function refused(error: Refusal): ZohoReply {
  return { status: 200, body: { error } };
}

export function throttled(status: number): ZohoReply {
  return {
    status,
    body: {
      error_description:
        'You have made too many requests continuously. Please try again after some time.',
      error: 'Access Denied',
      status: 'failure',
    },
  };
}

export const MALFORMED: ZohoReply = { status: 400, body: { error: 'invalid_request' } };
export const REVOKED: ZohoReply = { status: 200, body: { status: 'success' } };
export const NOTHING_TO_REVOKE: ZohoReply = { status: 400, body: { error: 'invalid_token' } };

/** A granted access token; `refresh_token` only where there is a new one to tell. */
export function granted(
  accessToken: string,
  refreshToken: string | undefined,
  apiDomain: string,
  behaviour: ZohoBehaviour,
): ZohoReply {
  return {
    status: 200,
    body: {
      access_token: accessToken,
      ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
      scope: 'ZohoCRM.modules.ALL ZohoCRM.users.READ ZohoCRM.org.READ',
      api_domain: apiDomain,
      token_type: 'Bearer',
      ...expiryFields(behaviour),
    },
  };
}

function expiryFields({ expiryForm, expiresInSeconds }: ZohoBehaviour): Record<string, unknown> {
  if (typeof expiryForm === 'object') return { expires_in: expiryForm.expiresIn };
  switch (expiryForm) {
    case 'seconds':
      return { expires_in: expiresInSeconds };
    case 'milliseconds-beside-seconds':
      return { expires_in_sec: expiresInSeconds, expires_in: expiresInSeconds * 1000 };
    case 'missing':
      return {};
  }
}
