/**
 * A second table and second secrets that take the requests of the saves without the store's code:
 * the same requests in the same order, so every condition in them holds.
 */
import {
  BatchGetItemCommand,
  type BatchGetItemCommandInput,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
} from '@aws-sdk/client-dynamodb';
import {
  CreateSecretCommand,
  type CreateSecretCommandInput,
  PutSecretValueCommand,
  type PutSecretValueCommandInput,
} from '@aws-sdk/client-secrets-manager';
import type { RecordedCall } from './recorder.ts';
import { dynamo, secrets, TABLE } from './store.ts';

/** The requests of one save that updates a token. */
export interface SaveCalls {
  readonly read: BatchGetItemCommandInput;
  readonly put: PutSecretValueCommandInput;
  readonly commit: TransactWriteItemsCommandInput;
}

export class TwinStore {
  readonly table: string;
  /** From the store's secrets to the twin's. */
  readonly #arns = new Map<string, string>();

  constructor(name: string) {
    this.table = `${TABLE}-${name}`;
  }

  /** Follows the save that made a token. */
  async create(calls: readonly RecordedCall[], secretArn: string): Promise<void> {
    const { Name, ...secret } = inputOf<CreateSecretCommandInput>(calls, 'CreateSecretCommand');
    const { ARN } = await secrets.send(
      new CreateSecretCommand({ ...secret, Name: `${this.table}/${Name}` }),
    );
    this.#arns.set(secretArn, ARN ?? '');
    const commit = inputOf<TransactWriteItemsCommandInput>(calls, 'TransactWriteItemsCommand');
    await dynamo.send(new TransactWriteItemsCommand(this.#mine(commit)));
  }

  /** The requests of the saves that updated tokens, as this store must get them. */
  requestsOf(calls: readonly RecordedCall[]): SaveCalls[] {
    const reads = calls.filter(({ command }) => command === 'BatchGetItemCommand');
    if (reads.length * 3 !== calls.length) {
      throw new Error('A save is no longer one read and two writes: compare it with what it is.');
    }
    return reads.map((_, index) => {
      const save = calls.slice(index * 3, index * 3 + 3);
      const put = inputOf<PutSecretValueCommandInput>(save, 'PutSecretValueCommand');
      return {
        read: this.#mine(inputOf(save, 'BatchGetItemCommand')),
        put: { ...put, SecretId: this.#arns.get(put.SecretId ?? '') },
        commit: this.#mine(inputOf(save, 'TransactWriteItemsCommand')),
      };
    });
  }

  /** The writes of a save, without the read that a save begins with. */
  async write({ put, commit }: SaveCalls): Promise<void> {
    await secrets.send(new PutSecretValueCommand(put));
    await dynamo.send(new TransactWriteItemsCommand(commit));
  }

  async readAndWrite(calls: SaveCalls): Promise<void> {
    await dynamo.send(new BatchGetItemCommand(calls.read));
    await this.write(calls);
  }

  #mine<Input>(input: Input): Input {
    return JSON.parse(JSON.stringify(input).replaceAll(`"${TABLE}"`, `"${this.table}"`));
  }
}

function inputOf<Input extends object>(calls: readonly RecordedCall[], command: string): Input {
  const call = calls.find((recorded) => recorded.command === command);
  if (call === undefined) throw new Error(`A save no longer calls ${command}.`);
  return call.input as Input;
}
