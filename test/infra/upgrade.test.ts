/**
 * An upgrade of a deployed stack replaces nothing that has a name or holds anything: CloudFormation
 * goes by these ids, so a construct that is moved or renamed would lose the table, or fail because
 * its name is taken. A new resource adds a line; no line changes.
 */
import { storeTemplate } from './template.ts';

const IDS = [
  'TokensDeleteTokenFunction126E6177',
  'TokensDeleteTokensFunction1DC0E554',
  'TokensEvents5DA8A8D6',
  'TokensFindTokenByIdFunctionFCB4EC3F',
  'TokensFindTokenFunction4357DC30',
  'TokensGetAccessTokenFunctionBD5B59A7',
  'TokensGetTokensFunctionC241CD87',
  'TokensHousekeeperFunctionE9DF49EE',
  'TokensRefreshDeadLetters1E1D0BBB',
  'TokensRefreshDispatcherFunction79B12349',
  'TokensRefreshQueue3816140F',
  'TokensRefreshWorkerFunction4A794D39',
  'TokensRestoreTokensFunctionD9AD6BFF',
  'TokensSaveTokenFunction952C6203',
  'TokensTableFC8D39D1',
  'TokensTokenWidgetFunction75F223FC',
];
const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-4333-8444-555555555555';
const NAMES = ['TableName', 'FunctionName', 'QueueName', 'Name'];
/** An event source mapping names its function; it has no name of its own. */
const NAMELESS = ['AWS::Lambda::EventSourceMapping', 'AWS::Lambda::EventInvokeConfig'];

const idsOfNamed = (settings: Parameters<typeof storeTemplate>[0]) =>
  storeTemplate(settings)
    .resources.filter(({ Type }) => !NAMELESS.includes(Type))
    .filter(({ Properties }) => NAMES.some((name) => Properties[name] !== undefined))
    .map(({ id }) => id)
    .sort();

test('what has a name keeps its id', () => {
  expect(idsOfNamed({})).toEqual(IDS);
});

test.each([
  ['a key of its own', { kmsKeyArn: KEY }],
  ['another stage', { stage: 'development' as const }],
  ['other settings', { dataCentre: 'eu', refreshWorkers: 7, logRetentionDays: 90 }],
])('also with %s', (_, settings) => {
  expect(idsOfNamed(settings)).toEqual(IDS);
});
