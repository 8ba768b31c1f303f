/** The provider as a process reaches it: over the network, with a timeout. */
import type { TokenProvider } from '../../../lib/provider/token-provider.ts';
import type { Chance } from '../engine/chance.ts';
import type { LambdaProcess } from '../engine/lambda-process.ts';
import type { Answered, SimulatedProvider } from './simulated-provider.ts';
import { PROVIDER } from './world-settings.ts';

export interface RemoteProviderOptions {
  readonly provider: SimulatedProvider;
  readonly process: LambdaProcess;
  readonly chance: Chance;
  /** Every answer, at the moment at which the provider gives it. */
  readonly onAnswer: (answered: Answered) => void;
}

const NO_ANSWER = { verdict: 'outage', reason: 'timeout' } as const;

export class RemoteProvider implements TokenProvider {
  readonly #o: RemoteProviderOptions;

  constructor(options: RemoteProviderOptions) {
    this.#o = options;
  }

  refresh: TokenProvider['refresh'] = async ({ refreshToken }, { timeoutMs, nowMs }) => {
    if (timeoutMs <= 0) return NO_ANSWER;
    const { provider, process, onAnswer } = this.#o;
    const by = process.invocation;
    const answered = await process.send(
      () => {
        const atMs = process.clock.nowMs();
        const given = provider.answer(refreshToken.reveal(), nowMs, atMs, by);
        onAnswer(given);
        return given;
      },
      this.#timing(nowMs, timeoutMs),
    );
    return answered === 'no-answer' ? NO_ANSWER : answered.verdict;
  };

  revoke: TokenProvider['revoke'] = async ({ refreshToken }, { timeoutMs, nowMs }) => {
    const { provider, process } = this.#o;
    const outcome = await process.send(
      () => provider.revoke(refreshToken.reveal(), process.clock.nowMs()),
      this.#timing(nowMs, timeoutMs),
    );
    return outcome === 'no-answer' ? 'unavailable' : 'revoked';
  };

  /** A provider that is silent never answers; what reaches it is not carried out. */
  #timing(nowMs: number, timeoutMs: number) {
    const { provider, chance } = this.#o;
    const { least, most } = PROVIDER.latencyMs;
    const latencyMs = chance.whole(least, most);
    const effectMs = Math.round(latencyMs * chance.between(0.2, 0.9));
    const answerMs = provider.isSilent(nowMs + effectMs) ? Number.POSITIVE_INFINITY : latencyMs;
    return { effectMs, answerMs, timeoutMs };
  }
}
