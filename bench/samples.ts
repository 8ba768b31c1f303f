/**
 * Samples of subjects that take turns, so that whatever else the machine does meets all of them
 * alike. Medians: one interrupted sample does not count.
 */

export interface Cost {
  /** User and system time of this process. */
  readonly cpuMicroseconds: number;
  readonly wallMicroseconds: number;
}

/** Something that can be done again and again; `prepare` is not measured. */
export interface Subject {
  readonly prepare?: (times: number) => void;
  readonly run: () => Promise<unknown>;
}

export interface Sampling {
  readonly rounds: number;
  /** Runs per sample: enough to drown the measurement, few enough to take turns often. */
  readonly runsPerSample: number;
  readonly warmUpRounds: number;
  readonly onRound: (round: number) => void;
}

/** The median cost of one run of each subject, in the order of `subjects`. */
export async function sample<Name extends string>(
  subjects: Readonly<Record<Name, Subject>>,
  { rounds, runsPerSample, warmUpRounds, onRound }: Sampling,
): Promise<Record<Name, Cost>> {
  const names = Object.keys(subjects) as Name[];
  const costs = new Map<Name, Cost[]>(names.map((name) => [name, []]));
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    onRound(Math.max(0, round));
    for (const name of names) {
      const cost = await costOf(subjects[name], runsPerSample);
      if (round >= 0) costs.get(name)?.push(cost);
    }
  }
  const medians = [...costs].map(([name, all]): [string, Cost] => [name, medianCost(all)]);
  return Object.fromEntries(medians) as Record<Name, Cost>;
}

async function costOf({ prepare, run }: Subject, runs: number): Promise<Cost> {
  prepare?.(runs);
  const cpuBefore = process.cpuUsage();
  const startedMs = performance.now();
  for (let count = 0; count < runs; count += 1) await run();
  const wallMs = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { cpuMicroseconds: (user + system) / runs, wallMicroseconds: (wallMs * 1000) / runs };
}

export function medianCost(costs: readonly Cost[]): Cost {
  return {
    cpuMicroseconds: median(costs.map(({ cpuMicroseconds }) => cpuMicroseconds)),
    wallMicroseconds: median(costs.map(({ wallMicroseconds }) => wallMicroseconds)),
  };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? upper) + upper) / 2 : upper;
}
