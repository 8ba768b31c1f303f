/** Invokes the widget's function on the embedded AWS, as a dashboard does it. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { functionName } from '../../infra/resource-names.ts';
import { clientSettings } from '../../local/deployment.ts';
import type { TestStore } from '../support/test-store.ts';
import type { CallOfButton } from './dashboard-frame.ts';
import type { Theme } from './dashboard-style.ts';

export interface Viewer {
  readonly theme?: Theme;
  readonly widthPx?: number;
  readonly forms?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, unknown>>;
}

export class WidgetCaller {
  readonly #lambda: LambdaClient;
  readonly #name: string;

  constructor({ aws, settings }: Pick<TestStore, 'aws' | 'settings'>) {
    this.#lambda = new LambdaClient(clientSettings(aws));
    this.#name = functionName(settings, 'token-widget');
  }

  close(): void {
    this.#lambda.destroy();
  }

  /** The dashboard is opened, or refreshes itself: the parameters arrive as they are configured. */
  open({ params = {}, ...viewer }: Viewer = {}): Promise<string> {
    return this.invoke({ ...params, widgetContext: contextOf({ params, ...viewer }) });
  }

  /** The viewer has clicked, and agreed if there was something to agree to. */
  click({ payload, forms }: CallOfButton, viewer: Viewer = {}): Promise<string> {
    return this.invoke({ ...payload, widgetContext: contextOf({ ...viewer, forms }) });
  }

  async invoke(event: unknown): Promise<string> {
    const { Payload, FunctionError } = await this.#lambda.send(
      new InvokeCommand({ FunctionName: this.#name, Payload: JSON.stringify(event) }),
    );
    const text = Buffer.from(Payload ?? []).toString('utf8');
    if (FunctionError !== undefined) throw new Error(`The widget failed: ${text}`);
    return JSON.parse(text) as string;
  }
}

/** As AWS documents it. */
function contextOf({ theme = 'light', widthPx = 1_200, forms = {}, params = {} }: Viewer) {
  return {
    dashboardName: 'latchkey',
    widgetId: 'widget-1',
    accountId: '000000000000',
    locale: 'en',
    timezone: { label: 'UTC', offsetISO: '+00:00', offsetInMinutes: 0 },
    period: 300,
    isAutoPeriod: true,
    timeRange: { mode: 'relative', start: 0, end: 1, relativeStart: 10_800_000 },
    theme,
    linkCharts: true,
    title: 'Tokens',
    forms: { all: forms },
    params,
    width: widthPx,
    height: 400,
  };
}
