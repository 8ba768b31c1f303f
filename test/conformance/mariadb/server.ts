/**
 * A MariaDB server of its own for the SDK's DBStore: data in a folder that is thrown away, on the
 * loopback address and a free port, ended with the run. Uses the programs that are installed.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import mysql from 'mysql';
import { runQuietly, type Server, startServer } from '../../emulators/processes.ts';
import { SetupError } from '../../emulators/setup-error.ts';

const HOST = '127.0.0.1';
const DATABASE = 'zohooauth';
const USER = 'zoho';
const STARTUP_LIMIT_MS = 60_000;
const POLL_MS = 100;
/** Debian keeps servers out of the way of those who are not root. */
const FOLDERS = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/usr/local/sbin'];
/** As Debian configures its servers; the rest is MariaDB's default, strict mode among it. */
const AS_DEBIAN = ['--character-set-server=utf8mb4', '--collation-server=utf8mb4_general_ci'];
/** Nobody needs this data after a power failure. */
const QUICK = ['--skip-log-bin', '--innodb-flush-log-at-trx-commit=0', '--innodb-log-file-size=4M'];

export interface MariaDb {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
  query(sql: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  stop(): Promise<void>;
}

/** @throws SetupError that says what to install, where there is no MariaDB */
export async function startMariaDb(interrupt: AbortSignal): Promise<MariaDb> {
  const installer = programNamed('mariadb-install-db');
  const program = programNamed('mariadbd');
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-mariadb-'));
  const data = join(folder, 'data');
  const user = `--user=${userInfo().username}`;
  const discard = () => rmSync(folder, { recursive: true, force: true });
  try {
    const install = ['--no-defaults', `--datadir=${data}`, user, '--skip-test-db'];
    await runQuietly({ file: installer, args: install, cwd: folder }, interrupt);
    const password = randomBytes(12).toString('hex');
    const setup = join(folder, 'setup.sql');
    writeFileSync(setup, setupSql(password), { mode: 0o600 });
    const port = await freePort();
    const listen = [
      `--bind-address=${HOST}`,
      `--port=${port}`,
      `--socket=${join(folder, 'socket')}`,
    ];
    const args = ['--no-defaults', `--datadir=${data}`, user, `--init-file=${setup}`, ...listen];
    const server = startServer(
      { file: program, args: [...args, ...AS_DEBIAN, ...QUICK], cwd: folder },
      join(folder, 'mariadb.log'),
    );
    const connection = { host: HOST, port, database: DATABASE, user: USER, password };
    const stop = async () => {
      await server.stop();
      discard();
    };
    const query = (sql: string) => queryOnce(connection, sql);
    try {
      await untilAnswers(query, server, interrupt);
    } catch (error) {
      await stop();
      throw error;
    }
    return { ...connection, query, stop };
  } catch (error) {
    discard();
    throw error;
  }
}

function programNamed(name: string): string {
  const found = FOLDERS.map((folder) => join(folder, name)).find(isExecutable);
  if (found !== undefined) return found;
  throw new SetupError(
    `${name} is not installed. DBStore is tried on a real MariaDB: install its server, on Debian\n` +
      'and Ubuntu by `apt-get install --no-install-recommends mariadb-server`, or leave that store\n' +
      'out by `npm run test:conformance -- --store FileStore`, and so for each of the others.',
  );
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The SDK's driver knows the older way to log in only; it shall not meet anonymous users. */
function setupSql(password: string): string {
  return [
    `CREATE DATABASE ${DATABASE};`,
    "DELETE FROM mysql.global_priv WHERE user = '';",
    'FLUSH PRIVILEGES;',
    `CREATE USER '${USER}'@'%' IDENTIFIED VIA mysql_native_password USING PASSWORD('${password}');`,
    `GRANT ALL ON ${DATABASE}.* TO '${USER}'@'%';`,
    '',
  ].join('\n');
}

async function freePort(): Promise<number> {
  const holder = createServer().listen(0, HOST);
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  holder.close();
  return port;
}

function queryOnce(settings: mysql.ConnectionConfig, sql: string) {
  return new Promise<readonly Readonly<Record<string, unknown>>[]>((resolve, reject) => {
    const connection = mysql.createConnection(settings);
    connection.query(sql, (error, rows) => {
      connection.destroy();
      if (error) reject(error);
      else resolve(rows);
    });
  });
}

async function untilAnswers(
  query: MariaDb['query'],
  server: Server,
  interrupt: AbortSignal,
): Promise<void> {
  const deadlineMs = performance.now() + STARTUP_LIMIT_MS;
  for (;;) {
    interrupt.throwIfAborted();
    const lastWords = server.lastWords();
    if (lastWords !== undefined) throw new SetupError(`MariaDB ended at its start:\n${lastWords}`);
    const failure: unknown = await query('select 1').then(
      () => undefined,
      (error: unknown) => error,
    );
    if (failure === undefined) return;
    if (performance.now() > deadlineMs) {
      throw new SetupError(`MariaDB does not answer: ${(failure as Error).message}`);
    }
    await sleep(POLL_MS);
  }
}
