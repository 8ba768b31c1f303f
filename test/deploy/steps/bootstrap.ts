/** `cdk bootstrap`, once per account and Region: where the CDK keeps bundles and its roles. */
import type { CdkCli } from '../cdk/cdk-cli.ts';
import type { Step } from '../step.ts';

export function bootstrap(cdk: CdkCli): Step {
  return {
    title: 'cdk bootstrap',
    bearsTheRest: true,
    run: async (tell) => {
      await tell.check('the account is bootstrapped', () => cdk.run('bootstrap'));
    },
  };
}
