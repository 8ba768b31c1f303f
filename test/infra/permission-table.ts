/** What each function may do, in words: every action, on what, under which condition. */
import type { FunctionName } from '../../infra/bundling/bundles.ts';

export const TOKEN_ROWS = 'token rows';
export const KEY_ROWS = 'key rows';
export const GENERATION = 'the generation';
export const CLIENTS = 'how clients fare';
export const JOBS = 'jobs';
export const NOTES = 'what operators note in token rows';
export const RECOVERABLE = 'with a recovery window';

const READ_INDEX = ['dynamodb:BatchGetItem: the table'];
const WRITE_TOKEN_ROWS = [`dynamodb:UpdateItem: the table, ${TOKEN_ROWS}`];
const WRITE_KEY_ROWS = [
  `dynamodb:DeleteItem: the table, ${KEY_ROWS}`,
  `dynamodb:PutItem: the table, ${KEY_ROWS}`,
];
const READ_SECRETS = ['secretsmanager:GetSecretValue: the secrets'];
const DELETE_SECRETS = [`secretsmanager:DeleteSecret: the secrets, ${RECOVERABLE}`];
/** What the SQS event source takes for Lambda, which polls in the function's name. */
const RECEIVE_MESSAGES = [
  'sqs:ChangeMessageVisibility: the refresh queue',
  'sqs:DeleteMessage: the refresh queue',
  'sqs:GetQueueAttributes: the refresh queue',
  'sqs:GetQueueUrl: the refresh queue',
  'sqs:ReceiveMessage: the refresh queue',
];
/** What the destination of failed asynchronous invocations takes. */
const KEEP_FAILURES = [
  'sqs:GetQueueAttributes: the dead letters',
  'sqs:GetQueueUrl: the dead letters',
  'sqs:SendMessage: the dead letters',
];
const LOG = ['logs:CreateLogStream: its log', 'logs:PutLogEvents: its log'];

const FIND_AND_REFRESH = [
  ...READ_INDEX,
  ...WRITE_TOKEN_ROWS,
  ...WRITE_KEY_ROWS,
  ...READ_SECRETS,
  'secretsmanager:PutSecretValue: the secrets',
  `dynamodb:DeleteItem: the table, ${CLIENTS}`,
  `dynamodb:GetItem: the table, ${CLIENTS}`,
  `dynamodb:UpdateItem: the table, ${CLIENTS}`,
  ...LOG,
];

export const PERMISSIONS: Readonly<Record<FunctionName, readonly string[]>> = {
  'find-token': FIND_AND_REFRESH,
  'find-token-by-id': FIND_AND_REFRESH,
  'get-access-token': FIND_AND_REFRESH,
  'save-token': [
    ...READ_INDEX,
    ...WRITE_TOKEN_ROWS,
    `dynamodb:ConditionCheckItem: the table, ${TOKEN_ROWS}`,
    ...WRITE_KEY_ROWS,
    ...READ_SECRETS,
    'secretsmanager:CreateSecret: the secrets',
    'secretsmanager:PutSecretValue: the secrets',
    'secretsmanager:RestoreSecret: the secrets',
    'secretsmanager:TagResource: the secrets',
    ...DELETE_SECRETS,
    ...LOG,
  ],
  'delete-token': [
    ...READ_INDEX,
    ...WRITE_TOKEN_ROWS,
    ...WRITE_KEY_ROWS,
    ...READ_SECRETS,
    'secretsmanager:RestoreSecret: the secrets',
    ...DELETE_SECRETS,
    ...LOG,
  ],
  'get-tokens': [
    ...READ_INDEX,
    'dynamodb:Scan: the table',
    ...READ_SECRETS,
    // It knows no resource; each secret it reads needs GetSecretValue besides.
    'secretsmanager:BatchGetSecretValue: *',
    ...LOG,
  ],
  'delete-tokens': [`dynamodb:UpdateItem: the table, ${GENERATION}`, ...LOG],
  'restore-tokens': [
    ...READ_INDEX,
    'dynamodb:Scan: the table',
    ...WRITE_TOKEN_ROWS,
    `dynamodb:PutItem: the table, ${KEY_ROWS}`,
    'secretsmanager:RestoreSecret: the secrets',
    ...LOG,
  ],
  'refresh-dispatcher': [
    'dynamodb:Query: the due index',
    ...WRITE_TOKEN_ROWS,
    'sqs:GetQueueAttributes: the refresh queue',
    'sqs:SendMessage: the refresh queue',
    ...KEEP_FAILURES,
    ...LOG,
  ],
  'refresh-worker': [...FIND_AND_REFRESH, 'events:PutEvents: the event bus', ...RECEIVE_MESSAGES],
  housekeeper: [
    ...READ_INDEX,
    'dynamodb:Scan: the table',
    ...WRITE_TOKEN_ROWS,
    `dynamodb:ConditionCheckItem: the table, ${TOKEN_ROWS}`,
    ...WRITE_KEY_ROWS,
    `dynamodb:GetItem: the table, ${JOBS}`,
    `dynamodb:PutItem: the table, ${JOBS}`,
    // It knows no resource, and shows no value.
    'secretsmanager:ListSecrets: *',
    'secretsmanager:DescribeSecret: the secrets',
    'secretsmanager:RestoreSecret: the secrets',
    ...DELETE_SECRETS,
    ...KEEP_FAILURES,
    ...LOG,
  ],
  // No secret, no queue, no provider; and of a row not which secret it leads to.
  'token-widget': [
    ...READ_INDEX,
    'dynamodb:Scan: the table',
    `dynamodb:UpdateItem: the table, ${NOTES}`,
    ...LOG,
  ],
};
