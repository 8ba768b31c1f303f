/** What is tried out, one line each: it holds, or the program ends with it. */
import { SetupError } from '../emulators/setup-error.ts';

export class CheckFailed extends Error {
  override readonly name = 'CheckFailed';
}

export function check(holds: boolean, what: string): void {
  if (!holds) throw new CheckFailed(what);
  console.log(`ok  ${what}`);
}

/** The steps that run the application: one that fails is a finding, not a broken set-up. */
export async function orFailed<T>(work: Promise<T>, what: string): Promise<T> {
  try {
    const result = await work;
    console.log(`ok  ${what}`);
    return result;
  } catch (error) {
    if (error instanceof SetupError) throw new CheckFailed(`${what}\n${error.message}`);
    throw error;
  }
}
