/** How work on many items ended, in words and as an exit code. */
import type { ExitCode } from './operator-command.ts';
import type { LanesReport } from './paced-lanes.ts';
import { counted, type Terminal } from './terminal.ts';

export function reportLanes(report: LanesReport, all: number, terminal: Terminal): ExitCode {
  const { done, failed, failures, givenUp } = report;
  if (failed === 0) return 0;
  const end = givenUp ? 'Nothing succeeded, so the rest was not tried.' : 'Run it again to go on.';
  terminal.complain(
    [`${counted(failed)} of ${counted(all)} failed, ${counted(done)} are done. ${end}`]
      .concat(failures.map((failure) => `  ${failure}`))
      .join('\n'),
  );
  return 1;
}
