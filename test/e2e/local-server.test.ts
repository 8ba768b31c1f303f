/** `npm run local` as a developer uses it: from another process, by what it prints. */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LatchkeyClient } from '../../lib/client/latchkey-client.ts';
import { QUIET_SDK } from '../../local/quiet-sdk.ts';
import { RunningProgram } from '../support/running-program.ts';
import { Canaries } from '../support/taint/canaries.ts';

const canaries = new Canaries();
const TOKEN = {
  userName: 'ada@zylker.com:7000',
  refreshToken: canaries.mint('refresh token'),
};

jest.setTimeout(240_000);

const environmentBefore = process.env;
let directory: string;
let servers: RunningProgram[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'local-server-test-'));
  servers = [];
});

afterEach(async () => {
  process.env = environmentBefore;
  for (const server of servers) server.signal('SIGTERM');
  await Promise.all(servers.map((server) => server.ended));
  const printed = servers.map(({ stdout, stderr }) => stdout + stderr).join('\n');
  expect(canaries.hits('the local server', printed)).toEqual([]);
  rmSync(directory, { recursive: true, force: true });
});

function launch(...args: string[]): RunningProgram {
  const server = new RunningProgram('local/main.ts', args);
  servers.push(server);
  return server;
}

async function start(...args: string[]): Promise<RunningProgram> {
  const server = launch(...args);
  await server.printed(/What the functions log/);
  return server;
}

function exported({ stdout }: RunningProgram): Record<string, string> {
  return Object.fromEntries(
    [...stdout.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
}

/** A client that knows nothing but what the server printed. */
function clientOf(server: RunningProgram): LatchkeyClient {
  process.env = { ...QUIET_SDK, ...exported(server) };
  return LatchkeyClient.fromEnvironment();
}

test('an application with the printed environment works, and its tokens survive a restart', async () => {
  const data = join(directory, 'data');
  const first = await start('--port', '0', '--data', data);
  const { id } = await clientOf(first).saveToken({ token: TOKEN });
  first.signal('SIGTERM');
  expect(await first.ended).toBe(0);

  const second = await start('--port', '0', '--data', data);
  const { token } = await clientOf(second).findToken({ token: { userName: TOKEN.userName } });

  expect(token).toMatchObject({ id, ...TOKEN });
  expect(first.stderr + second.stderr).toBe('');
});

test('the functions log as they are called', async () => {
  const server = await start('--port', '0', '--memory', '--store', 'billing');
  await clientOf(server).findTokenById({ id: 'unknown' });

  const [, line = ''] = await server.printed(/^latchkey-billing-find-token-by-id {2}(\{.*\})$/m);
  expect(JSON.parse(line)).toMatchObject({ operation: 'findTokenById', outcome: 'ok' });
});

test('--write-env has what is printed', async () => {
  const envFile = join(directory, 'latchkey.env');
  const server = await start('--port', '0', '--memory', '--write-env', envFile);

  const lines = readFileSync(envFile, 'utf8').trimEnd().split('\n');
  const environment = exported(server);
  expect(Object.fromEntries(lines.map((line) => line.split('=')))).toEqual(environment);
  // Python's SDK does not read AWS_REGION.
  expect(environment['AWS_DEFAULT_REGION']).toBe(environment['AWS_REGION']);
});

test('a SIGHUP rebuilds the functions, and the tokens are still there', async () => {
  const server = await start('--port', '0', '--memory');
  const client = clientOf(server);
  const { id } = await client.saveToken({ token: TOKEN });
  server.signal('SIGHUP');
  await server.printed(/^Rebuilt/m);

  expect((await client.findTokenById({ id })).token).toMatchObject(TOKEN);
  await server.printed(/"operation":"findTokenById".*"coldStart":true/);
});

test('with the stand-in for Zoho a user logs in and tokens are refreshed without a network', async () => {
  const server = await start('--port', '0', '--memory', '--with-zoho');
  const { client, granted, id } = await logIn(server, 1_000);

  const { accessToken } = await client.getAccessToken({ id });

  expect(accessToken).not.toBe(granted['access_token']);
  const response = await fetch(`${exported(server)['ZOHO_URL']}/crm/v8/users`, {
    headers: { authorization: `Zoho-oauthtoken ${accessToken}` },
  });
  expect(await response.json()).toMatchObject({ users: [{ email: 'ada@zylker.com' }] });
});

test('tokens are refreshed on schedule as its time passes, and an event says so', async () => {
  const server = await start('--port', '0', '--memory', '--with-zoho');
  const { id } = await logIn(server, 3_600_000);
  const [, url = ''] = await server.printed(/^curl (\S+) -d '\{"minutes": 60\}'$/m);
  await postJson(url, '{"minutes": 52}');

  const [, event = ''] = await server.printed(/^event: Token Refreshed {2}(\{.*\})$/m);
  expect(JSON.parse(event)).toMatchObject({ tokenId: id });
  const [, line = ''] = await server.printed(/^latchkey-default-refresh-worker {2}(\{.*\})$/m);
  expect(JSON.parse(line)).toMatchObject({ operation: 'scheduledRefresh', outcome: 'refreshed' });
  // One of fifty sweeps found something, and metrics are for CloudWatch.
  expect(server.stdout.match(/"operation":"refreshSweep"/g)).toHaveLength(1);
  expect(server.stdout).not.toContain('_aws');
});

test('a port that is taken is named, with the way out', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const server = launch('--port', String(port), '--memory');

  expect(await server.ended).toBe(1);
  expect(server.stderr).toBe(
    `Port ${port} is taken. Choose another one: npm run local -- --port N\n`,
  );
  other.close();
});

test('data that another local server uses is not touched', async () => {
  const data = join(directory, 'data');
  await start('--port', '0', '--data', data);
  const second = launch('--port', '0', '--data', data);

  expect(await second.ended).toBe(1);
  expect(second.stderr).toContain(`${data} is in use by another local server`);
});

describe('a place that cannot be written ends it with one sentence', () => {
  const ended = async (...args: string[]) => {
    const server = launch('--port', '0', ...args);
    const code = await server.ended;
    return { code, stdout: server.stdout, stderr: server.stderr };
  };

  test.each([
    ['in no folder', () => join(directory, 'nowhere', 'latchkey.env'), 'ENOENT'],
    ['a folder', () => directory, 'EISDIR'],
  ])('--write-env, %s', async (_, place, code) => {
    expect(await ended('--memory', '--write-env', place())).toEqual({
      code: 1,
      stdout: '',
      stderr: `The environment cannot be written to ${place()} (${code}). Give another --write-env.\n`,
    });
  });

  // Where a folder can be made by nobody: mkdir, told to make those above it too, tries for ever.
  test('--data', async () => {
    expect(await ended('--data', '/proc/nope')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'The data cannot be kept in /proc/nope (ENOENT). Give another --data, or --memory.\n',
    });
  });
});

async function postJson(url: string, body: string | URLSearchParams) {
  const response = await fetch(url, { method: 'POST', body });
  return (await response.json()) as Record<string, unknown>;
}

/** A user of the stand-in for Zoho, with an access token that is said to live so long. */
async function logIn(server: RunningProgram, lifeLeftMs: number) {
  const { ZOHO_URL = '', ZOHO_CLIENT_ID = '', ZOHO_CLIENT_SECRET = '' } = exported(server);
  const [, url = '', body = ''] = await server.printed(/^curl (\S+issueGrant) -d '(.*)'$/m);
  const { grantToken } = await postJson(url, body);
  const granted = await postJson(
    `${ZOHO_URL}/oauth/v2/token`,
    new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: ZOHO_CLIENT_ID,
      client_secret: ZOHO_CLIENT_SECRET,
      code: String(grantToken),
    }),
  );
  canaries.add('refresh token', String(granted['refresh_token']));
  canaries.add('access token', String(granted['access_token']));
  const client = clientOf(server);
  const { id } = await client.saveToken({
    token: {
      clientId: ZOHO_CLIENT_ID,
      clientSecret: ZOHO_CLIENT_SECRET,
      refreshToken: String(granted['refresh_token']),
      accessToken: String(granted['access_token']),
      expiresAt: Date.now() + lifeLeftMs,
    },
  });
  return { client, granted, id };
}
