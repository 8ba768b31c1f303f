/**
 * Recovers a whole store from its secrets: rows that are behind, then rows of tokens that were
 * deleted since, then tokens that have no row. In this order a token that is adopted meets its
 * user's other tokens as they are, and not as they were. Secrets are read, never written.
 */
import type { Clock } from '../clock.ts';
import { type Deadline, deadlineIn } from '../deadline.ts';
import { LatchkeyError } from '../errors.ts';
import { Pacer } from '../pacer.ts';
import { isAlive, type TokenIndex } from '../token-index/token-index.ts';
import type { ListedSecret, TokenVault } from '../vault/token-vault.ts';
import {
  type RecoveryMode,
  type RecoveryOutcome,
  type RecoveryReport,
  RecoveryTally,
} from './recovery-report.ts';
import { type RecoverRequest, TokenRecovery } from './token-recovery.ts';

/** For one token, or one page of a list. */
const STEP_MS = 60_000;
/** At some 50 ms a token these are 300 a second. */
const LANES = 16;
const PAGE_SIZE = 90;

type Named = ListedSecret | Pick<ListedSecret, 'id' | 'secretArn'>;

/** What waits until every row that there is stands for its token as it is now. */
const ENDS: readonly RecoveryOutcome[] = ['deleted'];
const BEGINNINGS: readonly RecoveryOutcome[] = ['adopted', 'superseded', 'tombstone'];

export interface RecoveryOptions {
  readonly index: TokenIndex;
  readonly vault: TokenVault;
  readonly clock: Clock;
  /** In [0, 1), for jitter. */
  readonly random: () => number;
  /** Tokens looked at a second, at most: each takes two reads of its secret. */
  readonly tokensPerSecond: number;
  /**
   * When everybody was logged out, where the index does not know of it any more: tokens that were
   * made by then are ended.
   */
  readonly logoutAtMs?: number | undefined;
}

export interface RecoveryRequest {
  readonly mode: RecoveryMode;
  /** Called as tokens come to their end. */
  readonly onProgress?: (handled: number) => void;
}

export class Recovery {
  readonly #o: RecoveryOptions;
  readonly #tokens: TokenRecovery;
  readonly #pacer: Pacer;

  constructor(options: RecoveryOptions) {
    this.#o = options;
    this.#tokens = new TokenRecovery(options);
    this.#pacer = new Pacer(options.tokensPerSecond, options.clock);
  }

  /**
   * Looks at every token, and in mode `repair` recovers it. A token that fails does not stop the
   * others. Run again, it finds level what it has recovered.
   * @throws LatchkeyError STORE_UNAVAILABLE when secrets or rows cannot be listed
   */
  async run({ mode, onProgress = () => {} }: RecoveryRequest): Promise<RecoveryReport> {
    const tally = new RecoveryTally(mode);
    let handled = 0;
    const pass = (tokens: readonly Named[], later: readonly RecoveryOutcome[]) =>
      this.#pass(tokens, { mode, later }, tally, () => {
        handled += 1;
        onProgress(handled);
      });
    const listed = new Set<string>();
    const ends: Named[] = [];
    const beginnings: Named[] = [];
    for await (const secrets of this.#secrets()) {
      for (const { id } of secrets) listed.add(id);
      for (const [token, outcome] of await pass(secrets, [...ENDS, ...BEGINNINGS])) {
        (ENDS.includes(outcome) ? ends : beginnings).push(token);
      }
    }
    for await (const rows of this.#rowsWithout(listed)) ends.push(...rows);
    // What was taken for an end may have come to be alive meanwhile, and the other way round.
    const sinceChanged = await pass(ends, BEGINNINGS);
    await pass([...beginnings, ...sinceChanged.map(([token]) => token)], []);
    return tally.report();
  }

  /** @returns what was put off, and what will become of it */
  async #pass(
    tokens: readonly Named[],
    request: Required<RecoverRequest>,
    tally: RecoveryTally,
    onDone: () => void,
  ): Promise<(readonly [Named, RecoveryOutcome])[]> {
    const putOff: (readonly [Named, RecoveryOutcome])[] = [];
    const left = tokens[Symbol.iterator]();
    const lane = async () => {
      for (let next = left.next(); !next.done; next = left.next()) {
        const token = next.value;
        const deadline = this.#deadline();
        try {
          await this.#pacer.turn(deadline);
          const outcome = await this.#tokens.recover(token, request, deadline);
          if (request.later.includes(outcome)) putOff.push([token, outcome]);
          else tally.add(token.id, outcome);
          if (!request.later.includes(outcome)) onDone();
        } catch (error) {
          tally.fail(token.id, textOf(error));
          onDone();
        }
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    return putOff;
  }

  async *#secrets(): AsyncGenerator<readonly ListedSecret[], void, void> {
    let cursor: string | undefined;
    do {
      const page = await this.#o.vault.list({ ...(cursor && { cursor }) }, this.#deadline());
      yield page.secrets;
      cursor = page.cursor;
    } while (cursor !== undefined);
  }

  /** Living tokens whose secret is not on the list: gone, or made minutes ago. */
  async *#rowsWithout(listed: ReadonlySet<string>): AsyncGenerator<Named[], void, void> {
    let cursor: string | undefined;
    do {
      const from = { limit: PAGE_SIZE, ...(cursor !== undefined && { cursor }) };
      const page = await this.#o.index.page(from, this.#deadline());
      yield page.rows
        .filter((row) => isAlive(row, page.generation) && !listed.has(row.id))
        .map(({ id, secretArn }) => ({ id, secretArn }));
      cursor = page.cursor;
    } while (cursor !== undefined);
  }

  #deadline(): Deadline {
    return deadlineIn(STEP_MS, this.#o.clock);
  }
}

/** Texts of our own carry no payload; those of libraries may quote what they choked on. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return 'not an error';
  const isOurs = error.constructor === Error || error instanceof LatchkeyError;
  return isOurs ? error.message : error.name;
}
