/**
 * Results for a person: what the user suffers, group by group, the worst in a group first.
 * Pure: no I/O, no clock, no environment.
 */
import { type CheckResult, GROUPS, type Group, SEVERITIES } from '../check.ts';
import { plain, type Style } from './style.ts';

const WIDTH = Math.max(...SEVERITIES.map((severity) => severity.length));

/** One line for each check that failed or was not tried, and how many passed. */
export function textReport(results: readonly CheckResult[], style: Style = plain): string {
  const groups = (Object.keys(GROUPS) as Group[]).flatMap((group) => {
    const ofGroup = results.filter((result) => result.group === group);
    return ofGroup.length === 0 ? [] : [groupReport(group, ofGroup, style)];
  });
  return [...groups, summary(results)].join('\n');
}

/** `N passed, N failed`, and by severity what failed. */
export function summary(results: readonly CheckResult[]): string {
  const count = (outcome: CheckResult['outcome']) =>
    results.filter((result) => result.outcome === outcome).length;
  const bySeverity = SEVERITIES.flatMap((severity) => {
    const failed = results.filter((one) => one.outcome === 'failed' && one.severity === severity);
    return failed.length === 0 ? [] : [`${failed.length} ${severity}`];
  });
  const notTried = count('not tried') === 0 ? '' : `, ${count('not tried')} not tried`;
  const kinds = bySeverity.length === 0 ? '' : ` (${bySeverity.join(', ')})`;
  return `${count('passed')} passed, ${count('failed')} failed${notTried}${kinds}`;
}

function groupReport(group: Group, results: readonly CheckResult[], style: Style): string {
  const passed = results.filter(({ outcome }) => outcome === 'passed').length;
  const worstFirst = [...results].sort((one, other) => rank(one) - rank(other));
  const lines = worstFirst.flatMap((result) => linesOf(result, style));
  return [`${style.strong(GROUPS[group])}: ${passed} of ${results.length}`, ...lines, ''].join(
    '\n',
  );
}

function linesOf({ id, title, severity, outcome, reason, defects }: CheckResult, style: Style) {
  const numbers = defects.map((number) => `#${number}`).join(' ');
  switch (outcome) {
    case 'passed':
      return [];
    case 'failed':
      return [
        `  ${style.bad(severity.padEnd(WIDTH))}  ${title}`,
        `  ${' '.repeat(WIDTH)}  ${style.faint([`${id}: ${reason}`, numbers].filter(Boolean).join('  '))}`,
      ];
    case 'not tried':
      return [`  ${style.faint(`${'not tried'.padEnd(WIDTH)}  ${id}: ${reason}`)}`];
  }
}

const rank = ({ outcome, severity }: CheckResult) =>
  outcome === 'failed' ? SEVERITIES.indexOf(severity) : SEVERITIES.length;
