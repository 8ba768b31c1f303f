/** What the matrix came to, for people to read. */
import type { Paint } from '../support/suite-program.ts';
import type { InWindow, MatrixResult } from './matrix/matrix.ts';
import type { WindowLength } from './measured-window.ts';

export function report(
  results: readonly MatrixResult[],
  length: WindowLength | undefined,
  seconds: number,
  paint: Paint,
): string {
  const sum = (count: (result: MatrixResult) => number) =>
    results.reduce((all, result) => all + count(result), 0).toLocaleString('en-GB');
  const head = [
    ['scenarios', String(results.length)],
    ['outgoing calls', `${sum(({ calls }) => calls)}, at each of which a container dies`],
    ['points', `${sum(({ points }) => points)}: before, during and after them, no moment twice`],
    ['runs', `${sum(({ runs }) => runs)}: what is under way arrives at each moment that matters`],
    ['violations', sum(({ violations }) => violations.length)],
  ] as const;
  const sections = [
    `${paint('bold', 'Crash matrix')}\n${columns(head)}`,
    windowSection(
      results.flatMap(({ window }) => window),
      length,
      paint,
    ),
    violationSection(results, paint),
  ];
  return `${sections.filter(Boolean).join('\n\n')}\n\nIt took ${seconds.toFixed(0)} s.`;
}

/** By kind of point: how many of the deaths in it cost a grant. */
function windowSection(
  window: readonly InWindow[],
  length: WindowLength | undefined,
  paint: Paint,
): string {
  if (window.length === 0) return '';
  const kinds = new Map<string, InWindow[]>();
  for (const each of window) kinds.set(each.kind, [...(kinds.get(each.kind) ?? []), each]);
  const rows = [...kinds].map(([kind, deaths]) => {
    const lost = deaths.filter((death) => death.lost).length;
    return [kind, `${lost} of ${deaths.length} cost the grant`] as const;
  });
  return [
    paint('bold', 'The one window, where a provider rotates refresh tokens'),
    '  from when it takes the old one until the new one is stored; each loss was found out:',
    '  the token needs re-authorization, and an event says so',
    columns(rows),
    ...(length === undefined
      ? []
      : [
          `  It lasted ${length.medianMs.toFixed(1)} ms in the median of ${length.refreshes} refreshes, ` +
            `${length.longestMs.toFixed(1)} ms at most,`,
          '  by the clock of this machine: on AWS add the way to the provider and to Secrets Manager.',
        ]),
  ].join('\n');
}

function violationSection(results: readonly MatrixResult[], paint: Paint): string {
  const broken = results.filter(({ violations }) => violations.length > 0);
  if (broken.length === 0) return paint('green', 'No violation.');
  const shown = broken.map(({ scenario, violations }) => {
    const lines = violations.slice(0, 5).map(({ point, what }) => `    ${point}\n      ${what}`);
    const more = violations.length > 5 ? [`    and ${violations.length - 5} more`] : [];
    return [`  ${scenario}`, ...lines, ...more].join('\n');
  });
  return [paint('red', 'Violations, the first of each scenario:'), ...shown].join('\n');
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join('\n');
}
