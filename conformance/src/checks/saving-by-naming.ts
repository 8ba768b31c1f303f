/** The 243 namings, saved: no save changes the row of somebody who was not named. */
import { type Check, check } from '../check.ts';
import { demand } from '../demand.ts';
import type { Stage } from '../stage.ts';
import type { Store } from '../subject.ts';
import { differingFields, type TokenFields, withoutId } from '../token-fields.ts';
import { CAST, describeNaming, type Naming, namingsOf, type Role, type Rule } from './namings.ts';

/** What was saved with each naming, to tell the row that took it. */
const SAVED = { redirectUrl: 'https://app.example/saved' } as const;
const ROLES = Object.keys(CAST) as Role[];

async function sweep(stage: Stage, rule: Rule): Promise<void> {
  const namings = namingsOf(rule);
  const wrong: string[] = [];
  let store: Store | undefined;
  for (const naming of namings) {
    store ??= await newStore(stage);
    const saved = await stage.settle(() => store?.saveToken(stage.token(fieldsToSave(naming))));
    const after = await stage.list(store);
    const complaint = complaintOf(rule, naming, saved.kind === 'value', after);
    if (complaint !== undefined) wrong.push(`${describeNaming(naming)} ${complaint}`);
    // Setting the scene takes longest: where nothing has changed it serves the next naming too.
    if (!isUntouched(after)) store = undefined;
  }
  const [first] = wrong;
  demand(first === undefined, `${wrong.length} of ${namings.length}, as ${first}`);
}

async function newStore(stage: Stage): Promise<Store> {
  const store = await (await stage.newHome()).open();
  for (const fields of Object.values(CAST)) await store.saveToken(stage.token(fields));
  return store;
}

const fieldsToSave = ({ fields }: Naming): TokenFields => ({ ...fields, ...SAVED });

function complaintOf(
  rule: Rule,
  { named, fields }: Naming,
  isAcknowledged: boolean,
  after: readonly TokenFields[],
): string | undefined {
  const changed = ROLES.filter((role) => !after.some((token) => isAsBefore(token, role)));
  const mayChange = rule === 'user' ? ['byUser'] : named;
  const strangers = changed.filter((role) => !mayChange.includes(role));
  if (strangers.length > 0) return `changes ${strangers.join(', ')}`;
  if (changed.length > 1) return `changes ${changed.join(' and ')}`;
  if (rule === 'nothing' || rule === 'unclear') return undefined;
  const { accessToken, refreshToken, grantToken } = fields;
  const holdsSomething = [accessToken, refreshToken, grantToken].some(Boolean);
  if (!holdsSomething) return undefined;
  if (!isAcknowledged) return 'is refused';
  if (changed.length === 0) return 'changes nobody';
  return after.length === ROLES.length ? undefined : 'makes a second token of somebody stored';
}

function isAsBefore(token: TokenFields, role: Role): boolean {
  return differingFields(withoutId(token), CAST[role]).length === 0;
}

function isUntouched(after: readonly TokenFields[]): boolean {
  const isThere = (role: Role) => after.some((token) => isAsBefore(token, role));
  return after.length === ROLES.length && ROLES.every(isThere);
}

export const namingSaveChecks: readonly Check[] = [
  check(
    'matching/save-nothing',
    'mixed up',
    'Saving a token that names nobody changes the row of somebody',
    {},
    (stage) => sweep(stage, 'nothing'),
  ),
  check(
    'matching/save-user',
    'mixed up',
    "Saving a user's token changes another's, or is refused",
    {},
    (stage) => sweep(stage, 'user'),
  ),
  check(
    'matching/save-access',
    'lost',
    'Saving an access token without a client does not reach its own row',
    {},
    (stage) => sweep(stage, 'access'),
  ),
  check(
    'matching/save-credential',
    'lost',
    'Saving a grant or refresh token with its client does not reach its own row',
    {},
    (stage) => sweep(stage, 'credential'),
  ),
  check(
    'matching/save-unclear',
    'mixed up',
    'Saving a token that names too little changes a row it does not name',
    {},
    (stage) => sweep(stage, 'unclear'),
  ),
];
