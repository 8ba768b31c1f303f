/** Checks as rows and stores as columns, for a terminal or a log. */
import { type CheckResult, GROUPS, type Group } from '../../conformance/src/index.ts';

const ID_WIDTH = 44;

/** A check that every store passes has a row too: that is a result. */
export function terminalTable(results: ReadonlyMap<string, readonly CheckResult[]>): string {
  const stores = [...results.keys()];
  const widths = stores.map((store) => Math.max(store.length, 'inconvenient'.length));
  const line = (first: string, cells: readonly string[]) =>
    [first.padEnd(ID_WIDTH), ...cells.map((cell, index) => cell.padEnd(widths[index] ?? 0))]
      .join('  ')
      .trimEnd();
  const [checks = []] = results.values();
  const lines = [line('', stores)];
  let group: Group | undefined;
  for (const { id, group: own } of checks) {
    if (own !== group) lines.push('', GROUPS[own]);
    group = own;
    lines.push(
      line(
        `  ${id}`,
        stores.map((store) => cellOf(results.get(store) ?? [], id)),
      ),
    );
  }
  return lines.join('\n');
}

function cellOf(results: readonly CheckResult[], id: string): string {
  const result = results.find((one) => one.id === id);
  switch (result?.outcome) {
    case 'passed':
      return 'ok';
    case 'failed':
      return result.severity;
    case 'not tried':
    case undefined:
      return '-';
  }
}
