/** What travels beside a message's body: custom attributes, their size and their digest. Pure. */
import { createHash } from 'node:crypto';
import { failures } from './failures.ts';

const MAX_ATTRIBUTES = 10;
const STRING = 1;
const BINARY = 2;

export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  /** Base64. */
  readonly BinaryValue?: string;
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

export function messageAttributes(value: unknown): MessageAttributes {
  const attributes = (value ?? {}) as MessageAttributes;
  const named = Object.entries(attributes);
  if (named.length > MAX_ATTRIBUTES) {
    throw failures.invalidParameters(
      `Number of message attributes [${named.length}] exceeds the allowed maximum [${MAX_ATTRIBUTES}].`,
    );
  }
  for (const [name, { DataType, StringValue, BinaryValue }] of named) {
    const type = /^(String|Number|Binary)(\.|$)/.exec(DataType ?? '')?.[1];
    const given = type === 'Binary' ? BinaryValue : StringValue;
    if (type !== undefined && typeof given === 'string' && given !== '') continue;
    throw failures.invalidParameters(
      type === undefined
        ? `The message attribute '${name}' has an invalid message attribute type.`
        : `The message attribute '${name}' must contain a non-empty message attribute value.`,
    );
  }
  return attributes;
}

/** Names, types and values count against the message's size. */
export function attributesBytes(attributes: MessageAttributes): number {
  return Object.entries(attributes).reduce(
    (sum, [name, attribute]) =>
      sum +
      Buffer.byteLength(name) +
      Buffer.byteLength(attribute.DataType) +
      valueBytes(attribute).length,
    0,
  );
}

export function md5(text: string): string {
  return createHash('md5').update(text, 'utf8').digest('hex');
}

/**
 * The digest as the SQS developer guide defines it: by name, each of name, type and value with its
 * length in four bytes before it, and one byte that tells text from binary.
 */
export function attributesMd5(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash('md5');
  const part = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const attribute = attributes[name] as MessageAttribute;
    part(Buffer.from(name));
    part(Buffer.from(attribute.DataType));
    hash.update(Buffer.from([isBinary(attribute) ? BINARY : STRING]));
    part(valueBytes(attribute));
  }
  return hash.digest('hex');
}

/** Those asked for: by name, by `prefix.*` (`ki.*` gives `kind`), or `All`. */
export function chosenAttributes(
  attributes: MessageAttributes,
  asked: readonly string[],
): MessageAttributes {
  const chosen = Object.entries(attributes).filter(([name]) =>
    asked.some((wanted) =>
      wanted === 'All' || wanted === '.*'
        ? true
        : wanted.endsWith('.*')
          ? name.startsWith(wanted.slice(0, -2))
          : name === wanted,
    ),
  );
  return Object.fromEntries(chosen);
}

function isBinary({ DataType }: MessageAttribute): boolean {
  return DataType.startsWith('Binary');
}

function valueBytes(attribute: MessageAttribute): Buffer {
  return isBinary(attribute)
    ? Buffer.from(attribute.BinaryValue ?? '', 'base64')
    : Buffer.from(attribute.StringValue ?? '');
}
