/** What holds of every invocation, whatever the event. */
import type { FunctionName } from '../../../infra/bundling/bundles.ts';
import type { Invocation } from '../engine/functions.ts';
import { codeOf, isResult, messageOf } from './answers.ts';
import { badLines } from './log-lines.ts';
import { repeated } from './texts.ts';

export interface Expected {
  /** Texts of the event, none of which may be repeated where nobody asked for it. */
  readonly texts: readonly string[];
  /** Secrets of somebody whom the event does not name. */
  readonly ofOthers: readonly string[];
  /** Whether what is not done is thrown: nobody waits for the answer of a background function. */
  readonly throwsRefusals?: (error: unknown) => boolean;
}

/** Characters of an answer that a report shows. */
const SHOWN = 500;
const BUILT_IN = [Object, Array, Function, String, Promise].map(({ prototype }) => prototype);
const membersOf = () => BUILT_IN.map((each) => Object.getOwnPropertyNames(each).length).join();
const ORIGINAL = membersOf();

/** What it came to, in a word: `accepted`, or why not. */
export function outcomeOf({ ended, value }: Invocation): string {
  if (ended === 'hung') return 'hung';
  if (ended === 'answered') return codeOf(value) ?? 'accepted';
  return `thrown: ${(value as { code?: string })?.code ?? (value as Error)?.name}`;
}

/** What is wrong with it. */
export function examine(
  name: FunctionName,
  invocation: Invocation,
  { texts, ofOthers, throwsRefusals = () => false }: Expected,
): string[] {
  const { ended, value, lines } = invocation;
  const wrong = badLines(lines, texts);
  if (membersOf() !== ORIGINAL)
    wrong.push('a prototype of the language has members that it had not');
  if (ended === 'hung') wrong.push('it did not end in its time');
  if (ended === 'threw') {
    if (!throwsRefusals(value)) wrong.push(`it threw: ${(value as Error)?.stack ?? String(value)}`);
    wrong.push(...repeatedIn('what was thrown', String((value as Error)?.message), texts));
  }
  if (ended !== 'answered') return wrong;
  const message = messageOf(value);
  if (message !== undefined) wrong.push(...repeatedIn('the message', message, texts));
  else if (!isResult(name, value))
    wrong.push(`no answer of the contract: ${shown(value).slice(0, SHOWN)}`);
  wrong.push(...repeatedIn('the answer', shown(value), ofOthers));
  return wrong;
}

function repeatedIn(what: string, said: string, texts: readonly string[]): string[] {
  const text = repeated(said, texts);
  return text === undefined
    ? []
    : [`${what} repeats ${JSON.stringify(text.slice(0, 80))}: ${said}`];
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
