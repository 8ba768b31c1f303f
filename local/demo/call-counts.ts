/** Pure: from the endpoint's record to what a step took, by service and action. */
import type { AwsCall } from '../aws/embedded-aws.ts';
import type { ServiceName } from '../aws/service.ts';

const SERVICES = [
  { name: 'lambda', service: 'Lambda', shortName: 'Lambda' },
  { name: 'dynamodb', service: 'DynamoDB', shortName: 'DynamoDB' },
  { name: 'secretsmanager', service: 'Secrets Manager', shortName: 'Secrets' },
  { name: 'sqs', service: 'SQS', shortName: 'SQS' },
  { name: 'events', service: 'EventBridge', shortName: 'Events' },
] as const satisfies readonly { name: ServiceName; service: string; shortName: string }[];

export interface ServiceCounts {
  readonly service: string;
  /** As a column's name. */
  readonly shortName: string;
  readonly total: number;
  /** For example `BatchGetItem x2, TransactWriteItems x1`; for Lambda by function. */
  readonly actions: string;
}

/** One entry per service, also for one that was not called. */
export function countByService(calls: readonly AwsCall[]): ServiceCounts[] {
  return SERVICES.map(({ name, service, shortName }) => {
    const ofService = calls.filter((call) => call.service === name);
    const actions = countActions(ofService.map(actionOf));
    return { service, shortName, total: ofService.length, actions };
  });
}

/** `BatchGetItem x1, GetSecretValue x1`: what was called behind Lambda. */
export function callsBehindFunctions(calls: readonly AwsCall[]): string {
  return countActions(calls.filter(({ service }) => service !== 'lambda').map(actionOf));
}

function countActions(actions: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const action of actions) counts.set(action, (counts.get(action) ?? 0) + 1);
  return [...counts].map(([action, count]) => `${action} x${count}`).join(', ');
}

/** For Lambda the function that is invoked, without the store's prefix. */
function actionOf(call: AwsCall): string {
  if (call.service !== 'lambda') return call.action;
  return String(call.request['FunctionName']).replace(/^latchkey-[^-]+-/, '');
}
