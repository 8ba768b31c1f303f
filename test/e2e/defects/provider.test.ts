/**
 * Defects of the SDK's token requests, below the front door: waiting for a server that hangs, and
 * the addresses of data centres the SDK does not know, cannot be tried through it.
 */
import { DataCenter } from '@zohocrm/typescript-sdk-8.0';
import { ZOHO_DATA_CENTRES } from '../../../lib/provider/zoho-data-centres.ts';
import { ZohoProvider } from '../../../lib/provider/zoho-provider.ts';
import { Secret } from '../../../lib/secret.ts';
import { type FakeZoho, startFakeZoho } from '../../../local/zoho/fake-zoho-server.ts';
import { MemoryStore } from '../../support/core/memory-store.ts';

const grant = {
  clientId: 'C',
  clientSecret: new Secret('S'),
  refreshToken: new Secret('R'),
};

let zoho: FakeZoho;
beforeEach(async () => {
  zoho = await startFakeZoho();
});
afterEach(async () => {
  jest.restoreAllMocks();
  await zoho.close();
});

test('#14 a find does not wait for a Zoho that hangs: it answers with what is stored', async () => {
  const here = { accountsUrl: zoho.base, apiDomain: zoho.base };
  const provider = new ZohoProvider({ dataCentres: { here }, defaultDataCentre: here });
  const store = new MemoryStore();
  const allowed: number[] = [];
  store.scripted.answers(async (call) => {
    allowed.push(call.timeoutMs);
    const hangsUp = new AbortController();
    zoho.whenHeld(1).then(() => hangsUp.abort());
    return provider.refresh(grant, { ...call, signal: hangsUp.signal });
  });
  zoho.failNext({ kind: 'timeout' });
  const container = store.container();
  const token = { clientId: 'C', clientSecret: 'S', refreshToken: 'R', accessToken: 'A' };
  const expiresAt = store.clock.nowMs() + 1_000;
  const { id } = await container.save({ userName: 'hung-14', ...token, expiresAt });

  expect(await container.findById(id)).toMatchObject({ id, ...token, expiresAt });

  expect(allowed).toEqual([5_000]);
  expect(zoho.counters.tokenPosts).toEqual({ refresh_token: 1 });
});

test('#14 the time that a token request is given is kept: a server that hangs is left', async () => {
  const here = { accountsUrl: zoho.base, apiDomain: zoho.base };
  const provider = new ZohoProvider({ dataCentres: { here }, defaultDataCentre: here });
  zoho.failNext({ kind: 'timeout', times: 2 });
  zoho.failNext({ on: 'revoke', kind: 'timeout' });
  const call = { timeoutMs: 1, signal: new AbortController().signal, nowMs: 0 };

  expect(await provider.refresh(grant, call)).toEqual({ verdict: 'outage', reason: 'no-answer' });
  expect(await provider.revoke(grant, call)).toBe('unavailable');
});

test.each([
  ['uk', 'https://www.zohoapis.uk', 'https://accounts.zoho.uk/oauth/v2/token', false],
  ['ae', 'https://www.zohoapis.ae', 'https://accounts.zoho.ae/oauth/v2/token', false],
  ['sa', 'https://www.zohoapis.sa', 'https://accounts.zoho.sa/oauth/v2/token', true],
  ['ca', 'https://www.zohoapis.ca', 'https://accounts.zohocloud.ca/oauth/v2/token', true],
  ['ca', 'https://sandbox.zohoapis.ca', 'https://accounts.zohocloud.ca/oauth/v2/token', true],
  ['eu', 'https://developer.zohoapis.eu', 'https://accounts.zoho.eu/oauth/v2/token', true],
])(
  '#23 a token of the %s data centre (%s) is refreshed there',
  async (_, apiDomain, url, known) => {
    const asked: string[] = [];
    jest.spyOn(globalThis, 'fetch').mockImplementation(async (address) => {
      asked.push(String(address));
      return Response.json({ access_token: 'A', api_domain: apiDomain, expires_in: 3600 });
    });
    const provider = new ZohoProvider({
      dataCentres: ZOHO_DATA_CENTRES,
      defaultDataCentre: ZOHO_DATA_CENTRES.us,
    });
    const call = { timeoutMs: 1_000, signal: new AbortController().signal, nowMs: 0 };

    const verdict = await provider.refresh({ ...grant, apiDomain }, call);

    expect(asked).toEqual([url]);
    expect(verdict).toMatchObject({ verdict: 'refreshed', apiDomain });
    expect((await DataCenter.get(apiDomain)) !== null).toBe(known);
  },
);
