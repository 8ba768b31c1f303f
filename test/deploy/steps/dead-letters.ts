/**
 * What cannot be done ends among the dead letters and stands in nobody's way. The same path with
 * its real times is proved on the embedded AWS, whose clock can be moved, in
 * test/e2e/refresh-delivery.test.ts.
 */
import assert from 'node:assert/strict';
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import {
  type QueueAttributeName,
  SendMessageBatchCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { MAX_RECEIVE_COUNT, VISIBILITY_TIMEOUT_SECONDS } from '../../../infra/delivery-settings.ts';
import { refreshQueueName, tableName } from '../../../infra/resource-names.ts';
import { keyOf, tokenPartition } from '../../../lib/token-index/dynamodb-items.ts';
import type { FakeZoho } from '../../../local/zoho/fake-zoho-server.ts';
import { logIn, minutesFromNow } from '../application.ts';
import type { DeployedStore } from '../cdk/deployed-store.ts';
import type { MiniStack } from '../ministack/server.ts';
import type { Step } from '../step.ts';

/** Nobody waits nine minutes for three deliveries. */
const SHORT_VISIBILITY_SECONDS = 2;

export function deadLetters(store: DeployedStore, zoho: FakeZoho, aws: MiniStack): Step {
  const { stored, lambda } = store;
  const QueueUrl = aws.queueUrl(refreshQueueName(store.settings));
  const setVisibility = (seconds: number) => {
    const Attributes: Partial<Record<QueueAttributeName, string>> = {
      VisibilityTimeout: String(seconds),
    };
    return stored.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
  };
  return {
    title: 'dead letters',
    run: async (tell) => {
      const { client } = store;
      const due = { expiresAt: minutesFromNow(5) };
      const healthy = await logIn(zoho, 'hugh', due);
      const { id: healthyId } = await client.saveToken({ token: healthy });
      const { id } = await client.saveToken({ token: await logIn(zoho, 'ivy', due) });
      const { secretArn } = await stored.row(id);
      const { versionId } = await stored.row(healthyId);
      const setSecretArn = (expression: string, more = {}) =>
        stored.dynamoDb.send(
          new UpdateItemCommand({
            TableName: tableName(store.settings),
            Key: keyOf(tokenPartition(id)),
            UpdateExpression: expression,
            ...more,
          }),
        );
      await setVisibility(SHORT_VISIBILITY_SECONDS);
      tell.note(`the queue's visibility is ${SHORT_VISIBILITY_SECONDS} s for this step`);
      // A row that nobody can read, as after a repair by hand.
      await setSecretArn('REMOVE secretArn');
      const message = (tokenId: string) => ({
        Id: tokenId,
        MessageBody: JSON.stringify({ tokenId }),
      });
      await stored.sqs.send(
        new SendMessageBatchCommand({ QueueUrl, Entries: [message(id), message(healthyId)] }),
      );
      await tell.check(
        'of a batch with a broken token, the healthy one is refreshed, once',
        async () => {
          await tell.until('the refresh', 30, async () =>
            (await stored.row(healthyId)).versionId === versionId ? undefined : true,
          );
          assert.equal(zoho.refreshesOf(healthy.refreshToken ?? ''), 1);
        },
      );
      await tell.check(
        `the broken one is a dead letter after ${MAX_RECEIVE_COUNT} deliveries`,
        async () => {
          const letters = await tell.until('the dead letter', 60, async () => {
            const found = await stored.takeDeadLetters();
            return found.length > 0 ? found : undefined;
          });
          // The schedule may have sent it too.
          assert.deepEqual(new Set(letters), new Set([JSON.stringify({ tokenId: id })]));
          assert.equal(zoho.refreshesOf(healthy.refreshToken ?? ''), 1);
        },
      );
      await setSecretArn('SET secretArn = :arn', {
        ExpressionAttributeValues: { ':arn': { S: secretArn } },
      });
      await setVisibility(VISIBILITY_TIMEOUT_SECONDS);
      await client.deleteToken({ id });

      await tell.check('so is the tick of a background function that fails', async () => {
        const { HousekeeperFunctionName } = await store.outputs();
        const Payload = JSON.stringify({ mode: 'nonsense' });
        await lambda.send(
          new InvokeCommand({
            FunctionName: HousekeeperFunctionName,
            InvocationType: 'Event',
            Payload,
          }),
        );
        const [letter = ''] = await tell.until('the dead letter', 30, async () => {
          const found = await stored.takeDeadLetters();
          return found.length > 0 ? found : undefined;
        });
        assert.match(letter, /"mode": ?"nonsense"/);
      });
    },
  };
}
