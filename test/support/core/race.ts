/** Starts the same thing many times at once and collects every outcome. */
export function race<T>(contenders: number, run: (contender: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: contenders }, (_, contender) => run(contender)));
}
