/** The CDK app: `cdk deploy -c store=billing -c dataCentre=eu`. It needs the bundles of `npm run build`. */
import { App } from 'aws-cdk-lib';
import { LatchkeyStack } from './latchkey-stack.ts';
import { settingsFromContext } from './store-settings.ts';

const app = new App();
const settings = settingsFromContext(app.node);
new LatchkeyStack(app, `Latchkey-${settings.store}`, { settings });
