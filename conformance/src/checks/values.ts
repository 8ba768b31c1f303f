/** Odd values: they come back as they went, and reach nothing but their own token. */
import { type Check, check, type Severity } from '../check.ts';
import { demand, demandFields, demandSome, isFound } from '../demand.ts';
import { inAnHour, person, userOf } from '../people.ts';
import type { Stage } from '../stage.ts';
import type { TokenFields } from '../token-fields.ts';

/** A token whose every text is odd. Where the very text matters, all fields hold the same. */
const allOdd = (odd: string, isExact: boolean): Required<Omit<TokenFields, 'id'>> => {
  const of = (field: string) => (isExact ? odd : `${odd}${field}`);
  return {
    userName: of('user'),
    clientId: of('client'),
    clientSecret: of('secret'),
    grantToken: of('grant'),
    refreshToken: of('refresh'),
    accessToken: of('access'),
    redirectUrl: of('redirect'),
    // No odd one: a store may well refuse a host of nobody known.
    apiDomain: 'https://www.zohoapis.eu',
    expiresIn: inAnHour(),
  };
};

/** Saved, found by all that may name it, updated and found again, with another user beside it. */
async function roundTrip(stage: Stage, odd: string, isExact = false): Promise<void> {
  const store = await stage.store();
  const fields = allOdd(odd, isExact);
  const saved = await stage.save(store, fields);
  demandFields(await store.findTokenById(saved.id), saved, 'found by its id, the token');
  const { userName, clientId, clientSecret, refreshToken, grantToken } = fields;
  const client = { clientId, clientSecret };
  for (const named of [{ userName }, { ...client, refreshToken }, { ...client, grantToken }]) {
    demandFields(await stage.find(store, named), saved, `by ${Object.keys(named).at(-1)}, it`);
  }
  const alice = person('alice');
  await store.saveToken(stage.token(alice));
  const updated = { ...saved, accessToken: `${odd}access-2` };
  await store.saveToken(stage.token(updated));
  demandFields(await store.findTokenById(saved.id), updated, 'updated, the token');
  demandSome(await stage.find(store, userOf('alice')), alice, "another user's token");
}

function odd(name: string, severity: Severity, what: string, value: string, defects: number[]) {
  const title = `${what} in a value breaks the save, or comes back changed`;
  return check(`values/${name}`, severity, title, { defects }, (stage) => roundTrip(stage, value));
}

async function long(stage: Stage, characters: number): Promise<void> {
  const store = await stage.store();
  const token = { ...person('alice'), accessToken: 'x'.repeat(characters) };
  const saved = await stage.save(store, token);
  demandFields(await store.findTokenById(saved.id), saved, 'the token');
}

export const valueChecks: readonly Check[] = [
  odd('comma', 'mixed up', 'A comma', 'se,cret,,"quo,ted",', [41]),
  odd('newline', 'mixed up', 'A newline', 'a\nb\n', [42]),
  odd('carriage-return', 'wrong', 'A carriage return', 'a\r\nb\r', [44]),
  odd('apostrophe', 'lost', 'An apostrophe', "O'Brien's ", [27]),
  odd('quotes', 'lost', 'A backslash or a double quote', '\\" "" \\0 ` \\', []),
  odd('question-mark', 'lost', 'A question mark', 'https://app.example/cb?env=prod&q=?', [28]),
  odd('percent', 'lost', 'A percent sign', '%s %(id)s %d 100% %', [28]),
  odd('spaces', 'wrong', 'A space or tab at an end', ' \ta ', []),
  odd(
    'unicode',
    'lost',
    'Another script or an emoji',
    '\u00e9 \u6f22\u5b57 \u{1f600} \u200f\u00a0',
    [],
  ),
  odd('nul', 'lost', 'A NUL character', 'a\u0000b', []),
  odd('json', 'wrong', 'What looks like JSON or HTML', '{"a":[1]}</b>&amp;', []),
  check(
    'values/header',
    'wrong',
    'The name of a column or of an inherited property breaks the save, or comes back changed',
    { defects: [50] },
    async (stage) => {
      await roundTrip(stage, '__proto__', true);
    },
  ),
  check(
    'values/300-characters',
    'lost',
    'A token of 300 characters cannot be saved',
    { defects: [37] },
    (stage) => long(stage, 300),
  ),
  check(
    'values/60000-characters',
    'lost',
    'A token of 60,000 characters cannot be saved',
    {},
    (stage) => long(stage, 60_000),
  ),
];

const SQL = "S2', refresh_token='PWNED' where user_name='alice@zylker.com:7000' -- ";
const HOSTILE_NAMES = ["x' or '1'='1", '0 or 1=1', "alice@zylker.com:7000' -- ", '%', '*', '.*'];

export const injectionChecks: readonly Check[] = [
  check(
    'values/sql-in-a-secret',
    'mixed up',
    "SQL in a secret rewrites another user's token",
    { defects: [27] },
    async (stage) => {
      const store = await stage.store();
      const alice = await stage.save(store, person('alice'));
      const mallory = { ...person('mallory'), clientSecret: SQL };
      for (let save = 0; save < 2; save += 1) {
        await stage.settle(() => store.saveToken(stage.token(mallory)));
      }
      const { id: _, ...expected } = alice;
      demandSome(await stage.find(store, userOf('alice')), expected, "alice's token");
    },
  ),
  check(
    'values/sql-in-a-name',
    'mixed up',
    "SQL in a user name or an id finds another user's token",
    { defects: [29] },
    async (stage) => {
      const store = await stage.store();
      await stage.save(store, person('alice'));
      for (const userName of HOSTILE_NAMES) {
        const byName = await stage.settle(() => stage.find(store, { userName }));
        const byId = await stage.settle(() => store.findTokenById(userName));
        for (const found of [byName, byId]) {
          demand(found.kind !== 'value' || !isFound(found.value), `${userName} finds somebody`);
        }
      }
    },
  ),
  check(
    'values/sql-in-an-id',
    'lost',
    "SQL in an id deletes everybody's token",
    { defects: [29] },
    async (stage) => {
      const store = await stage.store();
      await stage.save(store, person('alice'));
      for (const id of HOSTILE_NAMES) {
        await stage.settle(() => store.deleteToken(id));
        demand((await stage.list(store)).length === 1, `deleting ${id} deletes alice's token`);
      }
    },
  ),
  check(
    'values/row-in-a-name',
    'mixed up',
    "A newline in a user name brings in a row in another user's name",
    { defects: [42] },
    async (stage) => {
      const store = await stage.store();
      const row = [
        '7',
        'admin@zylker.com:7000',
        'C',
        'S',
        'EVIL-REFRESH',
        'EVIL-ACCESS',
        '',
        '',
        '',
      ];
      for (const separator of [',', ';', '\t']) {
        const userName = `x\n${row.join(separator)}`;
        await stage.settle(() => store.saveToken(stage.token({ ...person('mallory'), userName })));
      }
      demand(!isFound(await stage.find(store, userOf('admin'))), 'the other user is found');
    },
  ),
];
