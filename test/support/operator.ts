/** `npm run operator -- <command>` as an operator runs it: a process of its own, and how it ended. */
import { RunningProgram } from './running-program.ts';

export interface Operated {
  readonly code: number | NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Surroundings {
  readonly aws: { environment(): Record<string, string> };
}

/** @param input - what the operator pipes into it */
export async function operate(
  { aws }: Surroundings,
  args: readonly string[],
  input?: string,
): Promise<Operated> {
  const environment = { ...aws.environment(), AWS_ACCESS_KEY_ID: 'operator' };
  const program = new RunningProgram('operator/main.ts', args, environment, input);
  const code = await program.ended;
  return { code, stdout: program.stdout, stderr: program.stderr };
}
