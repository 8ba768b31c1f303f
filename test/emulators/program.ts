/**
 * How a program over emulators ends: with its own exit code, with another where the emulators could
 * not be set up, and after a signal only when what it started is stopped.
 */
import { constants } from 'node:os';
import { complain } from './progress.ts';
import { SetupError } from './setup-error.ts';

export const SETUP_FAILED = 2;

/** @returns the exit code; throws what is neither a SetupError nor due to a signal */
export async function runToExitCode(
  run: (interrupt: AbortSignal) => Promise<number>,
): Promise<number> {
  const interrupt = new AbortController();
  let received: 'SIGINT' | 'SIGTERM' | 'SIGHUP' | undefined;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      received ??= signal;
      interrupt.abort();
    });
  }
  try {
    return await run(interrupt.signal);
  } catch (error) {
    if (received) return 128 + constants.signals[received];
    if (!(error instanceof SetupError)) throw error;
    complain(error.message);
    return SETUP_FAILED;
  }
}
