/**
 * What an operator sees of a store in the CloudWatch console: a dashboard, and alarms that say what
 * users feel. Either can be left out, by the settings `dashboard` and `alarms`.
 */
import type { Alarm, Dashboard, IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { StoreSettings } from '../store-settings.ts';
import type { AlarmName } from './alarm-texts.ts';
import { alarmActions } from './alarm-topic.ts';
import { StoreAlarms } from './alarms.ts';
import { storeDashboard } from './dashboard.ts';
import { StoreMetrics, type WatchedParts } from './store-metrics.ts';

export interface StoreConsoleProps {
  readonly settings: StoreSettings;
  readonly parts: Omit<WatchedParts, 'store'>;
  /** Shows single tokens: it gets a row of its own, right below the first. */
  readonly tokenWidget?: IWidget;
}

export class StoreConsole extends Construct {
  /** By name, to give them further actions. Undefined where the store has none. */
  readonly alarms: Readonly<Record<AlarmName, Alarm>> | undefined;
  readonly dashboard: Dashboard | undefined;

  constructor(scope: Construct, id: string, { settings, parts, tokenWidget }: StoreConsoleProps) {
    super(scope, id);
    const metrics = new StoreMetrics({ ...parts, store: settings.store });
    if (settings.alarms) {
      const actions = alarmActions(this, settings);
      this.alarms = new StoreAlarms(this, 'Alarms', { settings, metrics, actions }).alarms;
    }
    if (settings.dashboard) {
      const { alarms } = this;
      this.dashboard = storeDashboard(this, { settings, metrics, alarms, tokenWidget });
    }
  }
}
