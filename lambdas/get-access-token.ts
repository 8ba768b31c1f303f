/** getAccessToken: see lib/operations/get-access-token.ts. */
import { GetAccessToken } from '../lib/operations/get-access-token.ts';
import { parseGetAccessToken } from '../lib/requests.ts';
import { endpoint } from './runtime/endpoint.ts';
import { refreshingParts } from './runtime/wiring.ts';

const parts = refreshingParts();
const operation = new GetAccessToken(parts);

export const handler = endpoint({
  name: 'getAccessToken',
  parse: parseGetAccessToken,
  run: (request, deadline) => operation.get(request, deadline),
  tokenId: ({ tokenId }) => tokenId,
  telemetry: parts.observer,
});
