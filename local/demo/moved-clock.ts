/** A process's clock, moved: to the SDK an hour of the story has passed as it has to everybody. */

/** From now on `Date` is so much ahead of real time. Timers are not. */
export function moveClockAhead(aheadMs: number): void {
  const RealDate = Date;
  const nowMs = () => RealDate.now() + aheadMs;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, given: unknown[], newTarget) =>
      Reflect.construct(target, given.length === 0 ? [nowMs()] : given, newTarget),
    apply: () => new RealDate(nowMs()).toString(),
    get: (target, name) => (name === 'now' ? nowMs : Reflect.get(target, name)),
  });
}
