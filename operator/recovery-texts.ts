/** What a recovery came to, for a person: what each number means, and what to do next. */
import {
  RECOVERY_OUTCOMES,
  type RecoveryOutcome,
  type RecoveryReport,
} from '../lib/recovery/recovery-report.ts';
import { counted } from './terminal.ts';

const MEANING: Readonly<Record<RecoveryOutcome, string>> = {
  level: 'as they should be',
  adopted: 'had no row; back under their id',
  'brought-forward': 'were behind their secret; as new as that',
  deleted: 'were deleted since; deleted again',
  tombstone:
    'secrets in deletion without a row: of tokens that were deleted and whose row is lost, or of ' +
    'first saves that came second, which never had one; their id stays dead',
  'logged-out': 'were ended by the logout that you named',
  superseded: 'gave way to a later token of the same user and client; their id leads there',
  'under-way': 'were written minutes ago: run it again in five minutes',
  'nothing-acknowledged': 'secrets in which no save was ever acknowledged; left to the housekeeper',
  changed: 'kept changing: run it again',
};

/** Short enough to read; who needs them all looks at the table. */
const SHOWN_IDS = 5;

export function recoveryText(report: RecoveryReport, store: string): string {
  const { counts, examples, failed, mode } = report;
  const lines = RECOVERY_OUTCOMES.filter((outcome) => counts[outcome] > 0).map((outcome) => {
    const ids = examples[outcome]?.slice(0, SHOWN_IDS).join(', ');
    const named = ids === undefined ? '' : ` (${ids}${counts[outcome] > SHOWN_IDS ? ', …' : ''})`;
    return `${counted(counts[outcome]).padStart(9)}  ${outcome.padEnd(20)} ${MEANING[outcome]}${named}`;
  });
  return [
    mode === 'report' ? 'What would be done:' : 'What was done:',
    ...(lines.length === 0 ? ['  The store has neither secrets nor rows.'] : lines),
    ...(failed > 0 ? [`${counted(failed).padStart(9)}  failed; run it again`] : []),
    ...(mode === 'repair' && isWhole(report) ? [next(store)] : []),
  ].join('\n');
}

/** Nothing is left that another run would do. */
export function isWhole({ counts, failed }: RecoveryReport): boolean {
  return failed === 0 && counts['under-way'] === 0 && counts.changed === 0;
}

function next(store: string): string {
  return [
    'The index agrees with the secrets. If the store is paused:',
    `  npm run operator -- resume --store ${store}`,
  ].join('\n');
}
