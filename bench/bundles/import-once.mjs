// Runs in a fresh process: imports the bundle that is named and says what that cost.
// Plain JavaScript, because a TypeScript loader would be measured along.
import { pathToFileURL } from 'node:url';

const url = pathToFileURL(process.argv[2]).href;
const cpuBefore = process.cpuUsage();
const startedMs = performance.now();
await import(url);
const wallMicroseconds = (performance.now() - startedMs) * 1000;
const { user, system } = process.cpuUsage(cpuBefore);
const cost = JSON.stringify({ cpuMicroseconds: user + system, wallMicroseconds });
// What the bundle keeps open for its next invocation would keep the process.
process.stdout.write(cost, () => process.exit(0));
