/**
 * What befalls outgoing calls and invocations, by chance, and how often it did. AWS's faults strike
 * at its front door; latencies, freezes and the provider's faults are drawn here.
 */
import { type Fault, type FaultKind, FaultPlan, type Strike } from '../../../local/aws/faults.ts';
import type { ServiceCall } from '../../../local/aws/service.ts';
import type { Chance } from '../../simulation/engine/chance.ts';
import type { Fate } from '../../simulation/engine/lambda-process.ts';
import { CONTAINERS, LATENCY_MS, RATES } from './storm-settings.ts';

export type ProviderFault = 'throttled' | 'serverError' | 'lostAnswer';

/** Nothing is executed. */
const REFUSED: ReadonlySet<FaultKind['type']> = new Set([
  'throttle',
  'serverError',
  'transactionConflict',
]);

/**
 * Counts what it strikes with. A transaction that was executed is done, whoever heard of it: the
 * client's repetition has the same request token, and no conflict (DynamoDB API, TransactWriteItems).
 */
class CountedFaults extends FaultPlan {
  readonly #onStrike: (kind: FaultKind['type']) => void;
  readonly #executed = new Set<unknown>();

  constructor(random: () => number, onStrike: (kind: FaultKind['type']) => void) {
    super(random);
    this.#onStrike = onStrike;
  }

  override strike(call: ServiceCall): Strike {
    const requestToken = call.request['ClientRequestToken'];
    const isDone = this.#executed.has(requestToken);
    const struck = super.strike(call).kinds;
    const kinds = struck.filter(({ type }) => !(isDone && type === 'transactionConflict'));
    for (const { type } of kinds) this.#onStrike(type);
    const isExecuted = !kinds.some(({ type }) => REFUSED.has(type));
    if (isExecuted && call.action === 'TransactWriteItems') this.#executed.add(requestToken);
    return { kinds };
  }
}

export class Weather {
  readonly faults: FaultPlan;
  /** By what befell: how often. */
  readonly counts: Record<string, number> = {};
  readonly #chance: Chance;
  #calm = false;

  constructor(chance: Chance) {
    this.#chance = chance;
    const { next } = chance.fork();
    this.faults = new CountedFaults(next, (kind) => this.count(kind));
    for (const fault of stormyFaults(next)) this.faults.add(fault);
  }

  /** From now on nothing goes wrong any more. */
  beCalm(): void {
    this.#calm = true;
    this.faults.clear();
  }

  count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }

  get isStormy(): boolean {
    return !this.#calm;
  }

  latencyMs(): number {
    const { usual, slow } = LATENCY_MS;
    if (this.#calm || !this.#chance.of(RATES.slow)) {
      return this.#chance.whole(usual.least, usual.most);
    }
    this.count('slow');
    return this.#chance.whole(slow.least, slow.most);
  }

  /** Whether an invocation dies or freezes on its way, at which call, and for how long. */
  fate(mayDie: boolean): Fate | undefined {
    if (this.#calm) return undefined;
    const { freezes, freezeMs, calls } = CONTAINERS;
    const deaths = mayDie ? CONTAINERS.deaths : 0;
    const drawn = this.#chance.next();
    if (drawn >= deaths + freezes) return undefined;
    const atCall = this.#chance.whole(1, calls);
    if (drawn < deaths) return { atCall, when: this.#chance.of(0.5) ? 'before' : 'after' };
    return { atCall, when: 'after', freezeMs: this.#chance.whole(freezeMs.least, freezeMs.most) };
  }

  ofProvider(spared: readonly ProviderFault[] = []): ProviderFault | undefined {
    if (this.#calm) return undefined;
    const drawn = this.#chance.next();
    const fault =
      drawn < RATES.throttled
        ? 'throttled'
        : drawn < RATES.throttled + RATES.serverError
          ? 'serverError'
          : drawn < RATES.throttled + RATES.serverError + RATES.lostAnswer
            ? 'lostAnswer'
            : undefined;
    if (fault === undefined || spared.includes(fault)) return undefined;
    this.count(`provider: ${fault}`);
    return fault;
  }
}

/** A rule is asked where those before it did not strike: its chance is a share of what they left. */
function stormyFaults(random: () => number): Fault[] {
  let left = 1;
  const shareOf = (rate: number) => {
    const probability = rate / left;
    left -= rate;
    return { probability };
  };
  return [
    { kind: { type: 'throttle' }, ...shareOf(RATES.throttled) },
    { kind: { type: 'serverError' }, ...shareOf(RATES.serverError) },
    { kind: { type: 'lostResponse' }, ...shareOf(RATES.lostAnswer) },
    { kind: { type: 'transactionConflict' }, ...shareOf(RATES.conflict) },
    {
      kind: { type: 'entryFailure', entries: [Math.floor(random() * 2)] },
      ...shareOf(RATES.failedEntry),
    },
    { kind: { type: 'staleRead' }, probability: RATES.stale },
  ];
}
