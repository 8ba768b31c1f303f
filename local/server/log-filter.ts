/** Pure: which lines of the functions are worth a place on the screen, all day long. */

interface Line {
  readonly level?: unknown;
  readonly operation?: unknown;
  readonly counts?: { readonly dispatched?: unknown };
}

/** Not metrics, and of the schedule's runs only those that found something; all else is. */
export function isWorthPrinting(text: string): boolean {
  const line = parsed(text);
  if (line === undefined) return true;
  if ('_aws' in line) return false;
  const { level, operation, counts } = line as Line;
  if (level !== 'INFO') return true;
  if (operation === 'refreshSweep') return counts?.dispatched !== 0;
  // Each token of a batch has a line of its own.
  return operation !== 'refreshBatch';
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
