/** `npm run test:browser`: apart from `npm test`, which needs Node and nothing else. */
import { bundled, suite } from '../../jest.config.js';

export default { testTimeout: 120_000, projects: [suite('browser', bundled)] };
