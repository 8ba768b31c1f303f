/** findToken: see lib/operations/find-token.ts. */
import { FindToken } from '../lib/operations/find-token.ts';
import { parseFindToken } from '../lib/requests.ts';
import { endpoint } from './runtime/endpoint.ts';
import { tokenAnswer } from './runtime/token-answer.ts';
import { refreshingParts } from './runtime/wiring.ts';

const parts = refreshingParts();
const operation = new FindToken(parts);

export const handler = endpoint({
  name: 'findToken',
  parse: parseFindToken,
  run: async (request, deadline) => {
    const found = await operation.find(request, deadline);
    const token = tokenAnswer(found?.stored);
    return { token, ...(found?.reauthorized && { reauthorized: true as const }) };
  },
  tokenId: ({ token }) => token?.id,
  telemetry: parts.observer,
});
