/** What is counted, as the table that is printed at the end: the one in README.md. */

const table: { operation: string; container: string; calls: string }[] = [];

afterAll(() => {
  const width = Math.max(...table.map(({ operation }) => operation.length));
  const lines = table.map(
    (row) => `${row.operation.padEnd(width)}  ${row.container}  ${row.calls}`,
  );
  process.stdout.write(`\nAWS calls per operation\n${lines.join('\n')}\n\n`);
});

/** How often each name is in the list; a line of the table says so. */
export function tabled(
  operation: string,
  container: 'warm' | 'cold',
  names: readonly string[],
): Record<string, number> {
  const counted: Record<string, number> = {};
  for (const name of names) counted[name] = (counted[name] ?? 0) + 1;
  const text = Object.entries(counted).map(([name, times]) => `${times} ${name}`);
  table.push({ operation, container, calls: text.join(', ') });
  return counted;
}
