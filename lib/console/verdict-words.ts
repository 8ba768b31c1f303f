/** What a failed refresh means, in an operator's words. Pure. */
import type { FailedRefresh } from '../provider/token-provider.ts';

/** The verdicts of a refresh, and the one that the housekeeper finds. */
type Verdict = FailedRefresh['verdict'] | 'secret-gone';

const WORDS: Readonly<Record<Verdict, string>> = {
  revoked: 'The provider refuses the refresh token',
  'client-fault': 'The provider refuses the OAuth client',
  throttled: 'The provider asks to slow down',
  outage: 'The provider is down or in trouble',
  malformed: 'The provider answers with something unusable',
  'secret-gone': 'Its secret was deleted in Secrets Manager',
};

export interface VerdictWords {
  readonly words: string;
  /** The error code that was seen. */
  readonly code: string;
}

/** @param verdict - as a row has it: `outage: http-503` */
export function verdictWords(verdict: string): VerdictWords {
  const [name = '', ...reason] = verdict.split(': ');
  const words = Object.hasOwn(WORDS, name) ? WORDS[name as Verdict] : 'The refresh failed';
  return { words, code: reason.join(': ') || name };
}
