/** Before the suites that run or deploy functions: the bundles, as `npm run build` makes them. */
import { buildBundles } from '../../infra/bundling/build-bundles.ts';

export default buildBundles;
