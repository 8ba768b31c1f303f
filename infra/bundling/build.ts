/** `npm run build`: bundles every function into dist/lambdas and says how large each came out. */
import { statSync } from 'node:fs';
import { buildBundles } from './build-bundles.ts';
import { bundleFile, FUNCTION_NAMES } from './bundles.ts';

await buildBundles();
for (const name of FUNCTION_NAMES) {
  const kilobytes = Math.round(statSync(bundleFile(name)).size / 1000);
  console.log(`${name.padEnd(20)} ${String(kilobytes).padStart(4)} KB`);
}
