/**
 * The CDK app: `cdk deploy -c store=billing -c dataCentre=eu`. It builds the bundles first: the CLI
 * runs it for each command, `cdk bootstrap` in a fresh clone too, and what is deployed is the code.
 */
import { App } from 'aws-cdk-lib';
import { buildBundles } from './bundling/build-bundles.ts';
import { LatchkeyStack } from './latchkey-stack.ts';
import { settingsFromContext } from './store-settings.ts';

const app = new App();
const settings = settingsFromContext(app.node);
await buildBundles();
new LatchkeyStack(app, `Latchkey-${settings.store}`, { settings });
