/** Invokes the widget's function on the embedded AWS, as a dashboard does it. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { functionName } from '../../infra/resource-names.ts';
import { clientSettings } from '../../local/deployment.ts';
import type { TestStore } from './test-store.ts';

export interface Viewer {
  readonly theme?: 'light' | 'dark';
  readonly widthPx?: number;
  readonly forms?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** What a click on a button comes to: the `cwdb-action` behind it, and the fields of the widget. */
export interface CallOfButton {
  readonly label: string;
  readonly endpoint: string;
  readonly display: string;
  readonly confirmation: string | null;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly forms: Readonly<Record<string, string>>;
}

/** The buttons in a widget's HTML, read without a browser. */
export function callsIn(html: string): readonly CallOfButton[] {
  const pattern =
    /<button[^>]*>([^<]*)<\/button>\s*<cwdb-action action="call" display="([^"]*)" endpoint="([^"]*)"(?: confirmation="([^"]*)")?>([^<]*)<\/cwdb-action>/g;
  return [...html.matchAll(pattern)].map(
    ([, label = '', display = '', endpoint = '', confirmation = null, json = '']) => {
      const payload = JSON.parse(json.replaceAll('&quot;', '"'));
      return { label, display, endpoint, confirmation, payload, forms: {} };
    },
  );
}

/** @throws Error where there is no button of that label */
export function callOf(html: string, label: string): CallOfButton {
  const call = callsIn(html).find((each) => each.label === label);
  if (call === undefined) throw new Error(`There is no button "${label}".`);
  return call;
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
