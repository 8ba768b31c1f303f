/** What inputs came to, counted by what they came to and by their kind. */

export type Counts = ReadonlyMap<string, number>;

export class Tallies {
  readonly #byTarget = new Map<string, Map<string, number>>();
  readonly #byKind = new Map<string, Map<string, number>>();
  inputs = 0;

  add(target: string, kind: string, outcome: string): void {
    this.inputs += 1;
    count(this.#byTarget, target, outcome);
    count(this.#byKind, kind, outcome);
  }

  get byTarget(): ReadonlyMap<string, Counts> {
    return this.#byTarget;
  }

  get byKind(): ReadonlyMap<string, Counts> {
    return this.#byKind;
  }
}

function count(tables: Map<string, Map<string, number>>, name: string, outcome: string): void {
  const table = tables.get(name) ?? new Map<string, number>();
  tables.set(name, table.set(outcome, (table.get(outcome) ?? 0) + 1));
}
