/** The stores of Zoho's article on custom token persistence, re-created in TypeScript. */
import { readFileSync } from 'node:fs';
import type { Home, Subject } from '../../../conformance/src/index.ts';
import { ArticleListStore } from '../recreations/article-list-store.ts';
import { ArticleSqliteStore } from '../recreations/article-sqlite-store.ts';
import { SqliteEngine } from '../recreations/sqlite-engine.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const articleSqliteSubject: Subject = {
  name: "article's SQLite",
  create: () => sqliteHome(),
};

/** Each process has a list of its own: there is nothing to read at rest, and nothing to reach. */
export const articleListSubject: Subject = {
  name: "article's list",
  create: () => ({ open: () => new ArticleListStore() }),
};

/** The SQLite store in another process. */
export function attach(file: string): ArticleSqliteStore {
  return new ArticleSqliteStore(new SqliteEngine(file));
}

function sqliteHome(): Home {
  const folder = temporaryFolder();
  const file = folder.fileNamed('zohooauth.db');
  return {
    open: () => attach(file),
    elsewhere: { module: import.meta.url, address: file },
    atRest: () => ({ text: readFileSync(file, 'latin1'), files: [file] }),
    openUnreachable: () => {
      const gone = temporaryFolder();
      const store = attach(gone.fileNamed('zohooauth.db'));
      gone.remove();
      return store;
    },
    // The two statements of its constructor do not count: nothing is saved by them.
    openDying: (write) => {
      const engine = new SqliteEngine(file, write + 1);
      return { store: new ArticleSqliteStore(engine), died: () => engine.isDead };
    },
    close: () => folder.remove(),
  };
}
