/**
 * The CDK app: `cdk deploy -c store=billing -c dataCentre=eu`. It builds the bundles first: the CLI
 * runs it for each command, `cdk bootstrap` in a fresh clone too, and what is deployed is the code.
 */
import { App } from 'aws-cdk-lib';
import { buildBundles } from './bundling/build-bundles.ts';
import { LatchkeyStack } from './latchkey-stack.ts';
import { SettingError, type StoreSettings, settingsFromContext } from './store-settings.ts';

const app = new App();
const settings = settingsOrEnd();
await buildBundles();
new LatchkeyStack(app, `Latchkey-${settings.store}`, { settings });

/** What is wrong with a setting needs no stack trace: whoever set it would look for it there. */
function settingsOrEnd(): StoreSettings {
  try {
    return settingsFromContext(app.node);
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    console.error(error.message);
    // Now: a process that ends by itself has the app synthesized, and this one is empty.
    process.exit(1);
  }
}
