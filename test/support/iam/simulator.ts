/**
 * A second opinion on what a role allows: @cloud-copilot/iam-simulate, where LATCHKEY_IAM_SIMULATOR
 * names the folder it is installed in (`npm run test:emulators` installs it). It is under the AGPL,
 * and so no dependency of this project. It also knows every action, its resources and its condition
 * keys: a misspelt one is an error there.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { NeededPermission, Statement } from './policy.ts';

const ACCOUNT_ID = '000000000000';
/** Condition keys with many values. */
const LISTS = ['dynamodb:LeadingKeys', 'dynamodb:Attributes'];
/**
 * A member of an encryption context, as the simulator's list of keys spells it: 0.1.173 does not
 * put names in place of the variable. So the name goes into the values, of policy and request alike.
 */
const ENCRYPTION_CONTEXT = `kms:EncryptionContext:\${EncryptionContextKey}`;
const MEMBER = /^kms:EncryptionContext:(.+)$/;

interface Simulator {
  runSimulation(
    simulation: object,
    options: object,
  ): Promise<{
    readonly overallResult?: string;
    readonly result?: { readonly ignoredContextKeys: readonly string[] };
    readonly errors?: object;
  }>;
}

const folder = process.env['LATCHKEY_IAM_SIMULATOR'];
const simulator =
  folder === undefined
    ? undefined
    : (createRequire(join(folder, 'package.json'))('@cloud-copilot/iam-simulate') as Simulator);

/** Undefined where there is no simulator. */
export async function simulatorAllows(
  role: readonly Statement[],
  { action, resource, context }: NeededPermission,
): Promise<boolean | undefined> {
  if (simulator === undefined) return undefined;
  // Equal Sids are fine in two policies, not in one: each statement is a policy of its own.
  const identityPolicies = role.map((statement, index) => ({
    name: `policy-${index}`,
    policy: { Version: '2012-10-17', Statement: [withKnownKeys(statement)] },
  }));
  const { overallResult, result, errors } = await simulator.runSimulation(
    {
      identityPolicies,
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(action.startsWith('kms:') && { resourcePolicy: DEFAULT_KEY_POLICY }),
      request: {
        action,
        principal: `arn:aws:iam::${ACCOUNT_ID}:role/role`,
        resource: { resource, accountId: ACCOUNT_ID },
        contextVariables: Object.fromEntries(
          Object.entries(context).map(([key, value]) => {
            if (typeof value !== 'string') return [key, [...value]];
            const [known, text] = knownKey(key, value);
            return [known, LISTS.includes(key) ? [text] : text];
          }),
        ),
      },
    },
    {},
  );
  const unknown = result?.ignoredContextKeys ?? [];
  if (overallResult === undefined || unknown.length > 0) {
    const why = JSON.stringify(errors ?? unknown);
    throw new Error(`iam-simulate cannot judge ${action} on ${resource}: ${why}`);
  }
  return overallResult === 'Allowed';
}

function withKnownKeys({ Condition = {}, ...statement }: Statement): object {
  const conditions = Object.entries(Condition).map(([operator, tests]) => [
    operator,
    Object.fromEntries(
      Object.entries(tests).map(([key, values]) => {
        const [known] = knownKey(key, '');
        return [known, [values].flat().map((value) => knownKey(key, value as string)[1])];
      }),
    ),
  ]);
  return { ...statement, Condition: Object.fromEntries(conditions) };
}

function knownKey(key: string, value: string): [string, string] {
  const name = MEMBER.exec(key)?.[1];
  return name === undefined ? [key, value] : [ENCRYPTION_CONTEXT, `${name}=${value}`];
}

/** What a KMS key has by default: the account's IAM policies decide. */
const DEFAULT_KEY_POLICY = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${ACCOUNT_ID}:root` },
      Action: 'kms:*',
      Resource: '*',
    },
  ],
};
