/** What a run came to, for people to read. */
import type { Paint } from '../support/suite-program.ts';
import type { SimulationOptions, SimulationResult } from './simulation.ts';
import type { Recovery } from './watch/audit.ts';
import type { Durations } from './watch/durations.ts';
import { PACE_SECONDS } from './watch/final-checks.ts';
import type { Rate } from './watch/rates.ts';
import { REASONS, type Reason } from './watch/reasons.ts';
import { sum, type Tallies } from './watch/tallies.ts';
import { VIOLATIONS, type Violation, type Violations } from './watch/violations.ts';
import { DEPLOYMENT, HOUR_MS, PROVIDER, SECRET_WRITES_PER_SECOND } from './world/world-settings.ts';

export interface Took {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly megabytes: number;
}

type Row = readonly [string, string];

export function report(
  { tokens, hours, seed }: SimulationOptions,
  { tallies, violations, recoveries, startMs }: SimulationResult,
  took: Took,
  paint: Paint,
): string {
  const sections: [string, Row[]][] = [
    ['The run', runRows(tallies, tokens, hours, seed)],
    ['Finds', findRows(tallies)],
    ['Rates, at their peak', rateRows(tallies)],
    ['Outages of the provider', recoveryRows(recoveries, startMs)],
    ['Grants', grantRows(tallies)],
    ['From due to the call to the provider', lagRows(tallies)],
  ];
  const width = Math.max(...sections.flatMap(([, rows]) => rows.map(([name]) => name.length)));
  const shown = sections.map(([title, rows]) => {
    const lines = rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`);
    return [paint('bold', title), ...lines].join('\n');
  });
  const { seconds, cpuSeconds, megabytes } = took;
  const cost = `${seconds.toFixed(0)} s (${cpuSeconds.toFixed(0)} s of CPU), ${megabytes.toFixed(0)} MB`;
  return [...shown, `The simulation took ${cost}.`, verdict(violations, startMs, paint)].join(
    '\n\n',
  );
}

function runRows(tallies: Tallies, tokens: number, hours: number, seed: number): Row[] {
  const { refreshed, died, answers } = tallies;
  return [
    ['tokens, hours, seed', `${number(tokens)}, ${hours}, ${seed}`],
    ['refreshes by the schedule', number(refreshed.schedule)],
    ['refreshes on demand', number(refreshed.use)],
    ['calls to the provider', `${number(sum(new Map(Object.entries(answers))))}: ${list(answers)}`],
    ['saves, deletions', `${number(tallies.saves)}, ${number(tallies.deletions)}`],
    ['saves during a refresh', number(tallies.changesDuringRefresh)],
    ['refreshes asked for by operators', list(Object.fromEntries(tallies.requests)) || 'none'],
    ['sweeps', `${number(tallies.sweeps)}; ticks lost ${number(tallies.ticksLost)}`],
    ['worker invocations', number(tallies.workerInvocations)],
    ['died', list(died)],
    ['froze', number(tallies.froze)],
    ['messages', number(tallies.messages)],
    ['  delivered twice', number(tallies.deliveredAgain)],
    ['  delivered again', number(tallies.redelivered)],
    ['  dead letters', `${number(tallies.deadLetters)}, each after three deaths or freezes`],
    ['leases taken over', `${number(tallies.takeovers)}; adopted ${number(tallies.adopted)}`],
    ['refreshed for nothing', `${number(tallies.wasted)}, because a save came first`],
  ];
}

function findRows({ finds, met, handedOut }: Tallies): Row[] {
  const missed = sum(met);
  const rows = (counts: ReadonlyMap<Reason, number>): Row[] =>
    Object.entries(REASONS).flatMap(([reason, text]) => {
      const times = counts.get(reason as Reason) ?? 0;
      return times === 0 ? [] : [[`  ${text}`, number(times)] as const];
    });
  return [
    ['finds', number(finds)],
    ['met a fresh token', share(finds - missed, finds)],
    ['  of those whose grant is valid', percent(finds - missed, finds - (met.get('ended') ?? 0))],
    ['met one with less than 60 s', number(missed)],
    ...rows(met),
    ['were handed out such a one', number(sum(handedOut))],
    ...rows(handedOut),
  ];
}

function rateRows(tallies: Tallies): Row[] {
  const { refreshesPerSecond: pace } = DEPLOYMENT;
  const inASecond = (rate: Rate, limit?: number) =>
    `${rate.peak().perSecond} in a second${limit === undefined ? '' : `, limit ${limit}`}`;
  const sustained = tallies.writesBySchedule.peak(PACE_SECONDS).perSecond.toFixed(1);
  const minutes = PROVIDER.windowMs / 60_000;
  const scheduled = inASecond(tallies.writesBySchedule);
  return [
    ['refreshes begun by the schedule', inASecond(tallies.turns, pace)],
    ['  at once, after a freeze', `${number(tallies.turnsAfterFreeze)} in all`],
    ['secrets written by them', `${scheduled}; ${sustained} for ${PACE_SECONDS} s, limit ${pace}`],
    ['secrets written on demand', inASecond(tallies.writesByUse)],
    ['secrets written in all', inASecond(tallies.writes, SECRET_WRITES_PER_SECOND)],
    ['calls to the provider', inASecond(tallies.providerCalls)],
    [
      'calls with one refresh token',
      `${tallies.mostAsked} in ${minutes} minutes, limit ${PROVIDER.refreshesPerWindow}`,
    ],
    ['refreshed twice within a minute', `the first was lost: ${list(tallies.askedAgain)}`],
  ];
}

function recoveryRows(recoveries: readonly Recovery[], startMs: number): Row[] {
  return recoveries.map(({ outage, pastDue, expired, usableAfterMs, recoveredAfterMs }) => {
    const began = `${outage.kind}, ${((outage.fromMs - startMs) / HOUR_MS).toFixed(1)} h`;
    const left = `at its end ${number(pastDue)} past due, ${number(expired)} expired`;
    const after = `all usable after ${minutes(usableAfterMs)}, recovered ${minutes(recoveredAfterMs)}`;
    return [began, `${left}; ${after}`];
  });
}

function grantRows(tallies: Tallies): Row[] {
  const { marked, markedAfter, rotations, revoked } = tallies;
  const attempts = [...markedAfter].sort(([a], [b]) => a - b);
  const after = attempts.map(([refusals, times]) => `${number(times)} after ${refusals}`);
  return [
    ['taken back by users', number(revoked)],
    ['marked, taken back', number(marked.ended)],
    ['marked, rotation lost', number(marked.rotationLost)],
    ['marked, refused twice in error', number(marked.inError)],
    ['marked after refusals', after.join(', ') || 'none'],
    ['  in an incident of their client', number(tallies.markedInIncident)],
    ['rotations', number(rotations)],
    [
      'rotations lost in the window',
      `${number(marked.rotationLost)} of ${number(rotations)} (${percent(marked.rotationLost, rotations)})`,
    ],
  ];
}

function lagRows({ lag, lagInOutages, requestsTook }: Tallies): Row[] {
  const percentiles = (durations: Durations) =>
    [0.5, 0.9, 0.99, 0.999, 1]
      .map((each) => `p${each * 100} ${durations.percentile(each)} s`)
      .join(', ');
  return [
    [`normally (${number(lag.total)})`, percentiles(lag)],
    [`in and after outages (${number(lagInOutages.total)})`, percentiles(lagInOutages)],
    [`asked for, to stored (${number(requestsTook.total)})`, percentiles(requestsTook)],
  ];
}

function verdict(violations: Violations, startMs: number, paint: Paint): string {
  if (violations.total === 0) return paint('green', 'No violation.');
  const lines = violations.kept.map((violation) => `  ${shownViolation(violation, startMs)}`);
  const head = paint('red', `Violations: ${number(violations.total)}. The first of each kind:`);
  return [head, ...lines].join('\n');
}

function shownViolation({ kind, atMs, tokenId, detail }: Violation, startMs: number): string {
  const at = `${((atMs - startMs) / HOUR_MS).toFixed(4)} h`;
  return `${at}  ${tokenId ?? '-'}  ${VIOLATIONS[kind]}${detail && `: ${detail}`}`;
}

const number = (value: number) => value.toLocaleString('en-GB');
const percent = (part: number, whole: number) =>
  `${whole === 0 ? 0 : ((100 * part) / whole).toFixed(2)} %`;
const share = (part: number, whole: number) => `${number(part)} (${percent(part, whole)})`;
const minutes = (ms: number | undefined) =>
  ms === undefined ? 'never' : `${(ms / 60_000).toFixed(0)} min`;
const list = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts)
    .map(([name, times]) => `${name} ${number(times)}`)
    .join(', ');
