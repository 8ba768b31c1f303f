/**
 * What cannot be done ends among the dead letters and stands in nobody's way. The same path with
 * its real times is proved on the embedded AWS, whose clock can be moved, in
 * test/e2e/refresh-delivery.test.ts.
 */
import assert from 'node:assert/strict';
import { UpdateItemCommand, type UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { SendMessageBatchCommand, SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { MAX_RECEIVE_COUNT, VISIBILITY_TIMEOUT_SECONDS } from '../../../infra/delivery-settings.ts';
import { refreshQueueName, tableName } from '../../../infra/resource-names.ts';
import { keyOf, tokenPartition } from '../../../lib/token-index/dynamodb-items.ts';
import type { FakeZoho } from '../../../local/zoho/fake-zoho-server.ts';
import { logIn, minutesFromNow } from '../application.ts';
import type { DeployedStore } from '../cdk/deployed-store.ts';
import type { MiniStack } from '../ministack/server.ts';
import type { Step, Teller } from '../step.ts';

/** Nobody waits nine minutes for three deliveries. */
const SHORT_VISIBILITY_SECONDS = 2;

export function deadLetters(store: DeployedStore, zoho: FakeZoho, aws: MiniStack): Step {
  const queueUrl = aws.queueUrl(refreshQueueName(store.settings));
  const setVisibility = (seconds: number) =>
    store.stored.sqs.send(
      new SetQueueAttributesCommand({
        QueueUrl: queueUrl,
        Attributes: { VisibilityTimeout: String(seconds) },
      }),
    );
  return {
    title: 'dead letters',
    run: async (tell) => {
      tell.note(`the queue's visibility time-out is ${SHORT_VISIBILITY_SECONDS} s for this step`);
      await setVisibility(SHORT_VISIBILITY_SECONDS);
      try {
        await brokenToken(store, zoho, queueUrl, tell);
      } finally {
        await setVisibility(VISIBILITY_TIMEOUT_SECONDS);
      }
      await failedTick(store, tell);
    },
  };
}

async function brokenToken(store: DeployedStore, zoho: FakeZoho, queueUrl: string, tell: Teller) {
  const { client, stored } = store;
  const due = { expiresAt: minutesFromNow(5) };
  const token = await logIn(zoho, 'hugh', due);
  const healthy = await client.saveToken({ token });
  const broken = await client.saveToken({ token: await logIn(zoho, 'ivy', due) });
  const { secretArn } = await stored.row(broken.id);
  const { versionId } = await stored.row(healthy.id);
  const timesRefreshed = () => zoho.refreshesOf(token.refreshToken ?? '');

  // A row that nobody can read, as after a repair by hand.
  await updateRow(store, broken.id, { UpdateExpression: 'REMOVE secretArn' });
  const message = ({ id }: { readonly id: string }) => ({
    Id: id,
    MessageBody: JSON.stringify({ tokenId: id }),
  });
  const Entries = [broken, healthy].map(message);
  await stored.sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));

  try {
    await tell.check('of a batch with a broken token the healthy one is refreshed', async () => {
      await tell.until('the refresh', 30, async () =>
        (await stored.row(healthy.id)).versionId === versionId ? undefined : true,
      );
    });
    const claim = `after ${MAX_RECEIVE_COUNT} deliveries the broken one is a dead letter`;
    await tell.check(claim, async () => {
      const letters = await nextLetters(store, tell);
      // More than once where the schedule sent it too.
      assert.deepEqual(new Set(letters), new Set([message(broken).MessageBody]));
      assert.equal(timesRefreshed(), 1);
    });
  } finally {
    await updateRow(store, broken.id, {
      UpdateExpression: 'SET secretArn = :arn',
      ExpressionAttributeValues: { ':arn': { S: secretArn } },
    });
    await client.deleteToken({ id: broken.id });
  }
}

async function failedTick(store: DeployedStore, tell: Teller): Promise<void> {
  await tell.check('a background function that fails leaves a dead letter too', async () => {
    const { HousekeeperFunctionName } = await store.outputs();
    await store.lambda.send(
      new InvokeCommand({
        FunctionName: HousekeeperFunctionName,
        InvocationType: 'Event',
        Payload: JSON.stringify({ mode: 'nonsense' }),
      }),
    );
    const [letter = ''] = await nextLetters(store, tell);
    assert.match(letter, /"mode": ?"nonsense"/);
  });
}

function updateRow(
  { stored, settings }: DeployedStore,
  id: string,
  update: Omit<UpdateItemCommandInput, 'TableName' | 'Key'>,
) {
  const Key = keyOf(tokenPartition(id));
  return stored.dynamoDb.send(
    new UpdateItemCommand({ TableName: tableName(settings), Key, ...update }),
  );
}

function nextLetters({ stored }: DeployedStore, tell: Teller): Promise<string[]> {
  return tell.until('the dead letter', 60, async () => {
    const letters = await stored.takeDeadLetters();
    return letters.length > 0 ? letters : undefined;
  });
}
