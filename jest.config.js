/**
 * Tests run from the TypeScript sources: SWC strips the types, `npm run types` checks them. Of the
 * packages only these are transformed: they have no CommonJS, and Jest requires what it loads.
 */
import { readFileSync } from 'node:fs';

const MODULES_ONLY = '(?:oauth4webapi|@remix-run/html-template)/';
const transform = {
  [`\\.ts$|/node_modules/${MODULES_ONLY}.+\\.js$`]: [
    '@swc/jest',
    { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
  ],
};

/** The examples import this package by its name, as their readers do. */
const { compilerOptions } = JSON.parse(
  readFileSync(new URL('tsconfig.json', import.meta.url), 'utf8'),
);
const moduleNameMapper = Object.fromEntries(
  Object.entries(compilerOptions.paths).map(([name, [source]]) => [
    `^${name}$`,
    `<rootDir>/${source}`,
  ]),
);

export const suite = (name, more = {}) => ({
  displayName: name,
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  transform,
  moduleNameMapper,
  transformIgnorePatterns: [`/node_modules/(?!${MODULES_ONLY})`],
  setupFiles: ['<rootDir>/local/quiet-sdk.ts', '<rootDir>/test/support/quick-synthesis.ts'],
  ...more,
});

/** The suites that run or deploy functions need their bundles. */
export const bundled = { globalSetup: '<rootDir>/test/support/build-bundles.ts' };

export default {
  testTimeout: 60_000,
  // Of two cores Jest would leave one idle, and most suites wait for an emulator half of their time.
  maxWorkers: '100%',
  projects: [
    suite('unit'),
    suite('contract'),
    suite('architecture'),
    suite('infra', bundled),
    suite('simulation'),
    suite('fuzz'),
    suite('histories'),
    suite('crash'),
    suite('faults'),
    suite('e2e', bundled),
  ],
};
