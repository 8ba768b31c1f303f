/** Pure: why the local server did not start, in words that say what to do. */
import type { LocalServerOptions } from './options.ts';

interface SystemError extends Error {
  readonly code?: string;
  readonly port?: number;
}

/** Undefined for what is no failure of the machine's: a bug. */
export function explainStartFailure(
  error: SystemError,
  options: LocalServerOptions,
): string | undefined {
  const data = options.dataDirectory;
  const cause = error.cause as SystemError | undefined;
  if (error.code === 'EADDRINUSE') {
    return `Port ${error.port} is taken. Choose another one: npm run local -- --port N`;
  }
  if (cause?.code === 'LEVEL_LOCKED') {
    return `${data} is in use by another local server. Stop that one, or give --data or --memory.`;
  }
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(error.code ?? '')) {
    return `The data cannot be kept in ${data} (${error.code}). Give another --data, or --memory.`;
  }
  return error.message.startsWith('The setting ') ? error.message : undefined;
}
