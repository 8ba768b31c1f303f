/** What users import: its names are listed here, so that none changes unnoticed, and each is explained. */
import { type SourceFile, sourceFile } from './source-files.ts';

const PUBLIC = {
  'lib/contract.ts': [
    'DeleteTokenResult',
    'DeleteTokensResult',
    'ErrorCode',
    'ErrorJson',
    'FUNCTION_OF_OPERATION',
    'FindTokenByIdResult',
    'FindTokenResult',
    'GetAccessTokenResult',
    'GetTokensResult',
    'OperationName',
    'Operations',
    'RestoreTokensResult',
    'SaveTokenResult',
    'TokenJson',
  ],
  'lib/client/latchkey-client.ts': ['LatchkeyClient', 'LatchkeyClientOptions'],
  'lib/client/zoho-token-store.ts': ['ZohoTokenStore'],
  'infra/token-store.ts': ['TokenStore', 'TokenStoreProps'],
} as const;

interface Export {
  readonly name: string;
  /** The lines before it. */
  readonly before: string;
}

const DECLARATION =
  /^export (?:declare |abstract |async )*(?:interface|type|class|function\*?|const) (\w+)/gm;
const LIST = /^export (?:type )?(?:\{|\*|default)/m;

function exportsOf({ text }: SourceFile): Export[] {
  return [...text.matchAll(DECLARATION)].map(({ 1: name = '', index }) => ({
    name,
    before: text.slice(0, index).trimEnd(),
  }));
}

describe.each(Object.entries(PUBLIC))('%s', (path, names) => {
  const source = sourceFile(path);
  const exported = exportsOf(source);

  test('exports exactly these names', () => {
    expect(exported.map(({ name }) => name).sort()).toEqual([...names].sort());
    expect(source.text).not.toMatch(LIST);
  });

  test('explains each of them', () => {
    const silent = exported.filter(({ before }) => !before.endsWith('*/') || isHeader(before));
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  test('explains each public method', () => {
    expect(silentMethods(source)).toEqual([]);
  });
});

test.each(['infra/token-store.ts', 'infra/store-settings.ts'])(
  '%s explains each member of what an application sets and gets',
  (path) => {
    const lines = sourceFile(path).text.split('\n');
    const silent = lines.flatMap((line, index) => {
      const name = /^ {2}readonly ([a-z]\w*)\??:/.exec(line)?.[1];
      return name === undefined || lines[index - 1]?.trimEnd().endsWith('*/') ? [] : [name];
    });
    expect(silent).toEqual([]);
  },
);

/** The comment that explains the file is not the one that explains its first declaration. */
function isHeader(before: string): boolean {
  return before.startsWith('/**') && before.indexOf('*/') === before.length - 2;
}

/** Methods of exported classes that have neither a comment nor one that they inherit. */
function silentMethods({ text }: SourceFile): string[] {
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    const name = /^ {2}(?:static |async |\*)*([a-z]\w*)(?:<.*)?\(/.exec(line)?.[1];
    if (name === undefined || name === 'constructor') return [];
    return lines[index - 1]?.trimEnd().endsWith('*/') ? [] : [name];
  });
}
