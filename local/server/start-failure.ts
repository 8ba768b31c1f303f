/** Pure: why the local server did not start, in words that say what to do. */
import { SettingError } from '../../infra/store-settings.ts';
import type { LocalServerOptions } from './options.ts';

interface SystemError extends Error {
  readonly code?: string;
  readonly port?: number;
  readonly path?: string;
  readonly syscall?: string;
}

const REFUSED_BY_THE_FILE_SYSTEM = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'];

/** Undefined for what is no failure of the machine's: a bug. */
export function explainStartFailure(
  error: SystemError,
  options: LocalServerOptions,
): string | undefined {
  const { dataDirectory: data, envFile } = options;
  const cause = error.cause as SystemError | undefined;
  if (error.code === 'EADDRINUSE') {
    return `Port ${error.port} is taken. Choose another one: npm run local -- --port N`;
  }
  if (cause?.code === 'LEVEL_LOCKED') {
    return `${data} is in use by another local server. Stop that one, or give --data or --memory.`;
  }
  if (envFile !== undefined && error.path === envFile) {
    return `The environment cannot be written to ${envFile} (${error.code}). Give another --write-env.`;
  }
  if (error.syscall === 'mkdir' || REFUSED_BY_THE_FILE_SYSTEM.includes(error.code ?? '')) {
    return `The data cannot be kept in ${data} (${error.code}). Give another --data, or --memory.`;
  }
  return error instanceof SettingError ? error.message : undefined;
}
