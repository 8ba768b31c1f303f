/** Whose request a `fetch` is: that of the process in whose invocation it is made. */
import { AsyncLocalStorage } from 'node:async_hooks';

export type AnswerRequest = (url: string, init: RequestInit) => Promise<Response>;

const current = new AsyncLocalStorage<AnswerRequest>();
const networkFetch = globalThis.fetch;

/** Runs something whose requests, and those of all that it starts, are answered so. */
export function withFetch<Result>(answer: AnswerRequest, run: () => Result): Result {
  globalThis.fetch = routed;
  return current.run(answer, run);
}

const routed: typeof fetch = (input, init = {}) => {
  const answer = current.getStore();
  return answer === undefined ? networkFetch(input, init) : answer(String(input), init);
};
