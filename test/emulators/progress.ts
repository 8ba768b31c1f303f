/**
 * The lines a person sees while the emulators are prepared. They go to standard error, so that
 * standard output stays Jest's. Colour only on a terminal, and never with NO_COLOR.
 */

const coloured = process.stderr.isTTY === true && !process.env['NO_COLOR'];

const paint = (sgr: string, text: string): string =>
  coloured ? `\u001b[${sgr}m${text}\u001b[0m` : text;

export const note = (text: string): void => {
  process.stderr.write(`${paint('36', 'emulators')} ${text}\n`);
};

export const complain = (text: string): void => {
  process.stderr.write(`${paint('31', 'emulators')} ${text}\n`);
};

/** Says that `doing` has begun and, when `work` is through, that it is `done` and how long it took. */
export async function step<T>(doing: string, done: string, work: () => Promise<T>): Promise<T> {
  note(`${doing} ...`);
  const startedMs = performance.now();
  const result = await work();
  const tookSeconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  note(`${done} ${paint('2', `(${tookSeconds} s)`)}`);
  return result;
}
