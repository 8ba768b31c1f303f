/** The same store deployed again with another setting, and back: the data stays, the setting counts. */
import assert from 'node:assert/strict';
import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import type { TokenJson } from '../../../lib/contract.ts';
import type { FakeZoho } from '../../../local/zoho/fake-zoho-server.ts';
import { logIn } from '../application.ts';
import type { DeployedStore } from '../cdk/deployed-store.ts';
import type { Step } from '../step.ts';

const LONGER_DAYS = 30;

export function upgrade(store: DeployedStore, zoho: FakeZoho): Step {
  return {
    title: 'an upgrade with a changed setting, and back',
    run: async (tell) => {
      const { recoveryWindowDays: former } = store.settings;
      const everything = await allOf(store);
      const checkAllThere = async () => assert.deepEqual(await allOf(store), everything);

      await tell.check(`a deleted token is restorable for ${former} days`, async () => {
        assert.equal(await restorableDays(store, zoho), former);
      });
      await tell.check(`it is deployed again with recoveryWindowDays=${LONGER_DAYS}`, () =>
        store.deploy({ recoveryWindowDays: LONGER_DAYS }),
      );
      await tell.check(`all ${everything.length} tokens are there, unchanged`, checkAllThere);
      await tell.check(`a token that is deleted now is restorable for ${LONGER_DAYS}`, async () => {
        assert.equal(await restorableDays(store, zoho), LONGER_DAYS);
      });
      await tell.check(`it is rolled back to recoveryWindowDays=${former}`, () =>
        store.deploy({ recoveryWindowDays: former }),
      );
      await tell.check(
        `all tokens are there; the next deleted one has ${former} days`,
        async () => {
          await checkAllThere();
          assert.equal(await restorableDays(store, zoho), former);
        },
      );
    },
  };
}

/** Of a token that is saved and deleted for the purpose. */
async function restorableDays({ client, stored }: DeployedStore, zoho: FakeZoho): Promise<number> {
  const { id } = await client.saveToken({ token: await logIn(zoho, 'john') });
  const { secretArn } = await stored.row(id);
  await client.deleteToken({ id });
  const { DeletedDate } = await stored.secretsManager.send(
    new DescribeSecretCommand({ SecretId: secretArn }),
  );
  return Math.round(((DeletedDate?.getTime() ?? 0) - Date.now()) / 86_400_000);
}

async function allOf({ client }: DeployedStore): Promise<TokenJson[]> {
  const tokens: TokenJson[] = [];
  for await (const token of client.allTokens()) tokens.push(token);
  return tokens.sort((a, b) => String(a.id).localeCompare(String(b.id)));
}
