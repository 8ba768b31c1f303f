/** Isolation: users, applications of one user, and values that only look alike, stay apart. */
import { type Check, check } from '../check.ts';
import { demand, demandFields, demandSome, isFound } from '../demand.ts';
import { CLIENT, person, userOf } from '../people.ts';
import type { Stage } from '../stage.ts';
import { fieldsOf, type TokenFields } from '../token-fields.ts';

const SECOND_CLIENT = { clientId: '1000.SECOND', clientSecret: 'second-secret' } as const;

const ofSecondApplication = () => ({
  ...person('alice-second'),
  ...userOf('alice'),
  ...SECOND_CLIENT,
});

/** Two tokens that differ in one value only, and in that so little, are two tokens. */
async function areApart(stage: Stage, one: string, other: string): Promise<void> {
  const store = await stage.store();
  for (const field of ['accessToken', 'refreshToken', 'grantToken', 'userName'] as const) {
    const named = (value: string): TokenFields => ({
      ...(field === 'accessToken' ? {} : CLIENT),
      [field]: value,
    });
    const whole = (value: string, mark: string): TokenFields => ({
      ...(field === 'userName' && { accessToken: `access-${mark}` }),
      ...named(value),
      redirectUrl: `https://app.example/${mark}`,
    });
    await store.saveToken(stage.token(whole(one, 'one')));
    await store.saveToken(stage.token(whole(other, 'other')));
    const what = `one of two tokens that differ in the ${field}`;
    demandSome(await stage.find(store, named(one)), whole(one, 'one'), what);
    demandSome(await stage.find(store, named(other)), whole(other, 'other'), what);
  }
}

export const isolationChecks: readonly Check[] = [
  check(
    'isolation/two-applications',
    'mixed up',
    "A user's second application replaces the first one's credentials",
    { defects: [36] },
    async (stage) => {
      const store = await stage.store();
      const first = await stage.save(store, person('alice'));
      const second = ofSecondApplication();
      await store.saveToken(stage.token(second));
      demandFields(await store.findTokenById(first.id), first, "the first application's token");
      const found = await stage.find(store, { ...userOf('alice'), ...SECOND_CLIENT });
      demandSome(found, second, "the second application's token");
    },
  ),
  check(
    'isolation/find-by-application',
    'mixed up',
    "An application is handed the token of the user's other application",
    { defects: [36] },
    async (stage) => {
      const store = await stage.store();
      const first = person('alice');
      await store.saveToken(stage.token(first));
      await store.saveToken(stage.token(ofSecondApplication()));
      const found = await stage.find(store, { ...userOf('alice'), ...CLIENT });
      demandSome(found, first, "the application's own token");
    },
  ),
  check(
    'isolation/foreign-client',
    'mixed up',
    "An application that shows another's refresh token is handed that one's access token",
    {},
    async (stage) => {
      const store = await stage.store();
      const { refreshToken } = await stage.save(store, person('alice'));
      const found = await stage.find(store, { ...SECOND_CLIENT, refreshToken });
      demand(!isFound(found) || fieldsOf(found).accessToken === undefined, 'it is found');
    },
  ),
  check(
    'isolation/shared-refresh-token',
    'mixed up',
    "Two users with one refresh token get each other's access token",
    {},
    async (stage) => {
      const store = await stage.store();
      const refreshToken = 'refresh-shared';
      const alice = { ...person('alice'), refreshToken };
      const bob = { ...person('bob'), refreshToken };
      for (const fields of [alice, bob]) await store.saveToken(stage.token(fields));
      const refreshed = { ...bob, accessToken: 'access-2' };
      await store.saveToken(stage.token(refreshed));
      demandSome(await stage.find(store, userOf('alice')), alice, "alice's token");
      demandSome(await stage.find(store, userOf('bob')), refreshed, "bob's token");
    },
  ),
  check(
    'isolation/case',
    'mixed up',
    'Tokens or users that differ in upper and lower case only are mixed up',
    { defects: [37] },
    (stage) => areApart(stage, 'value-Abc', 'value-aBC'),
  ),
  check(
    'isolation/spaces',
    'mixed up',
    'Tokens or users that differ in a space at the end only are mixed up',
    {},
    (stage) => areApart(stage, 'value', 'value '),
  ),
  check(
    'isolation/accents',
    'mixed up',
    'Tokens or users that differ in an accent only are mixed up',
    {},
    (stage) => areApart(stage, 'rené', 'rene'),
  ),
];
