/**
 * Tests run from the TypeScript sources: SWC strips the types, `npm run types` checks them. Of the
 * packages only oauth4webapi is transformed: it has no CommonJS, and Jest requires what it loads.
 */
const transform = {
  '\\.ts$|/node_modules/oauth4webapi/.+\\.js$': [
    '@swc/jest',
    { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
  ],
};

const suite = (name, more = {}) => ({
  displayName: name,
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  transform,
  transformIgnorePatterns: ['/node_modules/(?!oauth4webapi/)'],
  setupFiles: ['<rootDir>/local/quiet-sdk.ts'],
  ...more,
});

/** The suites that run or deploy functions need their bundles. */
const bundled = { globalSetup: '<rootDir>/test/support/build-bundles.ts' };

export default {
  testTimeout: 60_000,
  projects: [
    suite('unit'),
    suite('contract'),
    suite('architecture'),
    suite('infra', bundled),
    suite('simulation'),
    suite('histories'),
    suite('crash'),
    suite('e2e', bundled),
  ],
};
