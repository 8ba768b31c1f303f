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
  const environment = { ...aws.environment(), AWS_ACCESS_KEY_ID: OPERATOR };
  return operateIn(environment, args, input);
}

/** The access key id by which an operator's calls are told from others. */
export const OPERATOR = 'operator';

/** Emulators of other people are reached through the embedded AWS, which records and breaks calls. */
const NO_OTHER_ENDPOINT = {
  AWS_ENDPOINT_URL_DYNAMODB: undefined,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: undefined,
  AWS_ENDPOINT_URL_SQS: undefined,
  AWS_ENDPOINT_URL_EVENTBRIDGE: undefined,
};

/** The same, in an environment that the test makes. */
export async function operateIn(
  environment: Readonly<Record<string, string | undefined>>,
  args: readonly string[],
  input?: string,
): Promise<Operated> {
  const complete = { ...NO_OTHER_ENDPOINT, ...environment };
  const program = new RunningProgram('operator/main.ts', args, complete, input);
  const code = await program.ended;
  return { code, stdout: program.stdout, stderr: program.stderr };
}
