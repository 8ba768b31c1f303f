/** A warm find, and the bare reads beside it: one item, and the very batch that the find reads. */
import {
  BatchGetItemCommand,
  type BatchGetItemCommandInput,
  GetItemCommand,
} from '@aws-sdk/client-dynamodb';
import { tokenAnswer } from '../../lambdas/runtime/token-answer.ts';
import { systemClock } from '../../lib/clock.ts';
import { deadlineIn } from '../../lib/deadline.ts';
import { parseFindToken, parseSaveToken } from '../../lib/requests.ts';
import { keyOf, tokenPartition } from '../../lib/token-index/dynamodb-items.ts';
import type { TokenStore } from '../../lib/token-store.ts';
import type { Subject } from '../samples.ts';
import type { Recorder } from './recorder.ts';
import { sampleToken } from './sample-token.ts';
import { dynamo, TABLE } from './store.ts';

export type FindSubject = 'getItem' | 'batchGetItem' | 'find' | 'findFromEvent';

const BUDGET_MS = 14_500;

export async function findSubjects(
  tokens: TokenStore,
  recorder: Recorder,
): Promise<Record<FindSubject, Subject>> {
  const token = sampleToken(0);
  const deadline = () => deadlineIn(BUDGET_MS, systemClock);
  const { id } = await tokens.saveToken(parseSaveToken({ token }), deadline());
  const event = { token: { userName: token.userName } };
  const request = parseFindToken(event);

  await tokens.findToken(request, deadline());
  recorder.start();
  await tokens.findToken(request, deadline());
  const [call, ...more] = recorder.stop();
  if (call?.command !== 'BatchGetItemCommand' || more.length > 0) {
    throw new Error('A warm find is no longer one BatchGetItem: compare it with what it is.');
  }
  const batch = call.input as BatchGetItemCommandInput;
  const one = { TableName: TABLE, Key: keyOf(tokenPartition(id)), ConsistentRead: true };

  return {
    getItem: { run: () => dynamo.send(new GetItemCommand(one)) },
    batchGetItem: { run: () => dynamo.send(new BatchGetItemCommand(batch)) },
    find: { run: () => tokens.findToken(request, deadline()) },
    findFromEvent: {
      run: async () => {
        const found = await tokens.findToken(parseFindToken(event), deadline());
        return tokenAnswer(found?.stored);
      },
    },
  };
}
