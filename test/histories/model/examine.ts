/** Whether a history is one that was promised: the one verdict that the command and its tests share. */
import { linearize } from '../checker/linearizability.ts';
import type { History } from '../machine/run-program.ts';
import { promisesOf } from './promises.ts';
import { EMPTY_STORE, type ModelState } from './state.ts';

export type Examined =
  | { readonly outcome: 'explained'; readonly tried: number }
  /** No order of the operations explains what this one came to. */
  | {
      readonly outcome: 'unexplained';
      readonly performed: number;
      readonly states: readonly ModelState[];
      readonly tried: number;
    }
  /** Every order was not tried. */
  | { readonly outcome: 'undecided'; readonly tried: number }
  /** The answers are explained, and what is stored is damaged. */
  | { readonly outcome: 'damaged'; readonly tried: number };

export function examine(history: History): Examined {
  const verdict = linearize(promisesOf(history), EMPTY_STORE);
  const { tried } = verdict;
  if (verdict.explained === 'unknown') return { outcome: 'undecided', tried };
  if (!verdict.explained) {
    return { outcome: 'unexplained', performed: verdict.call, states: verdict.states, tried };
  }
  return { outcome: history.violations.length > 0 ? 'damaged' : 'explained', tried };
}
