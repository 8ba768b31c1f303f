/** Members of a Secrets Manager request, checked against the limits of the API model. Pure. */
import { ServiceError } from '../service.ts';
import { failures } from './failures.ts';
import type { SecretValue, Tag } from './secret-record.ts';

export type Request = Readonly<Record<string, unknown>>;

const MAX_VALUE_BYTES = 65_536;
const MAX_TAGS = 50;

export function optionalString(
  request: Request,
  member: string,
  maxLength: number,
): string | undefined {
  const value = request[member] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw malformed(member);
  if (value.length > maxLength) {
    throw failures.constraint(
      camelCase(member),
      `Member must have length less than or equal to ${maxLength}`,
    );
  }
  return value;
}

export function requiredString(request: Request, member: string, maxLength: number): string {
  const value = optionalString(request, member, maxLength);
  if (value === undefined) throw failures.constraint(camelCase(member), 'Member must not be null');
  if (value.length === 0) {
    throw failures.constraint(
      camelCase(member),
      'Member must have length greater than or equal to 1',
    );
  }
  return value;
}

export function secretId(request: Request): string {
  return requiredString(request, 'SecretId', 2048);
}

export function secretName(request: Request): string {
  const name = requiredString(request, 'Name', 512);
  if (/^[A-Za-z0-9/_+=.@-]+$/.test(name)) return name;
  throw failures.validation(
    'Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!',
  );
}

/** The SDKs fill it in; a request made by hand must bring it. */
export function clientRequestToken(request: Request): string {
  const token = request['ClientRequestToken'] ?? undefined;
  if (token === undefined) throw failures.tokenMissing();
  if (typeof token !== 'string') throw malformed('ClientRequestToken');
  if (token.length < 32 || token.length > 64) {
    throw failures.invalidParameter('ClientRequestToken must be 32-64 characters long.');
  }
  return token;
}

export function secretValue(request: Request): SecretValue | undefined {
  const string = valueMember(request, 'SecretString', 'utf8');
  const binary = valueMember(request, 'SecretBinary', 'base64');
  if (string !== undefined && binary !== undefined) {
    throw failures.invalidParameter(
      "You can't specify both a binary secret value and a string secret value in the same secret.",
    );
  }
  if (string !== undefined) return { string };
  return binary === undefined ? undefined : { binary };
}

function valueMember(
  request: Request,
  member: string,
  encoding: BufferEncoding,
): string | undefined {
  const value = request[member] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw malformed(member);
  const bytes = Buffer.byteLength(value, encoding);
  if (bytes >= 1 && bytes <= MAX_VALUE_BYTES) return value;
  throw failures.constraint(
    camelCase(member),
    bytes === 0
      ? 'Member must have length greater than or equal to 1'
      : `Member must have length less than or equal to ${MAX_VALUE_BYTES}`,
  );
}

export function versionStages(request: Request): readonly string[] | undefined {
  const stages = stringList(request, 'VersionStages', 20);
  for (const stage of stages ?? []) {
    if (stage.length >= 1 && stage.length <= 256) continue;
    throw failures.constraint('versionStages', 'Member must have length between 1 and 256');
  }
  return stages;
}

export function stringList(
  request: Request,
  member: string,
  maxLength: number,
): readonly string[] | undefined {
  const list = request[member] ?? undefined;
  if (list === undefined) return undefined;
  if (!Array.isArray(list) || list.some((item) => typeof item !== 'string'))
    throw malformed(member);
  if (list.length >= 1 && list.length <= maxLength) return list;
  throw failures.constraint(
    camelCase(member),
    list.length === 0
      ? 'Member must have length greater than or equal to 1'
      : `Member must have length less than or equal to ${maxLength}`,
  );
}

/** The tags after the request: a key given again replaces its value. */
export function mergedTags(had: readonly Tag[], request: Request): readonly Tag[] {
  const given = request['Tags'] ?? [];
  if (!Array.isArray(given)) throw malformed('Tags');
  const tags = new Map(had.map(({ Key, Value }) => [Key, Value]));
  for (const tag of given as Record<string, unknown>[]) {
    const key = requiredString(tag, 'Key', 128);
    if (key.startsWith('aws:')) {
      throw failures.invalidParameter('Tag keys must not start with the reserved prefix aws:');
    }
    tags.set(key, optionalString(tag, 'Value', 256) ?? '');
  }
  if (tags.size > MAX_TAGS) throw failures.invalidParameter('A secret can have up to 50 tags.');
  return [...tags].map(([Key, Value]) => ({ Key, Value }));
}

export function pageSize(request: Request, member: string, max: number): number {
  const size = request[member] ?? max;
  if (typeof size !== 'number') throw malformed(member);
  if (Number.isInteger(size) && size >= 1 && size <= max) return size;
  throw failures.constraint(camelCase(member), `Member must have value between 1 and ${max}`);
}

function camelCase(member: string): string {
  return member.charAt(0).toLowerCase() + member.slice(1);
}

function malformed(member: string): ServiceError {
  return new ServiceError('SerializationException', `${member} is not of the expected type.`);
}
