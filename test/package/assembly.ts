/**
 * A synthesized stack as the embedded AWS can run it: its functions with the assets beside it, its
 * table, queues and buses, with CloudFormation's functions worked out.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';

const PLACE = 'us-east-1:000000000000';

type Properties = Readonly<Record<string, unknown>>;
interface Resource {
  readonly Type: string;
  readonly Properties: Properties;
}

export interface AssembledFunction {
  readonly id: string;
  readonly name: string;
  /** Absent for code that stands in the template. */
  readonly codeFolder?: string;
  readonly timeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
}

export class Assembly {
  readonly #folder: string;
  readonly #stack: string;
  readonly #resources: ReadonlyMap<string, Resource>;
  readonly #queueUrl: (name: string) => string;

  constructor(folder: string, stack: string, queueUrl: (name: string) => string) {
    this.#folder = folder;
    this.#stack = stack;
    this.#queueUrl = queueUrl;
    const { Resources } = this.#json<{ Resources: Record<string, Resource> }>('template');
    this.#resources = new Map(Object.entries(Resources));
  }

  namesOf(type: string, property: string): string[] {
    return this.#ofType(type).map(([, { Properties }]) => String(Properties[property]));
  }

  functions(): AssembledFunction[] {
    const folders = this.#assetFolders();
    return this.#ofType('AWS::Lambda::Function').map(([id, { Properties }]) => {
      const { S3Key } = Properties['Code'] as { S3Key?: string };
      const codeFolder = S3Key === undefined ? undefined : folders.get(S3Key);
      const { Variables = {} } = (Properties['Environment'] ?? {}) as { Variables?: Properties };
      return {
        id,
        name: String(Properties['FunctionName'] ?? id),
        ...(codeFolder !== undefined && { codeFolder }),
        timeoutSeconds: Number(Properties['Timeout'] ?? 3),
        environment: Object.fromEntries(
          Object.entries(Variables).map(([name, value]) => [name, this.resolve(value)]),
        ),
      };
    });
  }

  /** The table, less what only a table of many Regions has. */
  table(): CreateTableCommandInput {
    const [table] = this.#ofType('AWS::DynamoDB::GlobalTable').map(([, one]) => one.Properties);
    const { TableName, BillingMode, AttributeDefinitions, KeySchema, GlobalSecondaryIndexes } =
      table as unknown as CreateTableCommandInput;
    return { TableName, BillingMode, AttributeDefinitions, KeySchema, GlobalSecondaryIndexes };
  }

  /** What CloudFormation would make of it. */
  resolve(value: unknown): string {
    if (typeof value !== 'object' || value === null) return String(value);
    const [[name, argument] = ['', '']] = Object.entries(value);
    if (name === 'Ref') return this.#physicalName(String(argument));
    if (name === 'Fn::GetAtt') return this.#arn(String((argument as string[])[0]));
    if (name === 'Fn::Join') {
      const [separator, parts] = argument as [string, unknown[]];
      return parts.map((part) => this.resolve(part)).join(separator);
    }
    throw new Error(`The template has a function that this program does not know: ${name}.`);
  }

  #physicalName(id: string): string {
    const { Type = '', Properties = {} } = this.#resources.get(id) ?? {};
    switch (Type) {
      case 'AWS::DynamoDB::GlobalTable':
        return String(Properties['TableName']);
      case 'AWS::SQS::Queue':
        return this.#queueUrl(String(Properties['QueueName']));
      case 'AWS::Events::EventBus':
        return String(Properties['Name']);
      case 'AWS::Lambda::Function':
        return String(Properties['FunctionName']);
      default:
        throw new Error(`The template refers to ${id}, which this program does not know.`);
    }
  }

  #arn(id: string): string {
    const { Type = '' } = this.#resources.get(id) ?? {};
    if (Type === 'AWS::KMS::Key') return `arn:aws:kms:${PLACE}:key/${id}`;
    throw new Error(`The template asks for the ARN of ${id}, which this program does not know.`);
  }

  #ofType(type: string): [string, Resource][] {
    return [...this.#resources].filter(([, { Type }]) => Type === type);
  }

  /** `<hash>.zip` in the bucket is a folder in the assembly. */
  #assetFolders(): ReadonlyMap<string, string> {
    type Asset = { source: { path: string }; destinations: Record<string, { objectKey: string }> };
    const { files } = this.#json<{ files: Record<string, Asset> }>('assets');
    return new Map(
      Object.values(files).flatMap(({ source, destinations }) =>
        Object.values(destinations).map(({ objectKey }): [string, string] => [
          objectKey,
          join(this.#folder, source.path),
        ]),
      ),
    );
  }

  #json<T>(kind: 'template' | 'assets'): T {
    const file = join(this.#folder, `${this.#stack}.${kind}.json`);
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  }
}
