/** Keeps what the core told its observer, in order. */
import type { Observer } from '../../../lib/observer.ts';

type Kind = keyof Observer;

export class ObservedCalls implements Observer {
  readonly calls: { readonly kind: Kind; readonly what: Record<string, unknown> }[] = [];

  refresh: Observer['refresh'] = (what) => this.#keep('refresh', what);
  takeover: Observer['takeover'] = (what) => this.#keep('takeover', what);
  wasted: Observer['wasted'] = (what) => this.#keep('wasted', what);
  needsReauthorization: Observer['needsReauthorization'] = (what) =>
    this.#keep('needsReauthorization', what);
  incident: Observer['incident'] = (what) => this.#keep('incident', what);
  handedOut: Observer['handedOut'] = (what) => this.#keep('handedOut', what);

  of(kind: Kind): Record<string, unknown>[] {
    return this.calls.filter((call) => call.kind === kind).map(({ what }) => what);
  }

  #keep(kind: Kind, what: object): void {
    this.calls.push({ kind, what: { ...what } });
  }
}
