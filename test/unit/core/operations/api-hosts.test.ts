/** Where an application sends an access token: who may only save cannot send it to a host of theirs. */
import { trustedApiHosts } from '../../../../lib/provider/api-hosts.ts';
import { ZOHO_DATA_CENTRES } from '../../../../lib/provider/zoho-data-centres.ts';
import { type Container, MemoryStore } from '../../../support/core/memory-store.ts';
import { tokenOf } from '../../../support/core/tokens.ts';

const EU = 'https://www.zohoapis.eu';
const STRANGERS = [
  'https://evil.example',
  'http://www.zohoapis.eu',
  'https://www.zohoapis.eu.evil.example',
  'https://user:password@www.zohoapis.eu',
  'https://www.zohoapis.eu:8443',
  'https://www.zohoapis.eu/crm?',
  'http://169.254.169.254',
  'javascript:alert(1)',
];

let container: Container;
beforeEach(() => {
  container = new MemoryStore().container();
});

describe.each(STRANGERS)('%s', (apiDomain) => {
  test('does not become the host of a token that is stored', async () => {
    const { id } = await container.save(tokenOf('ann'));
    await container.save({ userName: 'ann', apiDomain });
    await container.save({ id, accessToken: 'newer', apiDomain });
    expect(await container.findById(id)).toMatchObject({ accessToken: 'newer', apiDomain: EU });
    expect(await container.accessToken({ id })).toMatchObject({ apiDomain: EU });
  });

  test('is not waiting for a login either', async () => {
    const { id } = await container.save(tokenOf('ann', { apiDomain }));
    const { apiDomain: _dropped, ...login } = tokenOf('ann', { accessToken: 'of the login' });
    await container.save(login);
    expect(await container.findById(id)).toEqual({ id, ...login });
    expect(await container.accessToken({ id })).toMatchObject({ apiDomain: null });
  });
});

test.each([
  ['another data centre', 'https://www.zohoapis.in'],
  ['a sandbox', 'https://sandbox.zohoapis.com'],
  ['other letter case and a slash', 'https://WWW.zohoapis.com/'],
])('%s is kept as it was given', async (_what, apiDomain) => {
  const { id } = await container.save(tokenOf('ann', { apiDomain }));
  expect(await container.findById(id)).toMatchObject({ apiDomain });
});

test('a data centre of the deployment is as good', () => {
  const ours = { accountsUrl: 'https://accounts.ours', apiDomain: 'https://api.ours' };
  const trusts = trustedApiHosts({ ...ZOHO_DATA_CENTRES, ours });
  expect(trusts({ apiDomain: 'https://api.ours', provider: 'zoho' })).toBe(true);
  expect(trusts({ apiDomain: 'https://api.other', provider: 'zoho' })).toBe(false);
});

test("a token of another provider may name any host, and its provider's name need not come again", async () => {
  const store = new MemoryStore();
  store.policies = { ...store.policies, ofProvider: { other: store.policies.standard } };
  container = store.container();
  const provider = 'other';
  const { id } = await container.save(tokenOf('ann', { provider, apiDomain: 'https://a.other' }));
  await container.save({ id, apiDomain: 'https://b.other' });
  expect(await container.findById(id)).toMatchObject({ provider, apiDomain: 'https://b.other' });
});
