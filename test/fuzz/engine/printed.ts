/** What is printed while something runs: everything that Lambda would write to the log. */

const STREAMS = ['stdout', 'stderr'] as const;

export interface Printed<Result> {
  readonly result: Result;
  /** As they were written, without their ends. */
  readonly lines: readonly string[];
}

/** One at a time: the streams are the process's own. */
export async function printedBy<Result>(run: () => Promise<Result>): Promise<Printed<Result>> {
  let text = '';
  const writes = STREAMS.map((stream) => process[stream].write);
  const write = (chunk: string | Uint8Array): boolean => {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    return true;
  };
  for (const stream of STREAMS) process[stream].write = write;
  try {
    const result = await run();
    return { result, lines: text === '' ? [] : text.replace(/\n$/, '').split('\n') };
  } finally {
    for (const [at, stream] of STREAMS.entries()) {
      process[stream].write = writes[at] as typeof process.stdout.write;
    }
  }
}
