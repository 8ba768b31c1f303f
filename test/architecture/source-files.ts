/** The project's own sources as text: what each file imports, and its code without comments. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..');

export interface Import {
  /** As it is written: `../secret.ts`, `node:crypto`, `valibot`. */
  readonly from: string;
  /** The file of the project that it leads to, from the root; undefined for a package. */
  readonly file?: string;
  /** A type leaves no code behind. */
  readonly typeOnly: boolean;
}

export interface SourceFile {
  /** From the root, with slashes: `lib/secret.ts`. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

/** Every TypeScript file under a folder of the project. */
export function sourcesUnder(...folders: readonly string[]): SourceFile[] {
  return folders
    .flatMap((folder) => readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort()
    .map(sourceFile);
}

export function sourceFile(path: string): SourceFile {
  const text = readFileSync(join(ROOT, path), 'utf8');
  return { path, text, imports: importsOf(path, text) };
}

/** Static and dynamic imports, and exports from elsewhere. A test holds this against esbuild. */
const IMPORT =
  /^(?:import|export)\s+(type\s+)?([^'";]*?)\s*from\s+'([^']+)'|^import\s+'([^']+)'|\bimport\(\s*'([^']+)'/gm;

function importsOf(path: string, text: string): Import[] {
  return [...withoutComments(text).matchAll(IMPORT)].map(([, type, names, from, bare, lazy]) => {
    const specifier = from ?? bare ?? lazy ?? '';
    const typeOnly = type !== undefined || (from !== undefined && onlyTypes(names ?? ''));
    if (!specifier.startsWith('.')) return { from: specifier, typeOnly };
    const file = posix.normalize(posix.join(dirname(path), specifier));
    return { from: specifier, file, typeOnly };
  });
}

/** `{ type A, type B }`: nothing of it is left at run time. */
function onlyTypes(names: string): boolean {
  const listed = /^\{([^}]*)\}$/s
    .exec(names)?.[1]
    ?.split(',')
    .map((name) => name.trim());
  return listed?.every((name) => name === '' || name.startsWith('type ')) ?? false;
}

/** The code alone: a rule about what is called must not trip over what is explained. */
export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|(?<=^|[\s;{(,])\/\/.*$/gm, '');
}

/** The comment that a file starts with; a program's first line is for the shell. */
export function headerOf({ text }: SourceFile): string {
  return /^(?:#!.*\n)?(\/\*\*[\s\S]*?\*\/)/.exec(text)?.[1] ?? '';
}
