// Runs in a fresh process: imports the bundle that is named and says what that cost.
// Plain JavaScript, because a TypeScript loader would be measured along.
import { pathToFileURL } from 'node:url';

const url = pathToFileURL(process.argv[2]).href;
const cpuBefore = process.cpuUsage();
const startedMs = performance.now();
await import(url);
const wallMicroseconds = (performance.now() - startedMs) * 1000;
const { user, system } = process.cpuUsage(cpuBefore);
process.stdout.write(JSON.stringify({ cpuMicroseconds: user + system, wallMicroseconds }));
process.exit(0);
