/** The SDK's FileStore, as its README says to make one. */
import fs from 'node:fs';
import { FileStore } from '@zohocrm/typescript-sdk-8.0';
import type { DyingStore, Home, Subject } from '../../../conformance/src/index.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const fileStoreSubject: Subject = {
  name: 'FileStore',
  create: () => home(),
};

/** The store in another process. */
export function attach(file: string): FileStore {
  return new FileStore(file);
}

function home(): Home {
  const folder = temporaryFolder();
  const file = folder.fileNamed('zoho_tokens.csv');
  const open = () => new FileStore(file);
  return {
    open,
    elsewhere: { module: import.meta.url, address: file },
    atRest: () => ({ text: fs.readFileSync(file, 'utf8'), files: [file] }),
    openUnreachable: () => {
      const store = new FileStore(folder.fileNamed('gone.csv'));
      fs.rmSync(folder.fileNamed('gone.csv'));
      fs.mkdirSync(folder.fileNamed('gone.csv'));
      return store;
    },
    openDying: (write) => openDying(open(), write),
    close: () => folder.remove(),
  };
}

/**
 * FileStore writes by `fs.writeFileSync`, which opens the file, and so empties it, before it
 * writes: a process that is killed in between leaves it empty.
 */
function openDying(store: FileStore, write: number): DyingStore {
  let writes = 0;
  const { writeFileSync } = fs;
  const saveToken = store.saveToken.bind(store);
  store.saveToken = async (token) => {
    fs.writeFileSync = (file) => {
      writes += 1;
      if (writes < write) throw new Error('FileStore has never written twice.');
      fs.closeSync(fs.openSync(file as string, 'w'));
      throw new Error('killed');
    };
    try {
      await saveToken(token);
    } finally {
      fs.writeFileSync = writeFileSync;
    }
  };
  return { store, died: () => writes >= write };
}
