/** The 243 namings, found: nobody gets what belongs to somebody who was not named. */
import { type Check, check } from '../check.ts';
import { demand, isFound } from '../demand.ts';
import type { Stage } from '../stage.ts';
import { fieldsOf } from '../token-fields.ts';
import { CAST, describeNaming, type Naming, namingsOf, type Role, type Rule } from './namings.ts';

/** Whom a naming finds: a role, nobody, or what went wrong. */
type Finding = Role | 'nobody' | 'an error' | 'a stranger';

/** What may come of a naming under a rule. A refusal hurts nobody where nobody has to be found. */
function allowed(rule: Rule, { named }: Naming): readonly Finding[] {
  switch (rule) {
    case 'nothing':
      return ['nobody', 'an error'];
    case 'user':
      return ['byUser'];
    case 'access':
      return ['byAccess'];
    case 'credential':
      return named.filter((role) => role === 'byGrant' || role === 'byRefresh');
    case 'unclear':
      return [...named, 'nobody', 'an error'];
  }
}

async function sweep(stage: Stage, rule: Rule): Promise<void> {
  const ids = await setTheScene(stage);
  const namings = namingsOf(rule);
  const wrong: string[] = [];
  for (const naming of namings) {
    const finding = await findBy(stage, naming, ids);
    if (!allowed(rule, naming).includes(finding)) {
      wrong.push(`${describeNaming(naming)} finds ${finding}`);
    }
  }
  const [first] = wrong;
  demand(first === undefined, `${wrong.length} of ${namings.length}, as ${first}`);
}

/** Everybody of the cast is saved; the roles by the ids they got. */
async function setTheScene(stage: Stage): Promise<ReadonlyMap<string | null, Role>> {
  const store = await stage.store();
  const ids = new Map<string | null, Role>();
  for (const role of Object.keys(CAST) as Role[]) {
    const token = stage.token(CAST[role]);
    await store.saveToken(token);
    ids.set(token.getId(), role);
  }
  return ids;
}

async function findBy(
  stage: Stage,
  { fields }: Naming,
  ids: ReadonlyMap<string | null, Role>,
): Promise<Finding> {
  const store = await stage.store();
  const settled = await stage.settle(() => store.findToken(stage.token(fields)));
  if (settled.kind !== 'value') return 'an error';
  if (!isFound(settled.value)) return 'nobody';
  const { redirectUrl, id = '' } = fieldsOf(settled.value);
  const byMark = (Object.keys(CAST) as Role[]).find((one) => CAST[one].redirectUrl === redirectUrl);
  return byMark ?? ids.get(id) ?? 'a stranger';
}

export const namingFindChecks: readonly Check[] = [
  check(
    'matching/find-nothing',
    'mixed up',
    'A token that names nobody is filled from whichever row comes first',
    { defects: [24] },
    (stage) => sweep(stage, 'nothing'),
  ),
  check(
    'matching/find-user',
    'mixed up',
    'A user who is named gets the token of somebody else',
    {},
    (stage) => sweep(stage, 'user'),
  ),
  check(
    'matching/find-access',
    'lost',
    'An access token without a client does not find its own row',
    {},
    (stage) => sweep(stage, 'access'),
  ),
  check(
    'matching/find-credential',
    'lost',
    'A grant or refresh token with its client does not find its own row',
    {},
    (stage) => sweep(stage, 'credential'),
  ),
  check(
    'matching/find-unclear',
    'mixed up',
    'A token that names too little is filled from a row it does not name',
    { defects: [24] },
    (stage) => sweep(stage, 'unclear'),
  ),
];
