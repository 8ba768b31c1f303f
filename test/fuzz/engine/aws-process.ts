/**
 * The embedded AWS in a process of its own: what it keeps does not count as memory of the functions.
 * Says where it is, and ends with its parent.
 */
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startEmbeddedAws } from '../../../local/aws/embedded-aws.ts';
import { clientSettings } from '../../../local/deployment.ts';
import { indexTable } from '../../../local/index-table.ts';
import '../../../local/quiet-sdk.ts';
import type { AwsAddress } from './hosted-aws.ts';
import { NAMES } from './store.ts';

const aws = await startEmbeddedAws({
  queues: [{ name: NAMES.queue, visibilityTimeoutSeconds: 30 }],
  eventBuses: [NAMES.eventBus],
  rememberedCalls: 0,
});
const client = new DynamoDBClient(clientSettings(aws));
await client.send(new CreateTableCommand(indexTable(NAMES.table)));
client.destroy();
process.once('disconnect', () => process.exit(0));
const address: AwsAddress = {
  environment: aws.environment(),
  queueUrl: aws.queueUrl(NAMES.queue),
};
process.send?.(address);
