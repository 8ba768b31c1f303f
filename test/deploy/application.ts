/** What an application of a deployed store does besides calling it: users who log in, and its bus. */

import {
  DeleteRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { TokenJson } from '../../lib/contract.ts';
import { clientSettings } from '../../local/deployment.ts';
import type { FakeZoho } from '../../local/zoho/fake-zoho-server.ts';
import { zohoToken } from '../support/test-store.ts';
import type { MiniStack } from './ministack/server.ts';

export const minutesFromNow = (minutes: number): number => Date.now() + minutes * 60_000;

/** The token of a user who has just logged in at the fake Zoho; it lives for an hour. */
export function logIn(zoho: FakeZoho, user: string, more: Partial<TokenJson> = {}) {
  return zohoToken({ zoho, aws: { clock: { nowMs: Date.now } } }, user, more);
}

export interface HeardEvent {
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** An application's rule on a store's event bus, with a queue of its own behind it. */
export class BusListener {
  readonly #sqs: SQSClient;
  readonly #events: EventBridgeClient;
  readonly #aws: MiniStack;
  readonly #name: string;

  constructor(aws: MiniStack, name: string) {
    this.#aws = aws;
    this.#name = name;
    this.#sqs = new SQSClient(clientSettings(aws));
    this.#events = new EventBridgeClient(clientSettings(aws));
  }

  async listenTo(bus: string): Promise<void> {
    const rule = { Name: this.#name, EventBusName: bus };
    await this.#sqs.send(new CreateQueueCommand({ QueueName: this.#name }));
    const EventPattern = JSON.stringify({ source: ['latchkey'] });
    await this.#events.send(new PutRuleCommand({ ...rule, EventPattern }));
    const Arn = this.#aws.queueArn(this.#name);
    await this.#events.send(
      new PutTargetsCommand({
        Rule: rule.Name,
        EventBusName: bus,
        Targets: [{ Id: this.#name, Arn }],
      }),
    );
  }

  async stopListeningTo(bus: string): Promise<void> {
    const rule = { EventBusName: bus };
    const Ids = [this.#name];
    await this.#events.send(new RemoveTargetsCommand({ ...rule, Rule: this.#name, Ids }));
    await this.#events.send(new DeleteRuleCommand({ ...rule, Name: this.#name }));
  }

  /** What has come since the last look. */
  async heard(): Promise<HeardEvent[]> {
    const QueueUrl = this.#aws.queueUrl(this.#name);
    const { Messages = [] } = await this.#sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    for (const { ReceiptHandle } of Messages) {
      await this.#sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
    return Messages.map(({ Body = '' }) => JSON.parse(Body) as HeardEvent);
  }

  close(): void {
    this.#sqs.destroy();
    this.#events.destroy();
  }
}
