/**
 * An operator's watch over a store: lets its minutes pass, keeps what CloudWatch would have
 * measured, and evaluates every alarm of its template each minute, as it is defined there.
 */
import { SQSClient } from '@aws-sdk/client-sqs';
import type { AlarmName } from '../../../infra/console/alarm-texts.ts';
import { deadLetterQueueName, refreshQueueName } from '../../../infra/resource-names.ts';
import { clientSettings } from '../../../local/deployment.ts';
import { type StoreTemplate, storeTemplate } from '../../infra/template.ts';
import type { TestStore } from '../../support/test-store.ts';
import { type AlarmDefinition, alarmDefinitions } from './alarm-definition.ts';
import { type ExtraPeriods, evaluateAlarm } from './alarm-evaluation.ts';
import type { AlarmState } from './alarm-state.ts';
import { addCalls, addRun, QueueWatch } from './aws-metrics.ts';
import { readLine } from './function-output.ts';
import { MetricData } from './metric-data.ts';

/** One that looks at what it evaluates, and one that looks further back. */
const READINGS = [0, 2] as const satisfies readonly ExtraPeriods[];

/** Synthesized once for all tests of a file: it takes seconds, and the stores differ by name only. */
const TEMPLATE_STORE = 'watched';
let template: StoreTemplate | undefined;

export class AlarmWatch {
  readonly data = new MetricData();
  readonly #store: TestStore;
  readonly #sqs: SQSClient;
  readonly #queues: readonly QueueWatch[];
  readonly #alarms: readonly AlarmDefinition[];
  readonly #madeMs: number;
  readonly #states = new Map<string, AlarmState>();
  readonly #wentOff = new Map<ExtraPeriods, Set<string>>();

  constructor(store: TestStore) {
    const { aws, settings } = store;
    template ??= storeTemplate({ store: TEMPLATE_STORE });
    this.#store = store;
    this.#sqs = new SQSClient(clientSettings(aws));
    this.#alarms = alarmDefinitions(template, { of: TEMPLATE_STORE, store: settings.store });
    this.#madeMs = aws.clock.nowMs();
    this.#queues = [refreshQueueName(settings), deadLetterQueueName(settings)].map(
      (name) => new QueueWatch({ name, url: aws.queueUrl(name) }, this.#madeMs),
    );
    this.forget();
  }

  close(): void {
    this.#sqs.destroy();
  }

  /** Lets minutes pass; after each one, `each` may use the store. */
  async pass(minutes: number, each?: (minute: number) => Promise<unknown>): Promise<void> {
    await this.#store.aws.advanceMinutes(minutes, async (minute) => {
      await each?.(minute);
      await this.#store.aws.settled();
      await this.#look();
    });
  }

  /** Minute by minute until these are all that ring. @returns how many minutes it took */
  async passUntil(
    ringing: readonly AlarmName[],
    most: number,
    each?: (minute: number) => Promise<unknown>,
  ): Promise<number> {
    const expected = JSON.stringify([...ringing].sort());
    for (let minute = 1; minute <= most; minute += 1) {
      await this.pass(1, async () => each?.(minute));
      if (READINGS.every((extra) => JSON.stringify(this.#ringing(extra)) === expected)) {
        return minute;
      }
    }
    throw new Error(`After ${most} minutes there ring ${this.#ringing(0)} / ${this.#ringing(2)}.`);
  }

  /** The alarms that ring now. */
  get ringing(): readonly string[] {
    const [first = [], ...others] = READINGS.map((extra) => this.#ringing(extra));
    for (const other of others) expect(other).toEqual(first);
    return first;
  }

  /** The alarms that went off since the start, or since they were forgotten. */
  get wentOff(): readonly string[] {
    const [first = [], ...others] = READINGS.map((extra) => [...(this.#wentOff.get(extra) ?? [])]);
    for (const other of others) expect(other.sort()).toEqual(first.sort());
    return first.sort();
  }

  forget(): void {
    for (const extra of READINGS) this.#wentOff.set(extra, new Set(this.#ringing(extra)));
  }

  #ringing(extra: ExtraPeriods): string[] {
    return this.#alarms
      .map(({ name }) => name)
      .filter((name) => this.#states.get(`${name} ${extra}`) === 'ALARM')
      .sort();
  }

  async #look(): Promise<void> {
    const { aws, logs, settings } = this.#store;
    const nowMs = aws.clock.nowMs();
    const at = { store: settings.store, nowMs };
    for (const text of logs.splice(0)) {
      const line = readLine(text, this.data);
      if (line !== undefined) addRun(line, this.data, at);
    }
    addCalls(aws.calls.splice(0), this.data, nowMs);
    for (const queue of this.#queues) await queue.look(this.#sqs, this.data, nowMs);
    for (const alarm of this.#alarms) {
      for (const extra of READINGS) this.#evaluate(alarm, extra, nowMs);
    }
  }

  #evaluate(alarm: AlarmDefinition, extra: ExtraPeriods, nowMs: number): void {
    const key = `${alarm.name} ${extra}`;
    const before = this.#states.get(key) ?? 'INSUFFICIENT_DATA';
    const moment = { nowMs, madeMs: this.#madeMs, before };
    const state = evaluateAlarm(alarm, this.data, extra, moment);
    this.#states.set(key, state);
    if (state === 'ALARM') this.#wentOff.get(extra)?.add(alarm.name);
  }
}
