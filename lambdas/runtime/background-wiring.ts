/** The composition root of the functions that run by themselves; `wiring.ts` has the operations'. */

import { ScheduledRefresh } from '../../lib/background/scheduled-refresh.ts';
import { systemClock } from '../../lib/clock.ts';
import { EventBridgePublisher } from '../../lib/events/eventbridge-publisher.ts';
import { DynamoDbHousekeepingProgress } from '../../lib/housekeeping/dynamodb-housekeeping-progress.ts';
import { Housekeeper } from '../../lib/housekeeping/housekeeper.ts';
import { Pacer } from '../../lib/pacer.ts';
import { SqsRefreshQueue } from '../../lib/refresh-queue/sqs-refresh-queue.ts';
import { DynamoDbDueIndex } from '../../lib/token-index/dynamodb-due-index.ts';
import { dynamoDb, eventBridge, sqs } from './clients.ts';
import {
  eventBus,
  refreshesPerSecond,
  refreshQueueUrl,
  refreshWorkers,
  storeName,
  tableName,
} from './environment.ts';
import { Telemetry } from './telemetry.ts';
import { refreshingParts, storageParts } from './wiring.ts';

/** For the sweep: what is due, and the queue. */
export function sweepParts() {
  return {
    due: new DynamoDbDueIndex({ client: dynamoDb(), tableName: tableName() }),
    queue: new SqsRefreshQueue({ client: sqs(), queueUrl: refreshQueueUrl() }),
    clock: systemClock,
    refreshesPerSecond: refreshesPerSecond(),
    telemetry: new Telemetry(storeName()),
  };
}

/** For the housekeeper: the index, the vault, and where it left off. */
export function housekeepingParts() {
  const client = dynamoDb();
  const parts = storageParts(client);
  const due = new DynamoDbDueIndex({ client, tableName: tableName() });
  return {
    housekeeper: new Housekeeper({ ...parts, due }),
    progress: new DynamoDbHousekeepingProgress({ client, tableName: tableName() }),
    clock: systemClock,
    telemetry: new Telemetry(storeName()),
  };
}

/** For a worker: all that a refresh takes, and who is told of it. */
export function workerParts() {
  const { observer: telemetry, ...parts } = refreshingParts();
  const publisher = new EventBridgePublisher({
    client: eventBridge(),
    eventBusName: eventBus(),
  });
  const store = storeName();
  const pacer = new Pacer(refreshesPerSecond() / refreshWorkers(), systemClock);
  const refresh = new ScheduledRefresh({ ...parts, publisher, pacer, store });
  return { refresh, publisher, health: parts.health, clock: systemClock, store, telemetry };
}
