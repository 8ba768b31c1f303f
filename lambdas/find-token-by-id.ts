/** findTokenById: see lib/operations/find-token.ts. */
import { FindToken } from '../lib/operations/find-token.ts';
import { parseFindTokenById } from '../lib/requests.ts';
import { endpoint } from './runtime/endpoint.ts';
import { tokenAnswer } from './runtime/token-answer.ts';
import { refreshingParts } from './runtime/wiring.ts';

const parts = refreshingParts();
const operation = new FindToken(parts);

export const handler = endpoint({
  name: 'findTokenById',
  parse: parseFindTokenById,
  run: async (request, deadline) => ({
    token: tokenAnswer(await operation.findById(request, deadline)),
  }),
  tokenId: ({ token }) => token?.id,
  telemetry: parts.observer,
});
