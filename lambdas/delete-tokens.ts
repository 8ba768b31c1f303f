/** deleteTokens: see lib/operations/delete-tokens.ts. */
import { DeleteTokens } from '../lib/operations/delete-tokens.ts';
import { parseDeleteTokens } from '../lib/requests.ts';
import { endpoint } from './runtime/endpoint.ts';
import { indexParts } from './runtime/wiring.ts';

const operation = new DeleteTokens(indexParts());

export const handler = endpoint({
  name: 'deleteTokens',
  parse: parseDeleteTokens,
  run: async (request, deadline) => {
    await operation.deleteAll(request, deadline);
    return {};
  },
});
