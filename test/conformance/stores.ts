/** The stores that are tried, in the order of the table. */
import type { Subject } from '../../conformance/src/index.ts';
import { buildBundles } from '../../infra/bundling/build-bundles.ts';
import { articleListSubject, articleSqliteSubject } from './subjects/article-stores.ts';
import { dbStoreSubject } from './subjects/db-store.ts';
import { fileStoreSubject } from './subjects/file-store.ts';
import { latchkeySubject } from './subjects/latchkey.ts';

/** The one that has to pass every check. */
export const OURS = 'Latchkey';

type MakeSubject = (interrupt: AbortSignal) => Subject | Promise<Subject>;

export const STORES: Readonly<Record<string, MakeSubject>> = {
  FileStore: () => fileStoreSubject,
  DBStore: dbStoreSubject,
  "article's SQLite": () => articleSqliteSubject,
  "article's list": () => articleListSubject,
  [OURS]: async () => {
    await buildBundles();
    return latchkeySubject();
  },
};
