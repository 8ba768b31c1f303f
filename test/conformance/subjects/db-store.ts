/** The SDK's DBStore on a MariaDB, with the table that its README says to create. */
import { DBStore } from '@zohocrm/typescript-sdk-8.0';
import type { Home, Subject } from '../../../conformance/src/index.ts';
import { breakingConnection } from '../mariadb/breaking-connection.ts';
import { type MariaDb, startMariaDb } from '../mariadb/server.ts';

const COLUMNS = [
  'id varchar(10) not null',
  'user_name varchar(255)',
  'client_id varchar(255)',
  'client_secret varchar(255)',
  'refresh_token varchar(255)',
  'access_token varchar(255)',
  'grant_token varchar(255)',
  'expiry_time varchar(20)',
  'redirect_url varchar(255)',
  'api_domain varchar(255)',
  'primary key (id)',
].join(', ');
/** Nobody listens there. */
const CLOSED_PORT = 9;

type Address = Pick<MariaDb, 'host' | 'port' | 'database' | 'user' | 'password'> & {
  readonly table: string;
};

/** The store in another process. */
export function attach(address: string): DBStore {
  return open(JSON.parse(address) as Address);
}

function open({ host, database, table, user, password, port }: Address): DBStore {
  return new DBStore(host, database, table, user, password, port);
}

export function dbStoreSubject(interrupt: AbortSignal): Subject {
  let server: Promise<MariaDb> | undefined;
  let tables = 0;
  return {
    name: 'DBStore',
    create: async () => {
      server ??= startMariaDb(interrupt);
      tables += 1;
      return home(await server, `oauthtoken_${tables}`);
    },
    close: async () => (await server)?.stop(),
  };
}

async function home(server: MariaDb, table: string): Promise<Home> {
  await server.query(`create table ${table} (${COLUMNS})`);
  const { host, port, database, user, password } = server;
  const address: Address = { host, port, database, user, password, table };
  const cleanups: (() => Promise<unknown>)[] = [];
  return {
    open: () => open(address),
    elsewhere: { module: import.meta.url, address: JSON.stringify(address) },
    atRest: async () => ({ text: JSON.stringify(await server.query(`select * from ${table}`)) }),
    openUnreachable: () => open({ ...address, port: CLOSED_PORT }),
    openDying: async (write) => {
      const connection = await breakingConnection(port, write);
      cleanups.push(connection.close);
      return { store: open({ ...address, port: connection.port }), died: connection.isBroken };
    },
    close: async () => {
      for (const cleanUp of cleanups) await cleanUp();
      await server.query(`drop table ${table}`);
    },
  };
}
