/** restoreTokens, for operators: see lib/operations/restore-tokens.ts. */
import { RestoreTokens } from '../lib/operations/restore-tokens.ts';
import { parseRestoreTokens } from '../lib/requests.ts';
import { endpoint } from './runtime/endpoint.ts';
import { storageParts } from './runtime/wiring.ts';

const operation = new RestoreTokens(storageParts());

export const handler = endpoint({
  name: 'restoreTokens',
  parse: parseRestoreTokens,
  run: (request, deadline) => operation.restore(request, deadline),
});
