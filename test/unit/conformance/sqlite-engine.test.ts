/** The SQLite that stands for the article's: what it lacks, and that the detour means the same. */
import { SqliteEngine } from '../../conformance/recreations/sqlite-engine.ts';
import { temporaryFolder } from '../../conformance/subjects/temporary-folder.ts';

const folder = temporaryFolder();
const engine = new SqliteEngine(folder.fileNamed('test.db'));
beforeAll(() => {
  engine.run('create table t (name text, value text)');
  for (const name of ['a', 'b', 'b']) engine.run('insert into t values (?, ?)', [name, 'old']);
});
afterAll(() => folder.remove());

const values = () => engine.all('select value from t order by rowid').map(({ value }) => value);

test("#53 SQLite's usual build refuses the article's update, so none of its saves succeeds there", () => {
  expect(() => engine.run("update t set value='new' where name='b' limit 1")).toThrow(
    'near "limit": syntax error',
  );
});

test('the detour changes one row and counts it', () => {
  expect(engine.updateOne('t', "value='new'", "where name='b'")).toBe(1);
  expect(values()).toEqual(['old', 'new', 'old']);
  expect(engine.updateOne('t', "value='new'", "where name='c'")).toBe(0);
});

test('what is rehearsed is taken back', () => {
  engine.rehearse('delete from t');
  expect(values()).toHaveLength(3);
});
