/** The synthesized template of a store, with CloudFormation's functions written out for reading. */
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { LatchkeyStack } from '../../infra/latchkey-stack.ts';
import { DEFAULT_SETTINGS, type StoreSettings } from '../../infra/store-settings.ts';

export interface Resource {
  readonly id: string;
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: object;
}

export interface StoreTemplate {
  readonly stack: Stack;
  readonly resources: readonly Resource[];
  readonly outputs: Readonly<Record<string, string>>;
  /** Everything as text, as CloudFormation gets it. */
  readonly text: string;
}

export function storeTemplate(settings: Partial<StoreSettings> = {}): StoreTemplate {
  return templateOf(storeStack(new App(), settings));
}

export function storeStack(app: App, given: Partial<StoreSettings>): Stack {
  const settings = { ...DEFAULT_SETTINGS, ...given };
  return new LatchkeyStack(app, `Latchkey-${settings.store}`, { settings });
}

export function templateOf(stack: Stack): StoreTemplate {
  const json = Template.fromStack(stack).toJSON() as {
    Resources: Record<string, Omit<Resource, 'id'>>;
    Outputs?: Record<string, { Value: unknown }>;
  };
  const outputs = Object.entries(json.Outputs ?? {});
  return {
    stack,
    resources: Object.entries(json.Resources).map(([id, resource]) => ({
      ...(readable(resource) as Omit<Resource, 'id'>),
      id,
    })),
    outputs: Object.fromEntries(
      outputs.map(([name, { Value }]) => [name, String(readable(Value))]),
    ),
    text: JSON.stringify(json),
  };
}

export function ofType({ resources }: StoreTemplate, type: string): readonly Resource[] {
  return resources.filter(({ Type }) => Type === type);
}

/** What a role may do: inline, attached, all of it. */
export function statementsOf(template: StoreTemplate, roleId: string): readonly Statement[] {
  const role = template.resources.find(({ id }) => id === roleId);
  const inline = (role?.Properties['Policies'] ?? []) as Policy[];
  const attached = ofType(template, 'AWS::IAM::Policy')
    .map(({ Properties }) => Properties as unknown as Policy & { Roles: readonly string[] })
    .filter(({ Roles }) => Roles.includes(`{${roleId}}`));
  return [...inline, ...attached].flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

interface Policy {
  readonly PolicyDocument: { readonly Statement: readonly Statement[] };
}

/** `Ref X` becomes `{X}`, an attribute `{X.Arn}`, a join the text it joins. */
function readable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null) return value;
  const [only, ...more] = Object.entries(value);
  if (only !== undefined && more.length === 0) {
    const [name, argument] = only;
    if (name === 'Ref') return `{${String(argument)}}`;
    if (name === 'Fn::GetAtt') return `{${(argument as string[]).join('.')}}`;
    if (name === 'Fn::Join') {
      const [separator, parts] = argument as [string, unknown[]];
      return parts.map(readable).join(separator);
    }
  }
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, readable(part)]));
}
