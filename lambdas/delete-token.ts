/** deleteToken: see lib/operations/delete-token.ts. */
import { DeleteToken } from '../lib/operations/delete-token.ts';
import { parseDeleteToken } from '../lib/requests.ts';
import { endpoint } from './runtime/endpoint.ts';
import { providerParts } from './runtime/wiring.ts';

const operation = new DeleteToken(providerParts());

export const handler = endpoint({
  name: 'deleteToken',
  parse: parseDeleteToken,
  run: (request, deadline) => operation.delete(request, deadline),
});
