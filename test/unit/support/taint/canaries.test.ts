/** What the detector of secrets finds: whole or cut, in whichever encoding, wherever it stands. */
import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { tokenFromJson } from '../../../../lib/token.ts';
import { lookupKeys } from '../../../../lib/token-index/lookup-key.ts';
import { Canaries } from '../../../support/taint/canaries.ts';

const canaries = new Canaries();
const VALUE = canaries.mint('refresh token');
const AROUND = 'ab: ';

const base64 = (text: string) => Buffer.from(text).toString('base64');

const WAYS: Record<string, (value: string) => string> = {
  'as it is': (value) => value,
  'cut to its first half': (value) => value.slice(0, 24),
  'cut to its last half': (value) => value.slice(-24),
  reversed: (value) => [...value].reverse().join(''),
  base64,
  'in Basic authentication': (value) => base64(`client:${encodeURIComponent(value)}`),
  base64url: (value) => Buffer.from(value).toString('base64url'),
  'in base64 of base64url': (value) => base64(`x${value}y`).replaceAll('+', '-'),
  hex: (value) => Buffer.from(value).toString('hex'),
  'upper-case hex': (value) => Buffer.from(value).toString('hex').toUpperCase(),
  'an inspected Buffer': (value) => inspect(Buffer.from(value)),
  'an inspected array': (value) => inspect(new Uint8Array(Buffer.from(value))),
  'a Buffer as JSON': (value) => JSON.stringify(Buffer.from(value)),
  'URL-encoded': encodeURIComponent,
  'a form': (value) => String(new URLSearchParams({ token: value })),
  'each byte URL-encoded': (value) =>
    Buffer.from(value)
      .toString('hex')
      .replaceAll(/../g, (byte) => `%${byte}`),
  'JSON in JSON in JSON': (value) => JSON.stringify(JSON.stringify(JSON.stringify({ value }))),
  'escaped for JavaScript': (value) =>
    Buffer.from(value)
      .toString('hex')
      .replaceAll(/../g, (byte) => `\\x${byte}`),
  'escaped for HTML': (value) => value.replaceAll('"', '&quot;').replaceAll('<', '&lt;'),
  'its hash': (value) => createHash('sha256').update(value).digest('hex'),
  'its hash in base64': (value) => createHash('sha256').update(value).digest('base64'),
  'the key it is found by': (value) =>
    String(lookupKeys(tokenFromJson({ refreshToken: value })).refresh),
};

test.each(Object.keys(WAYS))('%s', (way) => {
  const text = WAYS[way]?.(VALUE) ?? '';
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      const hits = canaries.hits('log', `${before}${AROUND}${text}${after}`);
      expect(hits).toContainEqual(
        expect.objectContaining({ channel: 'log', kind: 'refresh token' }),
      );
    }),
    { numRuns: 20 },
  );
});

test('base64 is found wherever the value stands in what is encoded', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (before, after) => {
      const hits = canaries.hits('tag', base64(before + VALUE + after));
      expect(hits.map(({ encoding }) => encoding)).toContain('base64');
    }),
  );
});

test('a hit names the encoding, and one that is documented for its channel is none', () => {
  const key = WAYS['the key it is found by']?.(VALUE) ?? '';
  const hit = { channel: 'index', kind: 'refresh token', encoding: 'lookup key' };
  expect(canaries.hits('index', key)).toEqual([hit]);
  expect(canaries.hits('index', key, ['lookup key'])).toEqual([]);
  expect(canaries.hits('index', key + VALUE, ['lookup key'])).not.toEqual([]);
});

test('two canaries with the same beginning are told apart', () => {
  const others = new Canaries();
  others.add('one', 'the same beginning, one');
  others.add('two', 'the same beginning, two');
  expect(others.hits('log', 'same beginning, two').map(({ kind }) => kind)).toEqual(['two']);
});

test('what is no canary is not found', () => {
  fc.assert(fc.property(fc.string(), (text) => expect(canaries.hits('log', text)).toEqual([])));
  const stranger = new Canaries().mint('refresh token');
  for (const way of Object.values(WAYS)) expect(canaries.hits('log', way(stranger))).toEqual([]);
});

test('what is too short to be told from other text is refused', () => {
  expect(() => canaries.add('client secret', 'secret')).toThrow('A client secret of 6 characters.');
});
