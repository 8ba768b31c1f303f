/**
 * Leaks as a careless change would make them, each a line of the project's own code written
 * otherwise, and where the detector has to find it.
 */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are lines of source code.
import type { Hit } from './canaries.ts';

export interface Plant {
  readonly file: string;
  /** Stands once in the file. */
  readonly line: string;
  readonly instead: string;
  readonly found: Hit;
}

const hit = (channel: string, kind: string, encoding: Hit['encoding']): Hit => ({
  channel,
  kind,
  encoding,
});

export const PLANTS: Readonly<Record<string, Plant>> = {
  'the event in a log line': {
    file: 'lambdas/runtime/endpoint.ts',
    line: 'requestId: context.awsRequestId,',
    instead: 'requestId: context.awsRequestId + JSON.stringify(event),',
    found: hit('logs', 'client secret', 'plain'),
  },
  'the event in an error message': {
    file: 'lib/requests.ts',
    line: "throw invalid(fieldName(v.getDotPath(issue) ?? 'event'), issue.message);",
    instead: "throw invalid('event', issue.message + JSON.stringify(event));",
    found: hit('failures', 'secret in an odd place', 'plain'),
  },
  "a secret's value in base64 in its tags": {
    file: 'lib/vault/secrets-manager-vault.ts',
    line: '      Tags: labelTags(labels),\n    });\n    return versionOf',
    instead: `Tags: [...labelTags(labels), { Key: 'value', Value: btoa(unescape(encodeURIComponent(
      content.token.accessToken?.reveal() ?? ''))) }],
    });
    return versionOf`,
    found: hit('secret metadata', 'access token', 'base64'),
  },
  "the grant's hash for a version's name": {
    file: 'lib/vault/secret-json.ts',
    line: ".update('latchkey/v1/version\\0')\n    .update(json)\n    .digest('hex')\n    .slice(0, 40)",
    instead: ".update(JSON.parse(json).token.refreshToken).digest('hex')",
    found: hit('calls to secretsmanager', 'refresh token', 'sha256'),
  },
  'a key of the index that is no hash': {
    file: 'lib/token-index/lookup-key.ts',
    line: 'return `${kind}#${hashOf(kind, value)}`;',
    instead: 'return `${kind}#${value}`;',
    found: hit('index items', 'grant token', 'plain'),
  },
  "a provider's own text as the reason of a failure": {
    file: 'lib/provider/provider-answer.ts',
    line: '`unknown-error-http-${answer.status}`',
    instead: 'error',
    found: hit('logs', 'refresh token', 'plain'),
  },
  'what was sent to the provider in hex in an event': {
    file: 'lib/events/eventbridge-publisher.ts',
    line: 'Detail: JSON.stringify(detail),',
    instead: `Detail: JSON.stringify({ ...detail, sent: Buffer.from(globalThis.sent).toString('hex') }),`,
    found: hit('events', 'refresh token', 'hex'),
  },
  'what was sent to the provider as the dimension of a metric': {
    file: 'lambdas/runtime/telemetry.ts',
    line: 'this.#count(METRIC_OF_VERDICT[verdict]);',
    instead: `this.#now.addDimension('sent', [...globalThis.sent].reverse().join(''));
      this.#count(METRIC_OF_VERDICT[verdict]);`,
    found: hit('metrics', 'refresh token', 'reversed'),
  },
};

/** No leak by itself: what the two before this have to have at hand. */
export const SENT: Omit<Plant, 'found'> = {
  file: 'lib/provider/zoho-provider.ts',
  line: "refresh: TokenProvider['refresh'] = async (grant, call) => {",
  instead: `refresh: TokenProvider['refresh'] = async (grant, call) => {
    globalThis.sent = grant.refreshToken.reveal();`,
};
