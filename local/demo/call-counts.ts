/** Pure: from the endpoint's record to what a step took, by service and action. */
import type { AwsCall } from '../aws/embedded-aws.ts';
import type { ServiceName } from '../aws/service.ts';

const SERVICES = [
  ['lambda', 'Lambda'],
  ['dynamodb', 'DynamoDB'],
  ['secretsmanager', 'Secrets Manager'],
] as const satisfies readonly (readonly [ServiceName, string])[];

export interface ServiceCounts {
  readonly service: string;
  readonly total: number;
  /** For example `BatchGetItem x2, TransactWriteItems x1`. */
  readonly actions: string;
}

/** One entry per service, also for one that was not called. */
export function countByService(calls: readonly AwsCall[]): ServiceCounts[] {
  return SERVICES.map(([name, service]) => {
    const ofService = calls.filter((call) => call.service === name);
    return { service, total: ofService.length, actions: countActions(ofService.map(actionOf)) };
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

/** For Lambda with the function, without the store's prefix. */
function actionOf(call: AwsCall): string {
  if (call.service !== 'lambda') return call.action;
  return `Invoke ${String(call.request['FunctionName']).replace(/^latchkey-[^-]+-/, '')}`;
}
