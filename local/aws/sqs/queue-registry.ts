/** The declared queues by name, with their dead-letter queues, and the URLs that name them. */
import { failures } from './failures.ts';
import { Queue, type QueueDefinition } from './queue.ts';

const ACCOUNT = '000000000000';

export class QueueRegistry {
  /** What queue URLs begin with; known once the server listens. */
  endpoint = '';
  readonly #queues: ReadonlyMap<string, Queue>;

  /** @throws Error where a dead-letter queue is not declared */
  constructor(definitions: readonly QueueDefinition[], nowMs: () => number) {
    this.#queues = new Map(definitions.map((each) => [each.name, new Queue(each, nowMs)]));
    for (const queue of this.#queues.values()) {
      const { redrive } = queue.definition;
      if (redrive !== undefined) queue.redriveTo(this.declared(redrive.deadLetterQueue));
    }
  }

  /** @throws Error where no queue of that name is declared: the fault of who declares, not a call's */
  declared(name: string): Queue {
    const queue = this.#queues.get(name);
    if (queue === undefined) throw new Error(`no queue ${name} is declared`);
    return queue;
  }

  named(name: string): Queue {
    const queue = this.#queues.get(name);
    if (queue === undefined) throw failures.queueDoesNotExist();
    return queue;
  }

  /** The host in the URL says nothing: a client may reach us by another name. */
  at(queueUrl: string): Queue {
    const [, account, name] = /^\w+:\/\/[^/]+\/(\d+)\/([^/]+)$/.exec(queueUrl) ?? [];
    if (account !== ACCOUNT || name === undefined) throw failures.queueDoesNotExist();
    return this.named(name);
  }

  urlOf(name: string): string {
    return `${this.endpoint}/${ACCOUNT}/${name}`;
  }
}
