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
export function operate(
  { aws }: Surroundings,
  args: readonly string[],
  input?: string,
): Promise<Operated> {
  return operateIn({ ...aws.environment(), AWS_ACCESS_KEY_ID: 'operator' }, args, input);
}

/** The same, in an environment that the test makes. */
export async function operateIn(
  environment: NodeJS.ProcessEnv,
  args: readonly string[],
  input?: string,
): Promise<Operated> {
  const program = new RunningProgram('operator/main.ts', args, environment, input);
  const code = await program.ended;
  return { code, stdout: program.stdout, stderr: program.stderr };
}
