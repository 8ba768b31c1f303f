/** Two stores, in one app and in one stack: they share nothing, and none reaches the other. */
import { App, Stack } from 'aws-cdk-lib';
import { FUNCTION_NAMES, type FunctionName } from '../../infra/bundling/bundles.ts';
import { ALARM_TEXTS } from '../../infra/console/alarm-texts.ts';
import { TokenStore } from '../../infra/token-store.ts';
import { ofType, type StoreTemplate, statementsOf, storeStack, templateOf } from './template.ts';

const FUNCTIONS: readonly FunctionName[] = FUNCTION_NAMES;

describe('two stores', () => {
  const names = ({ resources }: StoreTemplate, store: string) =>
    resources
      .flatMap(({ Properties }) => NAMES.flatMap((name) => Properties[name] ?? []))
      .filter((name) => new RegExp(`[-/]${store}(-|/|$)`).test(String(name)));
  const NAMES = [
    ...['TableName', 'FunctionName', 'RoleName', 'LogGroupName', 'QueueName', 'Name'],
    ...['AlarmName', 'DashboardName', 'TopicName'],
  ];
  /**
   * The functions and their logs, the table, the two queues, the event bus, dashboard and alarms;
   * schedules go without a name.
   */
  const OWN = 2 * FUNCTIONS.length + 5 + Object.keys(ALARM_TEXTS).length;
  const SCHEDULES = 2;

  const DELIVERY = [
    'AWS::SQS::QueuePolicy',
    'AWS::Lambda::EventSourceMapping',
    'AWS::Lambda::EventInvokeConfig',
    'AWS::Scheduler::Schedule',
    'AWS::CloudWatch::Alarm',
    'AWS::CloudWatch::Dashboard',
  ];

  /** The store that each role of a schedule leads into: all that it may do must be there. */
  function stepsFromScheduler(template: StoreTemplate): string[] {
    const roles = ofType(template, 'AWS::Scheduler::Schedule').map(({ Properties }) =>
      String((Properties['Target'] as { RoleArn: string }).RoleArn).slice(1, -'.Arn}'.length),
    );
    return roles
      .map((id) => JSON.stringify(statementsOf(template, id)).match(/(?<=\{)(One|Two)/g) ?? [])
      .map((stores) => [...new Set(stores)].join(' and '))
      .sort();
  }

  test('in one app share no name, no resource and no ARN', () => {
    const app = new App();
    const stacks = [storeStack(app, { store: 'one' }), storeStack(app, { store: 'two' })];
    const [one, two] = stacks.map(templateOf);
    expect(stacks.map(({ stackName }) => stackName)).toEqual(['Latchkey-one', 'Latchkey-two']);
    expect(one && names(one, 'one')).toHaveLength(OWN);
    expect(two && names(two, 'two')).toHaveLength(OWN);
    expect(one?.text).not.toMatch(/[/-]two\b|Fn::ImportValue|Fn::GetStackOutput/);
    expect(two?.text).not.toMatch(/[/-]one\b|Fn::ImportValue|Fn::GetStackOutput/);
  });

  test('in one stack may each do nothing to the other', () => {
    const stack = new Stack(new App(), 'Application');
    const one = new TokenStore(stack, 'One', { store: 'one' });
    new TokenStore(stack, 'Two', { store: 'two' });
    const template = templateOf(stack);
    expect(names(template, 'one')).toHaveLength(OWN);
    expect(names(template, 'two')).toHaveLength(OWN);
    const rolesOfOne = ofType(template, 'AWS::IAM::Role').filter(({ id }) => id.startsWith('One'));
    expect(rolesOfOne).toHaveLength(FUNCTIONS.length + SCHEDULES);
    const reach = JSON.stringify(rolesOfOne.map(({ id }) => statementsOf(template, id)));
    expect(reach).toContain('secret:latchkey/one/*');
    expect(reach).not.toMatch(/\{Two|latchkey\/two/);
    for (const type of DELIVERY) {
      const ofOne = ofType(template, type).filter(({ id }) => id.startsWith('One'));
      const ofTwo = ofType(template, type).filter(({ id }) => id.startsWith('Two'));
      expect([type, ofOne.length, ofTwo.length]).toEqual([type, ofOne.length, ofOne.length]);
      expect(ofOne.length).toBeGreaterThan(0);
      expect(JSON.stringify(ofOne)).not.toContain('{Two');
      expect(JSON.stringify(ofTwo)).not.toContain('{One');
    }
    expect(stepsFromScheduler(template)).toEqual(['One', 'One', 'Two', 'Two']);
    expect(one.settings.store).toBe('one');
  });
});

test('no store can be named so that its functions are those of another', () => {
  // latchkey-<store>-<function>: a store "a-b" meets a store "a" if one function's name ends another's.
  const endings = FUNCTIONS.filter((name) => FUNCTIONS.some((other) => other.endsWith(`-${name}`)));
  expect(endings).toEqual([]);
});
