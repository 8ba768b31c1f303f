/** The smallest subject: the SDK's own FileStore, each time in a folder of its own. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileStore } from '@zohocrm/typescript-sdk-8.0';

export const subject = {
  name: 'FileStore',
  create: () => {
    const folder = mkdtempSync(join(tmpdir(), 'file-store-'));
    const file = join(folder, 'tokens.csv');
    return {
      open: () => new FileStore(file),
      elsewhere: { module: import.meta.url, address: file },
      atRest: () => ({ text: readFileSync(file, 'utf8'), files: [file] }),
      close: () => rmSync(folder, { recursive: true }),
    };
  },
};

/** The store in another process, by the address above. */
export const attach = (file) => new FileStore(file);
