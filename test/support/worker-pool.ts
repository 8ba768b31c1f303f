/** Jobs shared out among processes: each takes the next one when it is done. */
import { type ChildProcess, fork } from 'node:child_process';

/** What a worker says. */
type FromWorker<Result> =
  | { readonly ready: true }
  | { readonly result: Result }
  | { readonly error: string };

/**
 * Runs each job in one of several processes of a program that calls `serveJobs`. Jobs and results
 * travel as JSON.
 * @returns the results in the order of the jobs, whichever is done first
 * @throws Error where a job itself fails, with its stack
 */
export async function runShared<Job extends NonNullable<unknown>, Result>(
  program: string,
  jobs: readonly Job[],
  workers: number,
  onResult: (result: Result, job: Job) => void,
): Promise<Result[]> {
  const left = [...jobs.entries()];
  const results = new Map<number, Result>();
  const children: ChildProcess[] = [];
  const run = () =>
    new Promise<void>((resolve, reject) => {
      const child = fork(program);
      let current: (typeof left)[number] | undefined;
      children.push(child);
      child.on('message', (said: FromWorker<Result>) => {
        if ('error' in said) return reject(new Error(said.error));
        if ('result' in said && current !== undefined) {
          const [place, job] = current;
          results.set(place, said.result);
          onResult(said.result, job);
        }
        current = left.shift();
        if (current === undefined) child.disconnect();
        else child.send(current[1]);
      });
      child.once('exit', (code) => {
        if (code === 0) resolve();
        else reject(new Error(`A worker ended with ${code}.`));
      });
    });
  try {
    await Promise.all(Array.from({ length: Math.min(workers, jobs.length) }, run));
  } finally {
    for (const child of children) child.kill();
  }
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
}

/** The other side: a process that does jobs until nobody has another for it. */
export function serveJobs<Job, Result>(run: (job: Job) => Promise<Result>): void {
  const say = (what: FromWorker<Result>) => process.send?.(what);
  process.on('message', async (job: Job) => {
    try {
      say({ result: await run(job) });
    } catch (error) {
      say({ error: `${JSON.stringify(job)}: ${(error as Error).stack}` });
    }
  });
  process.once('disconnect', () => process.exit(0));
  say({ ready: true });
}
