/**
 * Child processes: one that runs to its end, and a server that runs until it is stopped. Each is
 * ended by its own pid, also when this process leaves early. Knows nothing of any emulator.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { SetupError } from './setup-error.ts';

const GRACE_MS = 5_000;
const TAIL_LINES = 15;

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
}

export interface Server {
  readonly pid: number;
  /** The last lines of the server's log once it has ended by itself, nothing while it runs. */
  lastWords(): string | undefined;
  stop(): Promise<void>;
}

const hasEnded = (child: ChildProcess): boolean =>
  child.exitCode !== null || child.signalCode !== null;

/** The last lines, where an error says why. */
export const tail = (text: string): string =>
  text.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');

type Kill = (signal: NodeJS.Signals) => void;

/** Asks with SIGTERM and, where that is not heard within the grace time, ends with SIGKILL. */
async function end(child: ChildProcess, kill: Kill): Promise<void> {
  if (child.pid === undefined || hasEnded(child)) return;
  const exit = once(child, 'exit');
  kill('SIGTERM');
  const force = setTimeout(() => kill('SIGKILL'), GRACE_MS);
  await exit;
  clearTimeout(force);
}

/** For a child spawned as `detached`: reaches what it started, too (venv runs a second Python). */
const killGroup =
  (child: ChildProcess): Kill =>
  (signal) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // all of the group have ended already
    }
  };

async function untilClosed(
  child: ChildProcess,
  kill: Kill,
  interrupt: AbortSignal,
): Promise<number> {
  const onInterrupt = (): void => void end(child, kill);
  interrupt.addEventListener('abort', onInterrupt, { once: true });
  try {
    await once(child, 'close');
  } catch (cause) {
    throw new SetupError(`${child.spawnfile} cannot be started`, { cause });
  } finally {
    interrupt.removeEventListener('abort', onInterrupt);
  }
  interrupt.throwIfAborted();
  return child.exitCode ?? 1; // ended by a signal that was not ours: a failure
}

/** Runs with this process's terminal and gives the exit code. */
export function runInTerminal(command: Command, interrupt: AbortSignal): Promise<number> {
  interrupt.throwIfAborted();
  const { file, args, ...options } = command;
  const child = spawn(file, args, { ...options, stdio: 'inherit' });
  return untilClosed(child, (signal) => child.kill(signal), interrupt);
}

export interface Outcome {
  readonly code: number;
  /** What it printed to either stream. */
  readonly output: string;
}

/** Runs silently to its end. */
export async function runSilently(command: Command, interrupt: AbortSignal): Promise<Outcome> {
  interrupt.throwIfAborted();
  const { file, args, ...options } = command;
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
  const child = spawn(file, args, { ...options, detached: true, stdio });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const code = await untilClosed(child, killGroup(child), interrupt);
  return { code, output };
}

/** Runs silently and gives the output. Throws SetupError with the last lines when it fails. */
export async function runQuietly(command: Command, interrupt: AbortSignal): Promise<string> {
  const { code, output } = await runSilently(command, interrupt);
  if (code === 0) return output;
  throw new SetupError(`${command.file} ${command.args.join(' ')} failed:\n${tail(output)}`);
}

/**
 * Starts a server that writes to `logFile`. It gets its own process group: Ctrl-C in the terminal
 * must reach Jest first and the servers last, through stop().
 */
export function startServer(command: Command, logFile: string): Server {
  const { file, args, ...options } = command;
  const log = openSync(logFile, 'w');
  const child = spawn(file, args, { ...options, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  let startError: Error | undefined;
  child.on('error', (error) => {
    startError = error;
  });

  const kill = killGroup(child);
  const lastResort = (): void => kill('SIGKILL');
  process.once('exit', lastResort);
  child.once('exit', () => process.removeListener('exit', lastResort));

  return {
    pid: child.pid ?? -1,
    lastWords() {
      if (startError) return startError.message;
      return hasEnded(child) ? tail(readFileSync(logFile, 'utf8')) : undefined;
    },
    stop: () => end(child, kill),
  };
}
