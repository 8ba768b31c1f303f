/** What `npm run local` understands. */
import { resolve } from 'node:path';
import { readOptions } from '../../../local/server/options.ts';

test('without options it keeps its data in the project, on its own port', () => {
  expect(readOptions([])).toEqual({
    port: 4599,
    dataDirectory: resolve('.latchkey'),
    store: 'default',
    withZoho: false,
  });
});

test('every option is read', () => {
  const args = '--port 0 --memory --store billing --with-zoho --write-env a.env'.split(' ');
  expect(readOptions(args)).toEqual({
    port: 0,
    store: 'billing',
    withZoho: true,
    envFile: resolve('a.env'),
  });
  expect(readOptions(['--data', 'kept'])).toMatchObject({ dataDirectory: resolve('kept') });
  expect(readOptions(['--help', '--memory'])).toBe('help');
});

test.each([
  [['--port', '65535'], '--port takes a number'],
  [['--port', 'http'], '--port takes a number'],
  [['--memory', '--data', 'kept'], 'exclude each other'],
  [['--prot', '1'], "Unknown option '--prot'"],
  [['4599'], 'Unexpected argument'],
] as const)('%j is refused', (args, message) => {
  expect(() => readOptions(args)).toThrow(message);
});
