/** What a run came to, for people to read. */
import type { Paint } from '../support/suite-program.ts';
import type { ConflictResult } from './conflicts/conflict-matrix.ts';
import type { StormResult } from './storm/storm.ts';

const number = (value: number) => value.toLocaleString('en-GB');

export function report(
  storms: readonly StormResult[],
  conflicts: readonly ConflictResult[],
  seconds: number,
  paint: Paint,
): string {
  const sections = [
    storms.length === 0 ? '' : stormSection(storms, paint),
    conflicts.length === 0 ? '' : conflictSection(conflicts, paint),
    violationSection(storms, conflicts, paint),
  ];
  return `${sections.filter(Boolean).join('\n\n')}\n\nIt took ${seconds.toFixed(0)} s.`;
}

function stormSection(storms: readonly StormResult[], paint: Paint): string {
  const sum = (count: (storm: StormResult) => number) =>
    number(storms.reduce((all, storm) => all + count(storm), 0));
  const seeds = storms.map(({ seed }) => seed);
  return [
    paint('bold', 'Storms'),
    columns([
      ['storms', `${storms.length}, seeds ${Math.min(...seeds)} to ${Math.max(...seeds)}`],
      ['operations', sum(({ counts }) => counts.calls)],
      ['  acknowledged', sum(({ counts }) => counts.acknowledged)],
      ['  unanswered', sum(({ counts }) => counts.unanswered)],
      ['refreshes', sum(({ refreshes }) => refreshes)],
      ['  rotated and lost', `${sum(({ lostGrants }) => lostGrants)} users; each was told of it`],
      ['faults', number([...faultsOf(storms).values()].reduce((all, count) => all + count, 0))],
      ...[...faultsOf(storms)].map(([kind, count]) => [`  ${kind}`, number(count)] as const),
      ['violations', sum(({ violations }) => violations.length)],
    ]),
  ].join('\n');
}

/** The most frequent first. */
function faultsOf(storms: readonly StormResult[]): ReadonlyMap<string, number> {
  const all = new Map<string, number>();
  for (const [kind, count] of storms.flatMap(({ faults }) => Object.entries(faults))) {
    all.set(kind, (all.get(kind) ?? 0) + count);
  }
  return new Map([...all].sort(([, a], [, b]) => b - a));
}

function conflictSection(conflicts: readonly ConflictResult[], paint: Paint): string {
  const sum = (count: (result: ConflictResult) => number) =>
    number(conflicts.reduce((all, result) => all + count(result), 0));
  return [
    paint('bold', 'Conflicts at each write of the table'),
    columns([
      ['scenarios', number(conflicts.length)],
      ['writes', sum(({ writes }) => writes)],
      ['runs', `${sum(({ runs }) => runs)}: each struck in every way that it can be`],
      ['violations', sum(({ violations }) => violations.length)],
    ]),
  ].join('\n');
}

function violationSection(
  storms: readonly StormResult[],
  conflicts: readonly ConflictResult[],
  paint: Paint,
): string {
  const shown = [
    ...storms.flatMap(({ seed, violations }) =>
      group(`storm: again by --storms 1 --seed ${seed} --no-conflicts`, violations),
    ),
    ...conflicts.flatMap(({ scenario, violations }) =>
      group(
        `conflicts: again by --storms 0 --scenario '${scenario}'`,
        violations.map(({ conflict, what }) => `${conflict}\n      ${what}`),
      ),
    ),
  ];
  if (shown.length === 0) return paint('green', 'No violation.');
  return [paint('red', 'Violations, the first of each:'), ...shown].join('\n');
}

function group(title: string, violations: readonly string[]): string[] {
  if (violations.length === 0) return [];
  const more = violations.length > 5 ? [`    and ${violations.length - 5} more`] : [];
  return [`  ${title}`, ...violations.slice(0, 5).map((each) => `    ${each}`), ...more];
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join('\n');
}
