/** Tokens that are due, each with a fate of its own; then what tidies up after them. */
import { DeleteItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { functionName } from '../../../../infra/resource-names.ts';
import { keyOf, tokenPartition } from '../../../../lib/token-index/dynamodb-items.ts';
import type { TaintedStore } from '../tainted-store.ts';
import { PROVIDER_REPLIES } from './provider-replies.ts';

export async function walkTheBackground(tainted: TaintedStore): Promise<void> {
  const { aws, zoho, settings } = tainted.store;
  const worker = functionName(settings, 'refresh-worker');
  const due = { expiresAt: aws.clock.nowMs() + 60_000 };
  const minutes = async (count: number) => {
    await aws.advanceMinutes(count);
    await tainted.expectMintedAway();
  };

  await tainted.save('refreshed', due);
  zoho.configure({ rotateRefreshTokens: true });
  await tainted.save('rotated', due);
  await minutes(1);
  zoho.configure({ rotateRefreshTokens: false });

  const revoked = await tainted.save('revoked', due);
  zoho.revoke(revoked.token.refreshToken ?? '');
  await minutes(3);

  for (const [user, reply] of Object.entries(PROVIDER_REPLIES)) {
    const { token } = await tainted.save(`background: ${user}`, due);
    zoho.failNext(reply(token));
    await minutes(1);
  }
  const clientSecret = tainted.canaries.mint('client secret');
  await tainted.save('echo', { ...due, provider: 'echo', clientId: 'E', clientSecret });
  await minutes(2);

  for (const action of ['BatchGetItem', 'GetSecretValue', 'PutSecretValue', 'PutEvents'] as const) {
    await tainted.save(`worker fails at ${action}`, due);
    await aws.coldStart(worker);
    aws.faults.add({ action, caller: worker, times: 50, kind: { type: 'serverError' } });
    await minutes(1);
    aws.faults.clear();
  }
  await crashWorkerUnderWay(tainted, worker);
  await pinNonsense(tainted, (await tainted.save('not what the store writes', due)).id);
  const broken = await tainted.save('a row that nobody can read', due);
  await breakRow(tainted, broken.id);
  await minutes(20);
  tainted.deadLetters = await tainted.stored.takeDeadLetters();
  await deleteRow(tainted, broken.id);

  const housekeeper = functionName(settings, 'housekeeper');
  await tainted.invoke('deleteTokens', {});
  await tainted.invokeFunction(housekeeper, { mode: tainted.canaries.mint('access token') });
  await minutes(60);
}

/** The container dies with a new token in its hands, right before it is written. */
async function crashWorkerUnderWay(tainted: TaintedStore, worker: string): Promise<void> {
  const { aws } = tainted.store;
  await tainted.save('its worker dies', { expiresAt: aws.clock.nowMs() + 60_000 });
  aws.faults.add({
    action: 'PutSecretValue',
    caller: worker,
    kind: { type: 'hook', before: () => aws.crash(worker) },
  });
  await aws.advanceMinutes(1);
  if (aws.faults.pending > 0) throw new Error('No worker died.');
}

/** The pinned version of a secret is no JSON: somebody else wrote it. */
async function pinNonsense({ canaries, stored, store }: TaintedStore, id: string): Promise<void> {
  const { secretArn } = await stored.row(id);
  const { VersionId = '' } = await stored.secretsManager.send(
    new PutSecretValueCommand({
      SecretId: secretArn,
      SecretString: canaries.mint('secret that is no JSON'),
    }),
  );
  await stored.dynamoDb.send(
    new UpdateItemCommand({
      TableName: store.tableName,
      Key: keyOf(tokenPartition(id)),
      UpdateExpression: 'SET versionId = :version',
      ExpressionAttributeValues: { ':version': { S: VersionId } },
    }),
  );
}

async function breakRow({ stored, store }: TaintedStore, id: string): Promise<void> {
  await stored.dynamoDb.send(
    new UpdateItemCommand({
      TableName: store.tableName,
      Key: keyOf(tokenPartition(id)),
      UpdateExpression: 'REMOVE secretArn',
    }),
  );
}

async function deleteRow({ stored, store }: TaintedStore, id: string): Promise<void> {
  const Key = keyOf(tokenPartition(id));
  await stored.dynamoDb.send(new DeleteItemCommand({ TableName: store.tableName, Key }));
}
