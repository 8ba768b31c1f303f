/** A second store in the same account, by a stack of its own: neither meets the other. */
import assert from 'node:assert/strict';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { HousekeepingReport } from '../../../lib/housekeeping/housekeeping-report.ts';
import type { FakeZoho } from '../../../local/zoho/fake-zoho-server.ts';
import { logIn } from '../application.ts';
import type { DeployedStore } from '../cdk/deployed-store.ts';
import type { Step } from '../step.ts';

export function secondStore(first: DeployedStore, second: DeployedStore, zoho: FakeZoho): Step {
  const { store: name, stage } = second.settings;
  return {
    title: `npm run deploy: a second store, ${name}, stage ${stage}`,
    run: async (tell) => {
      const tokensOfFirst = await userNames(first);
      await tell.check('it is deployed as a stack of its own', () => second.deploy());
      await tell.check('it is empty', async () => {
        assert.deepEqual((await second.client.getTokens()).tokens, []);
      });
      const byUser = { token: { userName: 'ann' } };
      const { token: inFirst } = await first.client.findToken(byUser);
      const token = await logIn(zoho, 'ann');
      const { id } = await second.client.saveToken({ token });
      await second.client.saveToken({ token: await logIn(zoho, 'lou') });
      await tell.check('the same user has a token in each, and finds the right one', async () => {
        assert.notEqual(id, inFirst?.id);
        assert.deepEqual(await first.client.findToken(byUser), { token: inFirst });
        assert.deepEqual(await second.client.findToken(byUser), { token: { id, ...token } });
      });
      await tell.check("neither finds the other's, by id, by token, or in the list", async () => {
        const { refreshToken = '' } = token;
        const nothing = { token: null };
        assert.deepEqual(await first.client.findTokenById({ id }), nothing);
        assert.deepEqual(await first.client.findToken({ token: { refreshToken } }), nothing);
        assert.deepEqual(await second.client.findTokenById({ id: inFirst?.id ?? '' }), nothing);
        assert.deepEqual(await userNames(first), tokensOfFirst);
        assert.deepEqual(await userNames(second), ['ann', 'lou']);
      });
      await tell.check(
        "each one's housekeeper counts its own, and has nothing to mend",
        async () => {
          for (const store of [first, second]) {
            const { findings, checked } = await housekeepingReport(store);
            const found = Object.entries(findings).filter(([, count]) => count > 0);
            assert.deepEqual(found, [], store.settings.store);
            assert.equal(checked.active, (await userNames(store)).length);
            assert.equal(checked.secrets, checked.rows, 'a secret for each of its rows, no other');
          }
        },
      );
      await tell.check('deleteTokens of the second logs nobody out of the first', async () => {
        await second.client.deleteTokens();
        assert.deepEqual(await userNames(second), []);
        assert.deepEqual(await userNames(first), tokensOfFirst);
      });
    },
  };
}

async function userNames({ client }: DeployedStore): Promise<string[]> {
  const names: string[] = [];
  for await (const { userName = '' } of client.allTokens()) names.push(userName);
  return names.sort();
}

async function housekeepingReport(store: DeployedStore): Promise<HousekeepingReport> {
  const { HousekeeperFunctionName } = await store.outputs();
  const { Payload, FunctionError } = await store.lambda.send(
    new InvokeCommand({
      FunctionName: HousekeeperFunctionName,
      Payload: JSON.stringify({ mode: 'report' }),
    }),
  );
  assert.equal(FunctionError, undefined);
  return JSON.parse(Buffer.from(Payload ?? []).toString()) as HousekeepingReport;
}
