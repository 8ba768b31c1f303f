/** saveToken: see lib/operations/save-token.ts. */
import { SaveToken } from '../lib/operations/save-token.ts';
import { parseSaveToken } from '../lib/requests.ts';
import { endpoint } from './runtime/endpoint.ts';
import { storageParts } from './runtime/wiring.ts';

const operation = new SaveToken(storageParts());

export const handler = endpoint({
  name: 'saveToken',
  parse: parseSaveToken,
  run: (request, deadline) => operation.save(request, deadline),
  tokenId: ({ id }) => id,
});
