/**
 * Runs as a process of its own, bundled like a function: what it measures is its own CPU time,
 * without the embedded AWS and without a TypeScript loader. Talks to its parent in messages.
 */
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { PARTITION_KEY } from '../../lib/token-index/dynamodb-items.ts';
import { type Cost, sample } from '../samples.ts';
import { type FindSubject, findSubjects } from './find-subjects.ts';
import { Recorder } from './recorder.ts';
import { REFRESH_TWIN, type RefreshSubject, refreshSubjects } from './refresh-subjects.ts';
import { type SaveSubject, saveSubjects, TWINS } from './save-subjects.ts';
import { dynamo, secrets, store, TABLE } from './store.ts';

export interface OperationCosts {
  readonly find: Record<FindSubject, Cost>;
  readonly save: Record<SaveSubject, Cost>;
  readonly refresh: Record<RefreshSubject, Cost>;
}

export type Message = { readonly progress: string } | { readonly costs: OperationCosts };

const [rounds, zohoUrl] = [Number(process.argv[2]), String(process.argv[3])];
const tell = (message: Message) => process.send?.(message);
const onRound = (what: string) => (round: number) =>
  tell({ progress: `${what}: round ${round} of ${rounds}` });

for (const TableName of [TABLE, ...[...TWINS, REFRESH_TWIN].map(({ table }) => table)]) {
  await dynamo.send(
    new CreateTableCommand({
      TableName,
      AttributeDefinitions: [{ AttributeName: PARTITION_KEY, AttributeType: 'S' }],
      KeySchema: [{ AttributeName: PARTITION_KEY, KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
}
const tokens = store();
const recorder = new Recorder(dynamo, secrets);
const finds = await findSubjects(tokens, recorder);
const saves = await saveSubjects(tokens, recorder);
const refreshes = await refreshSubjects(zohoUrl, recorder);
const costs = {
  find: await sample(finds, {
    rounds,
    runsPerSample: 20,
    warmUpRounds: 20,
    onRound: onRound('find'),
  }),
  save: await sample(saves, {
    rounds,
    runsPerSample: 8,
    warmUpRounds: 10,
    onRound: onRound('save'),
  }),
  refresh: await sample(refreshes, {
    rounds,
    runsPerSample: 8,
    warmUpRounds: 10,
    onRound: onRound('refresh'),
  }),
};
tell({ costs });
process.disconnect?.();
