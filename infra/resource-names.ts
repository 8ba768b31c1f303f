/** What the resources of a store are called, wherever it runs. No CDK here: pure names. */
import type { FunctionName } from './bundling/bundles.ts';
import type { StoreSettings } from './store-settings.ts';

type Named = Pick<StoreSettings, 'store'>;

export const tableName = ({ store }: Named): string => `latchkey-${store}`;
export const functionName = ({ store }: Named, name: FunctionName): string =>
  `latchkey-${store}-${name}`;
export const logGroupName = (settings: Named, name: FunctionName): string =>
  `/aws/lambda/${functionName(settings, name)}`;
/** Every secret's name starts with it. */
export const secretPrefix = ({ store }: Named): string => `latchkey/${store}/`;
export const refreshQueueName = ({ store }: Named): string => `latchkey-${store}-refresh`;
export const deadLetterQueueName = ({ store }: Named): string => `latchkey-${store}-dead-letters`;
export const eventBusName = ({ store }: Named): string => `latchkey-${store}`;

/** `find-token` becomes `FindToken`, as construct ids and outputs say it. */
export function pascalCase(name: string): string {
  return name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
export const dashboardName = ({ store }: Named): string => `latchkey-${store}`;
export const alarmName = ({ store }: Named, name: string): string => `latchkey-${store}-${name}`;
export const alarmTopicName = ({ store }: Named): string => `latchkey-${store}-alarms`;
