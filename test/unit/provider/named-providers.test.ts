/** Who is asked for a token: the provider it names, Zoho where it names none. */
import { NamedProviders, providersFrom } from '../../../lib/provider/named-providers.ts';
import { parseProviders } from '../../../lib/provider/provider-settings.ts';
import { Secret } from '../../../lib/secret.ts';
import { ScriptedProvider } from '../../support/core/scripted-provider.ts';
import { ProviderServer } from './provider-server.ts';

const grant = {
  clientId: 'C',
  clientSecret: new Secret('S'),
  refreshToken: new Secret('R'),
  apiDomain: 'https://www.zohoapis.eu',
};
const call = { timeoutMs: 5_000, signal: new AbortController().signal, nowMs: 0 };

let zoho: ScriptedProvider;
let other: ScriptedProvider;
let providers: NamedProviders;
beforeEach(() => {
  zoho = new ScriptedProvider();
  other = new ScriptedProvider();
  providers = new NamedProviders({ zoho, others: { other } });
});
const asked = () => [zoho.refreshes.length, other.refreshes.length];

test.each([
  ['no provider', {}, [1, 0]],
  ['Zoho', { provider: 'zoho' }, [1, 0]],
  ['the other', { provider: 'other' }, [0, 1]],
])('a token of %s', async (_what, named, expected) => {
  expect(await providers.refresh({ ...grant, ...named }, call)).toMatchObject({
    verdict: 'refreshed',
  });
  expect(asked()).toEqual(expected);
  expect(await providers.revoke({ ...grant, ...named }, call)).toBe('revoked');
  expect([zoho.revocations.length, other.revocations.length]).toEqual(expected);
});

test('grant and call are handed on whole', async () => {
  const refresh = jest.spyOn(other, 'refresh');
  const revoke = jest.spyOn(other, 'revoke');
  const named = { ...grant, provider: 'other' };
  await providers.refresh(named, call);
  await providers.revoke(named, call);
  expect(refresh).toHaveBeenCalledWith(named, call);
  expect(revoke).toHaveBeenCalledWith(named, call);
});

test.each(['unknown', 'Zoho', 'OTHER', '', 'constructor', '__proto__', 'toString'])(
  'nobody is asked for a token of %j',
  async (provider) => {
    const named = { ...grant, provider };
    expect(await providers.refresh(named, call)).toEqual({
      verdict: 'client-fault',
      reason: 'unknown-provider',
    });
    expect(await providers.revoke(named, call)).toBe('unavailable');
    expect(asked()).toEqual([0, 0]);
  },
);

test('nothing takes the place of Zoho', async () => {
  providers = new NamedProviders({ zoho, others: { zoho: other } });
  await providers.refresh({ ...grant, provider: 'zoho' }, call);
  await providers.refresh(grant, call);
  expect(asked()).toEqual([2, 0]);
});

test('a deployment configures them: each is asked where its settings say', async () => {
  const [first, second] = [await ProviderServer.start(), await ProviderServer.start()];
  first.reply = { body: '{"access_token":"A1"}' };
  second.reply = { body: '{"access_token":"A2","expires_in":7200}' };
  const settings = parseProviders({
    first: { tokenUrl: `${first.base}/token`, accessTokenSeconds: 300 },
    constructor: { tokenUrl: `${second.base}/token`, clientAuthentication: 'post' },
  });
  providers = providersFrom(settings ?? {}, zoho);

  expect(await providers.refresh({ ...grant, provider: 'first' }, call)).toMatchObject({
    expiresAtMs: 300_000,
  });
  expect(await providers.refresh({ ...grant, provider: 'constructor' }, call)).toMatchObject({
    expiresAtMs: 7_200_000,
  });
  await providers.refresh(grant, call);

  expect([first.asked.length, second.asked.length, zoho.refreshes.length]).toEqual([1, 1, 1]);
  expect(second.asked[0]?.form).toHaveProperty('client_secret', 'S');
  await first.close();
  await second.close();
});
