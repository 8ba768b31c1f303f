/**
 * Runs a program: its actors side by side over one machine, and after them, one by one, a container
 * that was just started and looks for everything that was ever named.
 */
import type { TokenJson } from '../../../lib/contract.ts';
import { orphansOf, type Violation, violationsOf } from '../../support/invariants/invariants.ts';
import type { Kind, Operation, Performed, Program, Requests } from '../program/operation.ts';
import { mayHaveTornSecrets } from '../program/torn-secrets.ts';
import type { FaultKind } from './call-faults.ts';
import { Interleaving } from './interleaving.ts';
import { Machine, type Plant } from './machine.ts';
import type { Mint } from './minting-provider.ts';
import { perform } from './performer.ts';

export interface History {
  /** Who did it, by their place. */
  readonly actors: readonly string[];
  /** In the order in which they began. */
  readonly performed: readonly Performed[];
  readonly mints: readonly Mint[];
  /** Outgoing calls, each of which was a chance for somebody else. */
  readonly steps: number;
  /** How often another went on than who was at it. */
  readonly changes: number;
  readonly faults: readonly FaultKind[];
  /** What is wrong with what is stored, when all is over, and when the housekeeper has been. */
  readonly violations: readonly Violation[];
}

const NEVER_GIVEN = 'f'.repeat(32);
/** After it every secret that nobody asks for is old enough to go: see STORAGE.md. */
const QUIET_MS = 8 * 86_400_000;

export function runProgram(program: Program, plant: Plant = {}): Promise<History> {
  return new Run(program, plant).toEnd();
}

class Run {
  readonly #program: Program;
  readonly #interleaving: Interleaving;
  readonly #machine: Machine;
  readonly #performed: Performed[] = [];
  readonly #saved: string[] = [];

  constructor(program: Program, plant: Plant) {
    const { choices, readOrder, faults = [] } = program;
    this.#program = program;
    this.#interleaving = new Interleaving(choices);
    this.#machine = new Machine({ interleaving: this.#interleaving, readOrder, faults, plant });
  }

  async toEnd(): Promise<History> {
    const { before, containers, background, skewsMs = [] } = this.#program;
    const actors = [...containers, background];
    const act = async () => {
      await this.#act(0, before);
      await Promise.all(actors.map((each, place) => this.#act(place + 1, each, skewsMs[place])));
      this.#machine.beCalm();
      if (mayHaveTornSecrets(this.#performed)) await this.#keepHouse();
      await this.#act(actors.length + 1, this.#looks());
    };
    await this.#interleaving.runToRest([act()]);
    const { mints } = this.#machine.provider;
    const { step: steps, changes } = this.#interleaving;
    const names = containers.map((_, place) => `container ${place + 1}`);
    return {
      actors: ['before', ...names, 'by itself', 'looking'],
      performed: this.#performed.toSorted((a, b) => a.beganAt - b.beganAt),
      ...{ mints, steps, changes },
      faults: [...this.#machine.struck],
      violations: await this.#damage(),
    };
  }

  /** One actor's operations, one after the other, as Lambda gives them to a container. */
  async #act(by: number, operations: readonly Operation[], skewMs = 0): Promise<void> {
    let container = this.#machine.container(by, skewMs);
    for (const operation of operations) {
      const begin = () => this.#interleaving.step;
      const beganAt = await this.#interleaving.call({ by, what: 'begin' }, begin);
      const { kind, request } = this.#named(operation);
      container.newIds.length = 0;
      const result = await perform(this.#machine, container, kind, request);
      const performed = {
        ...{ by, kind, request, result, beganAt },
        endedAt: this.#interleaving.step,
        endedAtMs: this.#machine.nowMs(),
        newIds: [...container.newIds],
      } as Performed;
      this.#performed.push(performed);
      this.#noteSaved(performed);
      if (result.outcome === 'unknown') container = this.#machine.container(by, skewMs);
    }
  }

  #noteSaved(performed: Performed): void {
    if (performed.kind !== 'save' || performed.result.outcome !== 'answered') return;
    const { id } = performed.result.answer;
    if (!this.#saved.includes(id)) this.#saved.push(id);
  }

  /** The operation with ids in place of numbers. */
  #named({ kind, request }: Operation): { kind: Kind; request: Requests[Kind] } {
    const idOf = (ref: number) => this.#saved[ref % this.#saved.length] ?? NEVER_GIVEN;
    const named = Object.entries(request).map(([field, value]) => {
      if (field === 'id' && typeof value === 'number') return [field, idOf(value)];
      if (field === 'ids') return [field, [...new Set((value as number[]).map(idOf))]];
      return [field, value];
    });
    return { kind, request: Object.fromEntries(named) as Requests[Kind] };
  }

  /** Every token by its id, and every user's by every client that was ever named. */
  #looks(): Operation[] {
    const tokens = [this.#program.before, ...this.#program.containers]
      .flat()
      .flatMap(({ request }) => ('token' in request ? [request.token] : []));
    const valuesOf = (field: 'userName' | 'clientId') => [
      ...new Set(tokens.flatMap((token) => token[field] ?? [])),
    ];
    const find = (token: TokenJson): Operation => ({ kind: 'find', request: { token } });
    return [
      ...this.#saved.map((_, id): Operation => ({ kind: 'findById', request: { id } })),
      ...valuesOf('userName').flatMap((userName) => [
        find({ userName }),
        ...valuesOf('clientId').map((clientId) => find({ userName, clientId })),
      ]),
      { kind: 'list', request: { limit: 2, includeSecrets: true } },
    ];
  }

  async #damage(): Promise<Violation[]> {
    const { index, vault } = this.#machine;
    const ports = { index, vault };
    const deadline = this.#machine.container(0, 0).process.deadline();
    const before = await violationsOf(ports, {}, deadline);
    this.#machine.passTo(this.#machine.nowMs() + QUIET_MS);
    await this.#interleaving.runToRest([this.#keepHouse()]);
    const after = await violationsOf(ports, {}, deadline);
    return [...before, ...after, ...(await orphansOf(ports, deadline))];
  }

  #keepHouse(): Promise<unknown> {
    return perform(this.#machine, this.#machine.container(0, 0), 'housekeep', {});
  }
}
