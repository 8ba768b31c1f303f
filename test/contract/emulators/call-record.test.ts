/** The embedded AWS's record of calls over a long day. */
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { startEmbeddedAws } from '../../../local/aws/embedded-aws.ts';
import { clientSettings } from '../../../local/deployment.ts';

test('only the newest calls are remembered where a limit is set', async () => {
  const aws = await startEmbeddedAws({ rememberedCalls: 2 });
  const client = new SecretsManagerClient(clientSettings(aws));
  for (const MaxResults of [1, 2, 3]) await client.send(new ListSecretsCommand({ MaxResults }));

  expect(aws.calls.map(({ request }) => request)).toEqual([{ MaxResults: 2 }, { MaxResults: 3 }]);

  client.destroy();
  await aws.close();
});
