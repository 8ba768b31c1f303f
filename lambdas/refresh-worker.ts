/** Refreshes what the sweep found due: see lib/background/. SQS invokes it with up to ten tokens. */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { RefreshBatch } from '../lib/background/refresh-batch.ts';
import { background } from './runtime/background.ts';
import { workerParts } from './runtime/background-wiring.ts';
import { eachMessage } from './runtime/each-message.ts';

const { telemetry, ...parts } = workerParts();
const batch = new RefreshBatch(parts);

export const handler = background<SQSEvent, SQSBatchResponse>({
  name: 'refreshBatch',
  telemetry,
  run: async (event, deadline) => {
    const refresh = (tokenId: string) => batch.run(tokenId, deadline);
    const answer = await eachMessage(event, refresh, telemetry);
    telemetry.batch(await batch.finish(deadline));
    return answer;
  },
  counts: ({ batchItemFailures }) => ({ failed: batchItemFailures.length }),
});
