/** What a run came to, for people to read. */
import type { Paint } from '../../support/suite-program.ts';
import type { Failure, HistoriesResult } from '../run-histories.ts';
import type { Tallies } from './tallies.ts';
import { timeline } from './timeline.ts';

export function report(
  { tallies, failure }: HistoriesResult,
  seeds: readonly number[],
  seconds: number,
  paint: Paint,
): string {
  const rows = rowsOf(tallies, seeds);
  const width = Math.max(...rows.map(([name]) => name.length));
  return [
    paint('bold', 'Histories'),
    ...rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`),
    '',
    `It took ${seconds.toFixed(0)} s.`,
    '',
    failure === undefined ? paint('green', 'Violations: 0.') : shownFailure(failure, paint),
  ].join('\n');
}

function rowsOf(tallies: Tallies, seeds: readonly number[]): [string, string][] {
  const list = (counts: ReadonlyMap<string, number>) =>
    [...counts].map(([name, times]) => `${name} ${number(times)}`).join(', ');
  const faults: [string, string][] =
    tallies.faults.size === 0 ? [] : [['faults', list(tallies.faults)]];
  return [
    ['histories', `${number(tallies.histories)}, seeds ${seeds.join(', ')}`],
    ['operations', number(tallies.operations)],
    ['  of each kind', list(tallies.byKind)],
    ['  with another under way', number(tallies.overlapping)],
    ['  without an answer', number(tallies.unanswered)],
    ['outgoing calls', number(tallies.calls)],
    ['  another went on', number(tallies.changes)],
    ...faults,
    ['refreshes', number(tallies.mints)],
    ['orders tried', number(tallies.ordersTried)],
    ['histories undecided', number(tallies.undecided)],
  ];
}

function shownFailure({ seed, path, shrinks, history, examined }: Failure, paint: Paint): string {
  return [
    paint('red', 'Violations: 1. A history that was not promised, made small:'),
    '',
    timeline(history, examined),
    '',
    `Again: --seed ${seed} --path ${path} (${shrinks} times smaller than it was found)`,
  ].join('\n');
}

const number = (value: number) => value.toLocaleString('en-GB');
