/** Who may see a secret in clear, and why. A new line here is a decision, not a formality. */
import { sourcesUnder, withoutComments } from './source-files.ts';

const MAY_REVEAL = {
  'lib/secret.ts': 'defines it',
  'lib/token.ts': 'writes a whole token as JSON (revealToken, below)',
  'lib/token-index/lookup-key.ts': 'hashes a token value into the key it is found by',
  'lib/provider/oauth-provider.ts': 'sends the client secret and refresh token to the provider',
  'lib/provider/zoho-provider.ts': 'sends the client secret and refresh token to the provider',
  'operator/commands/rotate-client-secret.ts': 'saves the client secret that the operator gave',
  'lib/operations/get-access-token.ts': 'answers the access token that was asked for',
} as const;

const MAY_REVEAL_A_TOKEN = {
  'lambdas/runtime/token-answer.ts': 'answers the token that a find was asked for',
  'lib/operations/get-tokens.ts': 'answers a listing with secrets',
  'lib/token.ts': 'defines it',
  'lib/vault/secret-json.ts': 'writes the value that Secrets Manager keeps',
} as const;

const deployed = ['lib', 'lambdas', 'infra', 'operator'];
const sources = sourcesUnder(...deployed, 'local', 'bench', 'examples', 'conformance/src');
const mentioning = (what: RegExp) =>
  sources.filter(({ text }) => what.test(withoutComments(text))).map(({ path }) => path);

test('these files reveal a secret', () => {
  expect(mentioning(/\breveal\b/).sort()).toEqual(Object.keys(MAY_REVEAL).sort());
});

test('these files reveal a whole token', () => {
  expect(mentioning(/\brevealToken\b/).sort()).toEqual(Object.keys(MAY_REVEAL_A_TOKEN).sort());
});

test('no string of a token is a bare string: its secrets are Secrets in the core', () => {
  const fields = /\breadonly (clientSecret|grantToken|refreshToken|accessToken)\??: string\b/;
  const bare = mentioning(fields).filter((path) => path.startsWith('lib/'));
  expect(bare).toEqual(['lib/contract.ts']);
});
