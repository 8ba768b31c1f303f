/**
 * TransactWriteItems, which dynalite lacks: every action is staged against the store by itself, and
 * either all that was staged is written in one batch or, when any failed, nothing is. The caller
 * holds the exclusive lock.
 */
import { ServiceError } from '../service.ts';
import type { BatchOperation, DynaliteEngine, Item } from './dynalite-engine.ts';
import { StagingStore } from './staging-store.ts';

const NAMESPACE = 'com.amazonaws.dynamodb.v20120810#';
const MAX_ACTIONS = 100;
const MAX_BYTES = 4 * 1024 * 1024;

/**
 * A condition check is a delete that is staged and thrown away: the same key, the same condition.
 */
const DYNALITE_ACTION = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'DeleteItem',
} as const;

type Verb = keyof typeof DYNALITE_ACTION;

interface TransactAction {
  readonly verb: Verb;
  readonly tableName: string;
  readonly data: Record<string, unknown>;
  readonly returnsOldItem: boolean;
}

export interface CancellationReason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: Item;
}

export async function transactWriteItems(
  engine: DynaliteEngine,
  request: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const actions = parseActions(engine, request);
  await refuseTwoActionsOnOneItem(engine, actions);

  const operations: BatchOperation[] = [];
  const reasons: CancellationReason[] = [];
  const writeUnits = new Map<string, number>();
  for (const action of actions) {
    const staging = new StagingStore(engine.store);
    try {
      const done = await engine.run(DYNALITE_ACTION[action.verb], action.data, staging.store);
      addUnits(writeUnits, action.tableName, done['ConsumedCapacity']);
      if (action.verb !== 'ConditionCheck') operations.push(...staging.operations());
      reasons.push({ Code: 'None' });
    } catch (error) {
      reasons.push(cancellationReason(error, action, staging.itemRead));
    }
  }
  if (reasons.some((reason) => reason.Code !== 'None')) throw transactionCanceled(reasons);

  await engine.commit(operations);
  return writeUnits.size === 0
    ? {}
    : {
        ConsumedCapacity: [...writeUnits].map(([TableName, CapacityUnits]) => ({
          TableName,
          CapacityUnits,
        })),
      };
}

/**
 * The exception as AWS words it, reasons in the order of the actions, `None` for those that would
 * have passed.
 */
export function transactionCanceled(reasons: readonly CancellationReason[]): ServiceError {
  const codes = reasons.map((reason) => reason.Code).join(', ');
  return new ServiceError(
    `${NAMESPACE}TransactionCanceledException`,
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    { members: { CancellationReasons: reasons } },
  );
}

function parseActions(engine: DynaliteEngine, request: Record<string, unknown>): TransactAction[] {
  const items = request['TransactItems'];
  if (!Array.isArray(items) || items.length === 0) {
    throw validationError('Member must have length greater than or equal to 1', 'transactItems');
  }
  if (items.length > MAX_ACTIONS) {
    throw validationError('Member must have length less than or equal to 100', 'transactItems');
  }
  const capacity = request['ReturnConsumedCapacity'];
  const actions = items.map((item: Record<string, unknown>) => parseAction(engine, item, capacity));
  const bytes = actions.reduce((sum, { data }) => {
    return sum + engine.itemSizeBytes((data['Item'] ?? data['Key']) as Item);
  }, 0);
  if (bytes > MAX_BYTES) throw validation('Transaction request cannot exceed 4 MB');
  return actions;
}

function parseAction(
  engine: DynaliteEngine,
  item: Record<string, unknown>,
  capacity: unknown,
): TransactAction {
  const named = Object.entries(item).filter(([verb, action]) => verb in DYNALITE_ACTION && action);
  const [only] = named;
  if (only === undefined || named.length !== 1) {
    throw validation('TransactItems can only contain one of Check, Put, Update or Delete');
  }
  const verb = only[0] as Verb;
  const { ReturnValuesOnConditionCheckFailure: returns, ...parameters } = only[1] as Record<
    string,
    unknown
  >;
  if (returns !== undefined && returns !== 'ALL_OLD' && returns !== 'NONE') {
    throw validationError(
      'Member must satisfy enum value set: [ALL_OLD, NONE]',
      'returnValuesOnConditionCheckFailure',
    );
  }
  for (const required of requiredParameters(verb)) {
    if (typeof parameters[required] !== 'string') {
      throw validationError('Member must not be null', `transactItems.${required}`);
    }
  }
  const data = engine.validate(DYNALITE_ACTION[verb], {
    ...parameters,
    ...(capacity === undefined ? {} : { ReturnConsumedCapacity: capacity }),
  });
  return {
    verb,
    tableName: String(data['TableName']),
    data,
    returnsOldItem: returns === 'ALL_OLD',
  };
}

function requiredParameters(verb: Verb): readonly string[] {
  if (verb === 'Update') return ['TableName', 'UpdateExpression'];
  if (verb === 'ConditionCheck') return ['TableName', 'ConditionExpression'];
  return ['TableName'];
}

async function refuseTwoActionsOnOneItem(
  engine: DynaliteEngine,
  actions: readonly TransactAction[],
): Promise<void> {
  const seen = new Set<string>();
  for (const { verb, tableName, data } of actions) {
    const table = await engine.table(tableName);
    const key = data[verb === 'Put' ? 'Item' : 'Key'] as Item;
    const wrong = verb === 'Put' ? engine.itemError(table, key) : engine.keyError(table, key);
    if (wrong !== undefined) throw wrong;
    const identity = `${tableName}~${engine.itemKey(table, key)}`;
    if (seen.has(identity)) {
      throw validation('Transaction request cannot include multiple operations on one item');
    }
    seen.add(identity);
  }
}

function cancellationReason(
  error: unknown,
  action: TransactAction,
  itemRead: Item | undefined,
): CancellationReason {
  if (!(error instanceof ServiceError)) throw error;
  if (error.name === 'ConditionalCheckFailedException') {
    return {
      Code: 'ConditionalCheckFailed',
      Message: error.message,
      ...(action.returnsOldItem && itemRead !== undefined ? { Item: itemRead } : {}),
    };
  }
  if (error.name === 'ValidationException') {
    return { Code: 'ValidationError', Message: error.message };
  }
  throw error;
}

/** A transactional write costs twice what the plain write does. */
function addUnits(units: Map<string, number>, tableName: string, consumed: unknown): void {
  if (consumed === undefined) return;
  const { CapacityUnits } = consumed as { CapacityUnits: number };
  units.set(tableName, (units.get(tableName) ?? 0) + 2 * CapacityUnits);
}

function validationError(constraint: string, member: string): ServiceError {
  return validation(
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}

function validation(message: string): ServiceError {
  return new ServiceError('com.amazon.coral.validate#ValidationException', message);
}
