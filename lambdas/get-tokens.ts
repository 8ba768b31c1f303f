/** getTokens: see lib/operations/get-tokens.ts. */
import { GetTokens } from '../lib/operations/get-tokens.ts';
import { parseGetTokens } from '../lib/requests.ts';
import { endpoint } from './runtime/endpoint.ts';
import { storageParts } from './runtime/wiring.ts';

const operation = new GetTokens(storageParts());

export const handler = endpoint({
  name: 'getTokens',
  parse: parseGetTokens,
  run: (request, deadline) => operation.list(request, deadline),
});
