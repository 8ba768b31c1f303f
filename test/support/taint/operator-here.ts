/** The operator's program in this process, at a terminal or with something piped into it. */
import { PassThrough } from 'node:stream';
import type { ExitCode } from '../../../operator/operator-command.ts';
import { runOperator } from '../../../operator/program.ts';
import { CapturedOutput } from './captured-output.ts';

export interface Sitting {
  readonly code: ExitCode;
  readonly printed: string;
}

/** What somebody answers when the terminal shows this. */
export type Typed = readonly (readonly [prompt: string, answer: string])[];

/** @param input - what is piped into it, or what somebody types at its prompts */
export async function operateHere(
  args: readonly string[],
  input: string | Typed,
): Promise<Sitting> {
  const isTyped = typeof input !== 'string';
  const keyboard = Object.assign(new PassThrough(), { isTTY: isTyped, setRawMode: () => keyboard });
  const left = isTyped ? [...input] : [];
  let shown = '';
  const output = CapturedOutput.start((text) => {
    shown += text;
    const next = left[0];
    if (next === undefined || !shown.includes(next[0])) return;
    left.shift();
    shown = '';
    // As keys: each by itself, and only when whoever asks listens.
    setImmediate(() => keyboard.write(`${next[1]}\r`));
  });
  const restore = [
    replaced(process, 'stdin', keyboard),
    replaced(process.stderr, 'isTTY', isTyped),
    replaced(process.stdout, 'isTTY', isTyped),
  ];
  try {
    if (!isTyped) keyboard.end(input);
    return { code: await runOperator(args), printed: output.text };
  } finally {
    for (const each of restore) each();
    output.stop();
  }
}

function replaced(object: object, name: string, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(object, name);
  Object.defineProperty(object, name, { value, configurable: true, writable: true });
  return () => {
    if (before === undefined) Reflect.deleteProperty(object, name);
    else Object.defineProperty(object, name, before);
  };
}
