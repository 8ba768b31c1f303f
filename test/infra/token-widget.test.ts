/** The widget in a dashboard: which function it invokes, and when. */
import { App, Stack } from 'aws-cdk-lib';
import { Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { type TokenWidgetProps, tokenWidget } from '../../infra/console/token-widget.ts';
import { TokenStore } from '../../infra/token-store.ts';
import { ofType, templateOf } from './template.ts';

/** The widget as the dashboard's JSON has it. */
function widgetOf(props: Partial<TokenWidgetProps> = {}) {
  const stack = new Stack(new App(), 'Application');
  const tokens = new TokenStore(stack, 'Tokens', { store: 'billing' });
  const dashboard = new Dashboard(stack, 'Dashboard');
  dashboard.addWidgets(tokenWidget({ lambda: tokens.tokenWidget, ...props }));
  const template = templateOf(stack);
  const [resource] = ofType(template, 'AWS::CloudWatch::Dashboard');
  const { widgets } = JSON.parse(String(resource?.Properties['DashboardBody']));
  return { template, widget: widgets[0] };
}

test('invokes the function of that store', () => {
  const { template, widget } = widgetOf();
  const lambda = ofType(template, 'AWS::Lambda::Function').find(
    ({ Properties }) => Properties['FunctionName'] === 'latchkey-billing-token-widget',
  );
  expect(widget).toMatchObject({
    type: 'custom',
    width: 24,
    properties: { title: 'Tokens', endpoint: `{${lambda?.id}.Arn}` },
  });
});

test('is not taken away from its reader by a dashboard that refreshes itself', () => {
  expect(widgetOf().widget.properties.updateOn).toEqual({
    refresh: false,
    resize: true,
    timeRange: false,
  });
});

test('shows at first what the dashboard says', () => {
  expect(widgetOf().widget.properties.params).toBeUndefined();
  const { widget } = widgetOf({ state: 'unchecked', width: 6, height: 12, title: 'Failing' });
  expect(widget).toMatchObject({ width: 6, height: 12 });
  expect(widget.properties).toMatchObject({ title: 'Failing', params: { state: 'unchecked' } });
});
