/** Scenarios shared out among processes: each takes the next one when it is done. */
import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { MatrixResult } from './matrix.ts';

const WORKER = join(import.meta.dirname, 'worker.ts');

/** What a worker says. */
export type FromWorker =
  | { readonly ready: true }
  | { readonly result: MatrixResult }
  | { readonly error: string };

/**
 * In the order of the names, whoever is done first.
 * @throws Error where a scenario itself fails, with its stack
 */
export async function runShared(
  names: readonly string[],
  workers: number,
  onResult: (result: MatrixResult) => void,
): Promise<MatrixResult[]> {
  const left = [...names];
  const results = new Map<string, MatrixResult>();
  const children: ChildProcess[] = [];
  const run = () =>
    new Promise<void>((resolve, reject) => {
      const child = fork(WORKER);
      children.push(child);
      child.on('message', (said: FromWorker) => {
        if ('error' in said) return reject(new Error(said.error));
        if ('result' in said) {
          results.set(said.result.scenario, said.result);
          onResult(said.result);
        }
        const name = left.shift();
        if (name === undefined) child.disconnect();
        else child.send(name);
      });
      child.once('exit', (code) => {
        if (code === 0) resolve();
        else reject(new Error(`A worker ended with ${code}.`));
      });
    });
  try {
    await Promise.all(Array.from({ length: Math.min(workers, names.length) }, run));
  } finally {
    for (const child of children) child.kill();
  }
  return names.flatMap((name) => results.get(name) ?? []);
}
