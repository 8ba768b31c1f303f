import { runConformance, textReport } from '../../conformance/src/index.ts';

const { subject } = await import(process.argv[2]!);
const t = Date.now();
const results = await runConformance(
  subject,
  process.argv[3] ? { only: process.argv.slice(3) } : {},
);
console.log(textReport(results));
console.log(Date.now() - t, 'ms');
process.exit(0);
