/**
 * The dashboard, the alarms and whom they tell: what of them CloudFormation is given. That they go
 * off when they should is shown in test/e2e/alarms.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { FUNCTION_NAMES } from '../../infra/bundling/bundles.ts';
import { ALARM_TEXTS } from '../../infra/console/alarm-texts.ts';
import { storeDashboard } from '../../infra/console/dashboard.ts';
import { StoreMetrics } from '../../infra/console/store-metrics.ts';
import { TokenStore } from '../../infra/token-store.ts';
import { METRIC_UNITS } from '../../lambdas/runtime/metrics.ts';
import {
  ofType,
  type Resource,
  type StoreTemplate,
  storeTemplate,
  templateOf,
} from './template.ts';

const RUNBOOK = 'https://example.com/RUNBOOK.md';
const template = storeTemplate({
  store: 'billing',
  runbookUrl: RUNBOOK,
  alarmEmail: 'ops@a.example',
});

interface Query {
  readonly MetricStat?: { readonly Metric: MetricProperties };
}
interface MetricProperties {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
}

const alarmsOf = (of: StoreTemplate) => ofType(of, 'AWS::CloudWatch::Alarm');
const alarms = alarmsOf(template);
const nameOf = ({ Properties }: Resource) => String(Properties['AlarmName']);
const alarm = (name: string) => alarms.find((each) => nameOf(each) === `latchkey-billing-${name}`);

function metricsOf({ Properties }: Resource): MetricProperties[] {
  const queries = (Properties['Metrics'] ?? [{ MetricStat: { Metric: Properties } }]) as Query[];
  return queries.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []);
}

describe('the alarms', () => {
  test('are those that have a text', () => {
    const names = Object.keys(ALARM_TEXTS).map((name) => `latchkey-billing-${name}`);
    expect(alarms.map(nameOf).sort()).toEqual(names.sort());
  });

  test.each(Object.entries(ALARM_TEXTS))(
    '%s says what users feel, in one sentence, and what to do',
    (name, text) => {
      expect(alarm(name)?.Properties['AlarmDescription']).toBe(
        `${text} What to do: ${RUNBOOK}#${name}`,
      );
      expect(text).toMatch(/^[A-Z][^.]+\.$/);
    },
  );

  test('without an address of the runbook they name it', () => {
    const [first] = alarmsOf(storeTemplate());
    expect(first?.Properties['AlarmDescription']).toMatch(/ What to do: RUNBOOK\.md#[a-z-]+$/);
  });

  test('cost what the documents say: $0.10 for each metric that an alarm looks at', () => {
    const document = (name: string) =>
      readFileSync(join(import.meta.dirname, '..', '..', name), 'utf8');
    const watched = alarms.flatMap(metricsOf).length;
    const dollars = (watched / 10).toFixed(2);
    const withDashboard = (3 + watched / 10).toFixed(2);
    const own = Object.keys(METRIC_UNITS).length;
    const runbook = document('RUNBOOK.md');
    expect(runbook).toContain(`| alarms: ${watched} metrics × $0.10 | $${dollars} | $${dollars} |`);
    expect(runbook).toContain(`A dashboard and its alarms cost $${withDashboard} a month`);
    expect(runbook).toContain(`at most ${own} × $0.30`);
    expect(document('README.md')).toContain(
      `${alarms.length} alarms, together $${withDashboard} a month`,
    );
  });

  test('look at ten metrics at most, as CloudWatch allows', () => {
    expect(alarms.filter((each) => metricsOf(each).length > 10)).toEqual([]);
  });

  test('name stores, functions, queues and tables, and nothing of tokens', () => {
    const dimensions = new Set(
      alarms.flatMap(metricsOf).flatMap(({ Dimensions }) => Dimensions.map(({ Name }) => Name)),
    );
    expect([...dimensions].sort()).toEqual([
      'FunctionName',
      'GlobalSecondaryIndexName',
      'QueueName',
      'TableName',
      'service',
    ]);
  });

  test('look at own metrics that there are, of this store', () => {
    const own = alarms.flatMap(metricsOf).filter(({ Namespace }) => Namespace === 'Latchkey');
    expect(own.filter(({ MetricName }) => !(MetricName in METRIC_UNITS))).toEqual([]);
    expect(new Set(own.map(({ Dimensions }) => JSON.stringify(Dimensions)))).toEqual(
      new Set(['[{"Name":"service","Value":"billing"}]']),
    );
  });

  test('hear of an error of any function', () => {
    const heard = alarms
      .flatMap(metricsOf)
      .filter(({ MetricName }) => MetricName === 'Errors')
      .map(({ Dimensions }) => Dimensions[0]?.Value);
    const functions = ofType(template, 'AWS::Lambda::Function').map(({ id }) => `{${id}}`);
    expect(heard.sort()).toEqual(functions.sort());
  });

  test('of DynamoDB end by zeros: CloudWatch would keep them on for lack of data', () => {
    const queries = alarm('table-throttled')?.Properties['Metrics'] as { Expression?: string }[];
    const [expression] = queries.flatMap(({ Expression = [] }) => Expression);
    expect(expression?.match(/\bFILL\(\w+, 0\)/g)).toHaveLength(4);
    expect(expression?.replaceAll(/FILL\(\w+, 0\)/g, '')).toBe(' +  +  + ');
    const others = alarms.filter((each) =>
      metricsOf(each).some(({ Namespace }) => Namespace === 'AWS/DynamoDB'),
    );
    expect(others.map(nameOf)).toEqual(['latchkey-billing-table-throttled']);
  });

  test('on missing data only: that of the sweep, which waits for the first one', () => {
    const onMissing = alarms.filter(
      ({ Properties }) => Properties['TreatMissingData'] === 'breaching',
    );
    expect(onMissing.map(nameOf)).toEqual(['latchkey-billing-sweep-stopped']);
    const warming = alarms.filter(({ Properties }) => 'WarmUpConfiguration' in Properties);
    expect(warming).toEqual(onMissing);
    expect(warming[0]?.Properties['WarmUpConfiguration']).toEqual({
      WarmUpPeriodDurationInMinutes: 15,
    });
  });

  test('look back no longer than the day that CloudWatch allows', () => {
    for (const { Properties } of alarms) {
      const [query] = (Properties['Metrics'] ?? []) as { MetricStat?: { Period: number } }[];
      const seconds = Number(Properties['Period'] ?? query?.MetricStat?.Period ?? 300);
      expect(seconds * Number(Properties['EvaluationPeriods'])).toBeLessThanOrEqual(86_400);
    }
  });

  test('can be left out', () => {
    const without = storeTemplate({ alarms: false });
    expect(alarmsOf(without)).toEqual([]);
    expect(ofType(without, 'AWS::CloudWatch::Dashboard')).toHaveLength(1);
  });
});

describe('whom they tell', () => {
  const [topic] = ofType(template, 'AWS::SNS::Topic');
  const actionsOf = (of: StoreTemplate) =>
    alarmsOf(of).map(({ Properties }) => [Properties['AlarmActions'], Properties['OKActions']]);

  test('nobody, where nobody is named', () => {
    const silent = storeTemplate();
    expect(ofType(silent, 'AWS::SNS::Topic')).toEqual([]);
    expect(new Set(actionsOf(silent).flat())).toEqual(new Set([undefined]));
  });

  test('one address, when an alarm goes off and when it ends', () => {
    expect(topic?.Properties['TopicName']).toBe('latchkey-billing-alarms');
    expect(ofType(template, 'AWS::SNS::Subscription').map((each) => each.Properties)).toEqual([
      { Endpoint: 'ops@a.example', Protocol: 'email', TopicArn: `{${topic?.id}}` },
    ]);
    const actions = [`{${topic?.id}}`];
    expect(actionsOf(template)).toEqual(alarms.map(() => [actions, actions]));
  });

  test("this store's alarms may publish, over TLS, and nobody else", () => {
    const [policy] = ofType(template, 'AWS::SNS::TopicPolicy');
    const document = policy?.Properties['PolicyDocument'] as { Statement: unknown } | undefined;
    expect(document?.Statement).toEqual([
      expect.objectContaining({
        Effect: 'Deny',
        Principal: '*',
        Action: 'sns:Publish',
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
      {
        Sid: 'AlarmsOfThisStore',
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Resource: `{${topic?.id}}`,
        Condition: {
          StringEquals: { 'aws:SourceAccount': '{AWS::AccountId}' },
          ArnLike: {
            'aws:SourceArn':
              'arn:{AWS::Partition}:cloudwatch:{AWS::Region}:{AWS::AccountId}:alarm:latchkey-billing-*',
          },
        },
      },
    ]);
  });

  test('a topic that there is, also of the same app', () => {
    const alarmTopicArn = 'arn:aws:sns:eu-west-1:123456789012:on-call';
    const given = storeTemplate({ alarmTopicArn });
    expect(ofType(given, 'AWS::SNS::Topic')).toEqual([]);
    expect(actionsOf(given)[0]).toEqual([[alarmTopicArn], [alarmTopicArn]]);

    const stack = new Stack(new App(), 'Application');
    const { topicArn } = new Topic(stack, 'OnCall');
    new TokenStore(stack, 'Tokens', { alarmTopicArn: topicArn });
    const app = templateOf(stack);
    const [ofApp] = ofType(app, 'AWS::SNS::Topic');
    expect(actionsOf(app)[0]).toEqual([[`{${ofApp?.id}}`], [`{${ofApp?.id}}`]]);
  });
});

describe('the dashboard', () => {
  interface Widget {
    readonly type: string;
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly properties: Readonly<Record<string, unknown>>;
  }
  const widgetsOf = (of: StoreTemplate): Widget[] => {
    const [dashboard] = ofType(of, 'AWS::CloudWatch::Dashboard');
    const body = String(dashboard?.Properties['DashboardBody']);
    return (JSON.parse(body) as { widgets: Widget[] }).widgets;
  };
  const widgets = widgetsOf(template);
  const text = JSON.stringify(widgets);

  test('is named after the store', () => {
    const [dashboard] = ofType(template, 'AWS::CloudWatch::Dashboard');
    expect(dashboard?.Properties['DashboardName']).toBe('latchkey-billing');
  });

  test('answers first whether it is well: how to read it, alarms, freshness, the sweep', () => {
    const first = widgets.filter(({ y }) => y === 0);
    expect(first.map(({ type }) => type)).toEqual(['text', 'alarm', 'metric', 'metric']);
    expect(first.map(({ x }) => x)).toEqual([0, 6, 12, 18]);
    const [how, status, freshness, sweep] = first.map(({ properties }) => properties);
    expect(String(how?.['markdown'])).toContain(`[${RUNBOOK}](${RUNBOOK})`);
    const shown = (status?.['alarms'] ?? []) as string[];
    expect([...shown].sort()).toEqual(alarms.map(({ id }) => `{${id}.Arn}`).sort());
    expect(JSON.stringify(freshness)).toContain('"RemainingLifetime"');
    expect(JSON.stringify(sweep)).toContain('"OldestDue"');
  });

  test('shows every metric of the store, and of every function', () => {
    const hidden = Object.keys(METRIC_UNITS).filter((name) => !text.includes(`"${name}"`));
    expect(hidden).toEqual([]);
    for (const { id } of ofType(template, 'AWS::Lambda::Function')) {
      for (const name of ['Errors', 'Throttles', 'Duration', 'Invocations']) {
        expect(text).toContain(`"AWS/Lambda","${name}","FunctionName","{${id}}"`);
      }
    }
    expect(FUNCTION_NAMES).toHaveLength(ofType(template, 'AWS::Lambda::Function').length);
  });

  test('fills its rows and leaves no gap', () => {
    const rows = [...new Set(widgets.map(({ y }) => y))];
    expect(rows).toHaveLength(8);
    for (const row of rows) {
      const inRow = widgets.filter(({ y }) => y === row);
      expect(inRow.reduce((sum, { width }) => sum + width, 0)).toBe(24);
    }
  });

  test('can be left out, or go without alarms', () => {
    const without = storeTemplate({ dashboard: false });
    expect(ofType(without, 'AWS::CloudWatch::Dashboard')).toEqual([]);
    expect(alarmsOf(without)).toHaveLength(alarms.length);
    const types = widgetsOf(storeTemplate({ alarms: false })).map(({ type }) => type);
    expect(types).not.toContain('alarm');
  });

  test('takes a widget that shows single tokens, below the first row', () => {
    const stack = new Stack(new App(), 'Application');
    const store = new TokenStore(stack, 'Tokens', { dashboard: false });
    const { settings, table, deadLetters } = store;
    const functions = Object.fromEntries(
      FUNCTION_NAMES.map((name) => [name, store.background.housekeeper]),
    );
    const parts = { functions, table, deadLetters, refreshQueue: deadLetters, store: 'default' };
    storeDashboard(stack, {
      settings,
      metrics: new StoreMetrics(parts as ConstructorParameters<typeof StoreMetrics>[0]),
      alarms: undefined,
      tokenWidget: new TextWidget({ markdown: 'single tokens', width: 24, height: 10 }),
    });
    const [, , , fourth] = widgetsOf(templateOf(stack));
    expect(fourth).toMatchObject({ x: 0, y: 8, properties: { markdown: 'single tokens' } });
  });
});
