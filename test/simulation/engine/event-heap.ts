/** What is to happen, the earliest first; what was said first comes first at the same moment. */

interface Event {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

export class EventHeap {
  readonly #heap: Event[] = [];
  #pushed = 0;

  push(atMs: number, run: () => void): void {
    const event = { atMs, order: this.#pushed, run };
    this.#pushed += 1;
    const heap = this.#heap;
    let place = heap.length;
    while (place > 0) {
      const parentPlace = (place - 1) >> 1;
      const parent = heap[parentPlace];
      if (parent === undefined || isBefore(parent, event)) break;
      heap[place] = parent;
      place = parentPlace;
    }
    heap[place] = event;
  }

  /** When the next event is; never, where there is none. */
  nextMs(): number {
    return this.#heap[0]?.atMs ?? Number.POSITIVE_INFINITY;
  }

  pop(): Event | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (last !== undefined && heap.length > 0) this.#sink(last);
    return first;
  }

  #sink(event: Event): void {
    const heap = this.#heap;
    let place = 0;
    for (;;) {
      const left = 2 * place + 1;
      const child = this.#earlierOf(left, left + 1);
      const found = heap[child];
      if (found === undefined || isBefore(event, found)) break;
      heap[place] = found;
      place = child;
    }
    heap[place] = event;
  }

  #earlierOf(left: number, right: number): number {
    const [a, b] = [this.#heap[left], this.#heap[right]];
    return a !== undefined && b !== undefined && isBefore(b, a) ? right : left;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
