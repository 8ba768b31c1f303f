/**
 * Stands in for a service by passing its requests on to an endpoint elsewhere and its answers back.
 * Only the access key id changes: functions sign with their names, and DynamoDB Local takes letters
 * and digits alone. Emulators verify no signature.
 */
import type { Answer, Service, ServiceCall } from './service.ts';

export class Upstream implements Service {
  readonly #endpoint: string;

  constructor(endpoint: string) {
    this.#endpoint = endpoint;
  }

  async execute(call: ServiceCall): Promise<Answer> {
    const response = await fetch(this.#endpoint, {
      method: 'POST',
      headers: withPlainAccessKey(call.forwardHeaders),
      body: new Uint8Array(call.body),
    });
    const body = Buffer.from(await response.arrayBuffer());
    const headers: Record<string, string> = {};
    for (const name of ['content-type', 'x-amzn-requestid', 'x-amzn-errortype']) {
      const value = response.headers.get(name);
      if (value !== null) headers[name] = value;
    }
    const { status: statusCode } = response;
    if (statusCode < 400) return { statusCode, headers, body };
    return { statusCode, headers, body, errorName: errorName(body) };
  }
}

function withPlainAccessKey(headers: Readonly<Record<string, string>>): Record<string, string> {
  const { authorization = '' } = headers;
  return {
    ...headers,
    authorization: authorization.replace(/Credential=[^/]+/, 'Credential=local'),
  };
}

function errorName(body: Buffer): string {
  try {
    const { __type: type } = JSON.parse(body.toString('utf8')) as { __type?: string };
    return (type ?? 'Unknown').replace(/^.*#/, '');
  } catch {
    return 'Unknown';
  }
}
