/**
 * Reserved concurrency, as far as an operator uses it to stop a function: none, or zero. A function
 * of zero is not invoked: who waits for it is throttled, an event is taken and comes to nothing.
 */
import type { Answer, ServiceCall } from '../service.ts';
import { restErrorAnswer } from './rest-error-answer.ts';

export class FunctionConcurrency {
  readonly #stopped = new Set<string>();

  execute(name: string, { action, body }: ServiceCall): Answer {
    switch (action) {
      case 'PutFunctionConcurrency':
        return this.#put(name, body);
      case 'DeleteFunctionConcurrency':
        this.#stopped.delete(name);
        return { statusCode: 204, headers: {}, body: '' };
      case 'GetFunctionConcurrency':
        return answer(this.#stopped.has(name) ? { ReservedConcurrentExecutions: 0 } : {});
      default:
        return restErrorAnswer(404, 'UnknownOperationException', action);
    }
  }

  /** What an invocation of a stopped function is answered; undefined where it may run. */
  refusal(name: string, invocationType: string): Answer | undefined {
    if (!this.#stopped.has(name)) return undefined;
    if (invocationType === 'Event') return { statusCode: 202, headers: {}, body: '' };
    return restErrorAnswer(429, 'TooManyRequestsException', 'Rate Exceeded.');
  }

  #put(name: string, body: Buffer): Answer {
    const { ReservedConcurrentExecutions: reserved } = JSON.parse(body.toString('utf8')) as {
      ReservedConcurrentExecutions?: number;
    };
    if (reserved !== 0) {
      const text = 'The embedded Lambda knows no reserved concurrency but 0.';
      return restErrorAnswer(400, 'InvalidParameterValueException', text);
    }
    this.#stopped.add(name);
    return answer({ ReservedConcurrentExecutions: 0 });
  }
}

function answer(members: object): Answer {
  return {
    statusCode: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(members),
  };
}
