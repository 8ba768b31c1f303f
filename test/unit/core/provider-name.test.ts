/** The provider that a saved token names is a name, or the request is refused. */
import { parseSaveToken } from '../../../lib/requests.ts';

const save = (provider: unknown) => () => parseSaveToken({ token: { accessToken: 'A', provider } });

test.each(['zoho', 'keycloak', 'a', 'a-2'])('%s is one', (provider) => {
  expect(save(provider)().token.provider).toBe(provider);
});

test('null is as good as none', () => {
  expect(save(null)().token).not.toHaveProperty('provider');
});

test.each(['', 'Zoho', '-a', '2a', 'a b', 'a/b', '__proto__', 'x'.repeat(33), 7, {}, ['zoho']])(
  '%j is none',
  (provider) => {
    expect(save(provider)).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }));
  },
);
