/** The eight operations through the deployed functions, as an application calls them. */
import assert from 'node:assert/strict';
import type { TokenJson } from '../../../lib/contract.ts';
import type { FakeZoho } from '../../../local/zoho/fake-zoho-server.ts';
import { logIn, minutesFromNow } from '../application.ts';
import type { DeployedStore } from '../cdk/deployed-store.ts';
import type { Step, Teller } from '../step.ts';

interface Stage {
  readonly store: DeployedStore;
  readonly zoho: FakeZoho;
  readonly tell: Teller;
}

export function operations(store: DeployedStore, zoho: FakeZoho): Step {
  return {
    title: 'the operations, through the deployed functions',
    run: async (tell) => {
      const stage = { store, zoho, tell };
      await saveAndFind(stage);
      await accessTokens(stage);
      await deleteAndRestore(stage);
      await logOutEverybody(stage);
    },
  };
}

async function saveAndFind({ store: { client }, zoho, tell }: Stage): Promise<void> {
  const token = await logIn(zoho, 'ann');
  let id = '';
  await tell.check('saveToken stores a token, and a second save of it nothing', async () => {
    const saved = await client.saveToken({ token });
    assert.equal(saved.created, true);
    assert.match(saved.id, /^[0-9a-f]{32}$/);
    assert.deepEqual(await client.saveToken({ token }), { id: saved.id, created: false });
    id = saved.id;
  });
  const whole = { token: { id, ...token } };
  const { userName, clientId, accessToken, grantToken, refreshToken } = token;
  const ways: readonly TokenJson[] = [
    { userName },
    { userName, clientId },
    { accessToken },
    { grantToken },
    { refreshToken },
  ].map((way) => JSON.parse(JSON.stringify(way)) as TokenJson);
  await tell.check(
    'findToken finds it whole by user, client, access, grant and refresh',
    async () => {
      for (const way of ways) assert.deepEqual(await client.findToken({ token: way }), whole);
    },
  );
  await tell.check('findTokenById finds it too, and what is not there is null', async () => {
    assert.deepEqual(await client.findTokenById({ id }), whole);
    assert.deepEqual(await client.findTokenById({ id: 'f'.repeat(32) }), { token: null });
    assert.deepEqual(await client.findToken({ token: { userName: 'nobody' } }), { token: null });
  });
  await tell.check('getTokens lists every token once, page by page', async () => {
    for (const user of ['bob', 'cid']) {
      await client.saveToken({ token: await logIn(zoho, user) });
    }
    const users: (string | undefined)[] = [];
    for await (const one of client.allTokens({ limit: 1 })) users.push(one.userName);
    assert.deepEqual(users.sort(), ['ann', 'bob', 'cid']);
  });
}

async function accessTokens({ store: { client }, zoho, tell }: Stage): Promise<void> {
  await tell.check('getAccessToken hands out a valid token as it is', async () => {
    const asked = zoho.counters.tokenPosts['refresh_token'] ?? 0;
    const { accessToken, tokenId } = await client.getAccessToken({ userName: 'ann' });
    const { token } = await client.findTokenById({ id: tokenId });
    assert.equal(accessToken, token?.accessToken);
    assert.equal(zoho.counters.tokenPosts['refresh_token'] ?? 0, asked);
  });
  await tell.check(
    'ten callers at once meet an expired one: the provider is asked once',
    async () => {
      const token = await logIn(zoho, 'dora', { expiresAt: minutesFromNow(-1) });
      await client.saveToken({ token });
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => client.getAccessToken({ userName: 'dora' })),
      );
      assert.equal(new Set(answers.map(({ accessToken }) => accessToken)).size, 1);
      assert.notEqual(answers[0]?.accessToken, token.accessToken);
      assert.equal(zoho.refreshesOf(token.refreshToken ?? ''), 1);
      const response = await fetch(`${zoho.base}/crm/v8/users`, {
        headers: { authorization: `Zoho-oauthtoken ${answers[0]?.accessToken}` },
      });
      assert.equal(response.status, 200);
    },
  );
}

async function deleteAndRestore({ store: { client }, tell }: Stage): Promise<void> {
  const bob = { token: { userName: 'bob' } };
  const { token } = await client.findToken(bob);
  const id = token?.id ?? '';
  await tell.check('deleteToken deletes it, once; a late save does not bring it back', async () => {
    assert.deepEqual(await client.deleteToken({ id }), { deleted: true });
    assert.deepEqual(await client.deleteToken({ id }), { deleted: false });
    assert.deepEqual(await client.findToken(bob), { token: null });
    await assert.rejects(client.saveToken({ token: { id, accessToken: 'late' } }), {
      code: 'TOKEN_NOT_FOUND',
    });
  });
  await tell.check('restoreTokens brings it back whole', async () => {
    assert.deepEqual(await client.restoreTokens({ id }), { restored: [id], skipped: [] });
    assert.deepEqual(await client.findToken(bob), { token });
  });
}

async function logOutEverybody({ store: { client }, tell }: Stage): Promise<void> {
  const users = ['ann', 'bob', 'cid', 'dora'];
  const found = () =>
    Promise.all(users.map(async (userName) => client.findToken({ token: { userName } })));
  const before = await found();
  await tell.check('deleteTokens logs everybody out at once', async () => {
    assert.deepEqual(await client.deleteTokens(), {});
    assert.deepEqual(
      await found(),
      users.map(() => ({ token: null })),
    );
    assert.deepEqual((await client.getTokens()).tokens, []);
  });
  await tell.check('restoreTokens takes a mistaken one back', async () => {
    const { restored } = await client.restoreTokens({ lastLogout: true });
    assert.equal(restored.length, users.length);
    assert.deepEqual(await found(), before);
  });
}
