/**
 * A second table and second secrets that take the requests of the operations without the store's
 * code: the same requests in the same order, so every condition in them holds.
 */
import {
  BatchGetItemCommand,
  type BatchGetItemCommandInput,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
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

/** The requests of one refresh, but for the provider's, which comes after the lease. */
export interface RefreshCalls extends SaveCalls {
  readonly lease: UpdateItemCommandInput;
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
    return eachWith(3, 'save', calls).map((save) => this.#readAndWritesOf(save));
  }

  /** The requests of refreshes by a container that has the tokens' secrets. */
  requestsOfRefreshes(calls: readonly RecordedCall[]): RefreshCalls[] {
    return eachWith(4, 'refresh', calls).map((refresh) => ({
      ...this.#readAndWritesOf(refresh),
      lease: this.#mine(inputOf(refresh, 'UpdateItemCommand')),
    }));
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

  async refresh(calls: RefreshCalls, askProvider: () => Promise<unknown>): Promise<void> {
    await dynamo.send(new BatchGetItemCommand(calls.read));
    await dynamo.send(new UpdateItemCommand(calls.lease));
    await askProvider();
    await this.write(calls);
  }

  #readAndWritesOf(calls: readonly RecordedCall[]): SaveCalls {
    const put = inputOf<PutSecretValueCommandInput>(calls, 'PutSecretValueCommand');
    return {
      read: this.#mine(inputOf(calls, 'BatchGetItemCommand')),
      put: { ...put, SecretId: this.#arns.get(put.SecretId ?? '') },
      commit: this.#mine(inputOf(calls, 'TransactWriteItemsCommand')),
    };
  }

  #mine<Input>(input: Input): Input {
    return JSON.parse(JSON.stringify(input).replaceAll(`"${TABLE}"`, `"${this.table}"`));
  }
}

/** The calls of each operation, which begins with a read. */
function eachWith(
  length: number,
  operation: string,
  calls: readonly RecordedCall[],
): (readonly RecordedCall[])[] {
  const reads = calls.filter(({ command }) => command === 'BatchGetItemCommand');
  if (reads.length * length !== calls.length) {
    throw new Error(`A ${operation} is no longer ${length} calls: compare it with what it is.`);
  }
  return reads.map((_, index) => calls.slice(index * length, (index + 1) * length));
}

/** The index row of a new token names its secret. */
export function secretArnIn(calls: readonly RecordedCall[]): string {
  const arn = /"(arn:[^"]+:secret:[^"]+)"/.exec(JSON.stringify(calls))?.[1];
  if (arn === undefined) throw new Error('A first save no longer names the secret in the index.');
  return arn;
}

export function takeNext<T>(queue: T[]): T {
  const first = queue.shift();
  if (first === undefined) throw new Error('There is nothing left to measure.');
  return first;
}

function inputOf<Input extends object>(calls: readonly RecordedCall[], command: string): Input {
  const call = calls.find((recorded) => recorded.command === command);
  if (call === undefined)
    throw new Error(`It no longer calls ${command}: compare it with what it is.`);
  return call.input as Input;
}
