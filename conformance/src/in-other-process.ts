/** Starts a process that saves tokens, and kills it: no handler runs, nothing is flushed. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { demand, Suffering } from './demand.ts';
import type { Elsewhere } from './subject.ts';
import type { TokenFields } from './token-fields.ts';

interface Message {
  readonly ready?: true;
  readonly saved?: TokenFields;
  readonly failed?: string;
}

/** Where this file is TypeScript, so is the other. */
const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const PROGRAM = fileURLToPath(new URL(`./other-process.${extension}`, import.meta.url));

/**
 * Saves these tokens in a process of its own, one after the other, and kills that process by
 * SIGKILL as soon as it has the last acknowledgement. Gives what was acknowledged.
 */
export async function saveAndBeKilled(
  { module, address }: Elsewhere,
  tokens: readonly TokenFields[],
): Promise<TokenFields[]> {
  const child = fork(PROGRAM, [String(module), address], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const exited = once(child, 'exit');
  const next = async (): Promise<Message> => {
    const ended = exited.then(() => [{ failed: 'the other process ended by itself' }]);
    const [message] = (await Promise.race([once(child, 'message'), ended])) as [Message];
    return message;
  };
  try {
    const { ready, failed } = await next();
    demand(ready === true, failed ?? 'the other process does not open the store');
    const acknowledged: TokenFields[] = [];
    for (const fields of tokens) {
      const answer = next();
      child.send(fields);
      const { saved } = await answer;
      if (saved === undefined) throw new Suffering('another process cannot save a token');
      acknowledged.push(saved);
    }
    return acknowledged;
  } finally {
    child.kill('SIGKILL');
    await exited;
  }
}
