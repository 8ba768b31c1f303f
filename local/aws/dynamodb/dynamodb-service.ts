/**
 * The DynamoDB protocol over dynalite: which lock an action takes, and the actions that dynalite
 * lacks. Every write is staged and committed in one batch under the exclusive lock; reads share it,
 * so nothing half-written is ever seen.
 */
import { join } from 'node:path';
import {
  type Answer,
  answerJson,
  type Service,
  type ServiceCall,
  ServiceError,
} from '../service.ts';
import { DynaliteEngine } from './dynalite-engine.ts';
import { ReadersWriterLock } from './readers-writer-lock.ts';
import { RequestTokens } from './request-tokens.ts';
import { StagingStore } from './staging-store.ts';
import { TableSettings } from './table-settings.ts';
import { transactGetItems } from './transact-get-items.ts';
import { transactWriteItems } from './transact-write-items.ts';

type Request = Record<string, unknown>;

const STAGED_WRITES = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem']);
const READS = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan', 'DescribeTable', 'ListTables']);

export class DynamoDbService implements Service {
  readonly #engine: DynaliteEngine;
  readonly #tokens: RequestTokens;
  readonly #settings = new TableSettings();
  readonly #lock = new ReadersWriterLock();

  constructor(options: { dataDirectory?: string | undefined; nowMs: () => number }) {
    const { dataDirectory } = options;
    this.#engine = new DynaliteEngine(dataDirectory && join(dataDirectory, 'dynamodb'));
    this.#tokens = new RequestTokens(options.nowMs);
  }

  /** @throws Error whose cause has the code LEVEL_LOCKED where another process has the directory */
  open(): Promise<void> {
    return this.#engine.open();
  }

  execute(call: ServiceCall): Promise<Answer> {
    return answerJson('1.0', () => this.#act(call.action, call.request));
  }

  close(): Promise<void> {
    // Behind the lock: dynalite throws where nobody can catch it when its database closes under an
    // action.
    return this.#lock.exclusive(() => this.#engine.close());
  }

  async #act(action: string, request: Request): Promise<unknown> {
    switch (action) {
      case 'TransactWriteItems':
        return this.#lock.exclusive(() => this.#transactWrite(request));
      case 'TransactGetItems':
        return this.#lock.exclusive(() => transactGetItems(this.#engine, request));
      case 'UpdateTimeToLive':
        return this.#ofTable(request, () => this.#settings.updateTimeToLive(request));
      case 'DescribeTimeToLive':
        return this.#ofTable(request, () => this.#settings.describeTimeToLive(request));
      case 'UpdateContinuousBackups':
        return this.#ofTable(request, () => this.#settings.updateContinuousBackups(request));
      case 'DescribeContinuousBackups':
        return this.#ofTable(request, () => this.#settings.describeContinuousBackups(request));
    }
    if (!this.#engine.knows(action)) {
      throw new ServiceError('com.amazon.coral.service#UnknownOperationException', '');
    }
    const { ReturnValuesOnConditionCheckFailure: returns, ...known } = request;
    const data = this.#engine.validate(action, known);
    if (READS.has(action)) return this.#lock.shared(() => this.#engine.run(action, data));
    if (STAGED_WRITES.has(action)) {
      return this.#lock.exclusive(() => this.#write(action, data, returns === 'ALL_OLD'));
    }
    return this.#lock.exclusive(() => this.#changeTable(action, data));
  }

  async #write(action: string, data: Request, returnsOldItem: boolean): Promise<Request> {
    const staging = new StagingStore(this.#engine.store);
    try {
      const result = await this.#engine.run(action, data, staging.store);
      await this.#engine.commit(staging.operations());
      return result;
    } catch (error) {
      throw returnsOldItem && staging.itemRead !== undefined && isFailedCondition(error)
        ? new ServiceError(error.type, error.message, { members: { Item: staging.itemRead } })
        : error;
    }
  }

  async #transactWrite(request: Request): Promise<Request> {
    const token = request['ClientRequestToken'];
    if (typeof token !== 'string') return transactWriteItems(this.#engine, request);
    if (token.length < 1 || token.length > 36) {
      throw new ServiceError(
        'com.amazon.coral.validate#ValidationException',
        "1 validation error detected: Value at 'clientRequestToken' failed to satisfy constraint: Member must have length less than or equal to 36",
      );
    }
    if (this.#tokens.wasApplied(token, request)) return {};
    const result = await transactWriteItems(this.#engine, request);
    this.#tokens.spend(token, request);
    return result;
  }

  /** Answers once the change is through, because dynalite finds no table that is still CREATING. */
  async #changeTable(action: string, data: Request): Promise<Request> {
    const result = await this.#engine.run(action, data);
    const answer = structuredClone(result);
    if (/^(Create|Update|Delete)Table$/.test(action)) {
      await this.#engine.tableSettled(String(data['TableName']));
    }
    return answer;
  }

  async #ofTable(request: Request, answer: () => Request): Promise<Request> {
    await this.#engine.run(
      'DescribeTable',
      this.#engine.validate('DescribeTable', { TableName: request['TableName'] }),
    );
    return answer();
  }
}

function isFailedCondition(error: unknown): error is ServiceError {
  return error instanceof ServiceError && error.name === 'ConditionalCheckFailedException';
}
