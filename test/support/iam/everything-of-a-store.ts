/** What there is to do to a store, allowed to anybody or not: its secrets, rows, queues, logs, key. */
import type { TokenStore } from '../../../infra/token-store.ts';
import { keyUse } from './key-use.ts';
import type { NeededPermission } from './policy.ts';

const PLACE = 'us-east-1:000000000000';
const ID = '0123456789abcdef0123456789abcdef';

const PARTITIONS = ['token#1', 'key#user#1', 'generation#0', 'client#1', 'job#1'];
const ITEM_ACTIONS = ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'];
const TABLE_ACTIONS = ['BatchGetItem', 'Scan', 'Query', 'DeleteTable', 'UpdateTable'];
const SECRET_ACTIONS = [
  'CreateSecret',
  'GetSecretValue',
  'PutSecretValue',
  'UpdateSecret',
  'UpdateSecretVersionStage',
  'DescribeSecret',
  'DeleteSecret',
  'RestoreSecret',
  'TagResource',
  'PutResourcePolicy',
  'ReplicateSecretToRegions',
];
const QUEUE_ACTIONS = [
  'SendMessage',
  'ReceiveMessage',
  'DeleteMessage',
  'GetQueueAttributes',
  'PurgeQueue',
];
const LOG_STREAM_ACTIONS = ['PutLogEvents', 'GetLogEvents'];

/** The names that reading a secret out of logs would take. */
export const READ_LOGS = ['logs:GetLogEvents', 'logs:FilterLogEvents', 'logs:StartQuery'];

type Context = NeededPermission['context'];

const on = (service: string, actions: readonly string[], resource: string, context: Context = {}) =>
  actions.map(
    (action): NeededPermission => ({ action: `${service}:${action}`, resource, context }),
  );

/** @param keyArn - of the key that encrypts it @param logGroups - the names of its log groups */
export function everythingOf(
  store: TokenStore,
  keyArn: string,
  logGroups: readonly string[],
): NeededPermission[] {
  const name = store.settings.store;
  const table = `arn:aws:dynamodb:${PLACE}:table/latchkey-${name}`;
  const secret = `arn:aws:secretsmanager:${PLACE}:secret:latchkey/${name}/${ID}-AbCdEf`;
  const queues = ['refresh', 'dead-letters'].map(
    (queue) => `arn:aws:sqs:${PLACE}:latchkey-${name}-${queue}`,
  );
  const data = [
    ...PARTITIONS.flatMap((key) =>
      on('dynamodb', ITEM_ACTIONS, table, { 'dynamodb:LeadingKeys': key }),
    ),
    ...on('dynamodb', TABLE_ACTIONS, table),
    ...on('dynamodb', ['Query'], `${table}/index/due`),
    ...on('secretsmanager', SECRET_ACTIONS, secret),
    ...queues.flatMap((queue) => on('sqs', QUEUE_ACTIONS, queue)),
  ];
  return [
    ...data,
    ...data.flatMap((needed) => keyUse(keyArn, needed)),
    ...on('events', ['PutEvents'], `arn:aws:events:${PLACE}:event-bus/latchkey-${name}`),
    ...functionNamesOf(store).flatMap((lambda) =>
      on('lambda', ['InvokeFunction', 'UpdateFunctionCode', 'GetFunctionConfiguration'], lambda),
    ),
    ...logGroups.flatMap((group) => logs(group)),
  ];
}

const functionNamesOf = ({ settings: { store }, node }: TokenStore) =>
  node
    .findAll()
    .filter(({ node: { id } }) => id === 'Function')
    .map(({ node: { scope } }) => scope?.node.id ?? '')
    .map((id) => id.replace(/(?<!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase())
    .map((name) => `arn:aws:lambda:${PLACE}:function:latchkey-${store}-${name}`);

export function logs(group: string): NeededPermission[] {
  const arn = `arn:aws:logs:${PLACE}:log-group:${group}`;
  return [
    ...on('logs', LOG_STREAM_ACTIONS, `${arn}:log-stream:stream`),
    ...on('logs', ['FilterLogEvents', 'StartQuery', 'DeleteLogGroup'], `${arn}:*`),
  ];
}
