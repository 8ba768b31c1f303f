/** Builds a DynamoDB update expression; every attribute name is aliased (reserved words). Pure. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** The parts of an UpdateItem, alone or in a transaction. */
export interface BuiltUpdate {
  readonly UpdateExpression: string;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues?: Record<string, AttributeValue>;
}

export class UpdateExpression {
  readonly #set: string[] = [];
  readonly #remove: string[] = [];
  readonly #add: string[] = [];
  readonly #names: Record<string, string> = {};
  readonly #values: Record<string, AttributeValue> = {};

  /** An undefined value removes the attribute. */
  set(name: string, value: AttributeValue | undefined): this {
    if (value === undefined) return this.remove(name);
    this.#set.push(`${this.#alias(name)} = :${name}`);
    this.#values[`:${name}`] = value;
    return this;
  }

  /** Sets it where it is not set yet. */
  setOnce(name: string, value: AttributeValue): this {
    this.#set.push(`${this.#alias(name)} = if_not_exists(${this.#alias(name)}, :${name})`);
    this.#values[`:${name}`] = value;
    return this;
  }

  remove(name: string): this {
    this.#remove.push(this.#alias(name));
    return this;
  }

  /** Adds one to a number; an absent one counts as zero. */
  increment(name: string): this {
    return this.add(name, 1);
  }

  /** Adds to a number; an absent one counts as zero. */
  add(name: string, count: number): this {
    this.#add.push(`${this.#alias(name)} :${name}`);
    this.#values[`:${name}`] = { N: String(count) };
    return this;
  }

  /** Adds a string to a set of them; an absent one counts as empty. */
  addTo(name: string, value: string): this {
    this.#add.push(`${this.#alias(name)} :${name}`);
    this.#values[`:${name}`] = { SS: [value] };
    return this;
  }

  /** @param condition - attribute names in it are written `#name` */
  build(condition?: string, values: Record<string, AttributeValue> = {}): BuiltUpdate {
    for (const [alias] of condition?.matchAll(/#\w+/g) ?? []) this.#alias(alias.slice(1));
    const all = { ...this.#values, ...values };
    const clause = (verb: string, parts: string[]) =>
      parts.length > 0 ? [`${verb} ${parts.join(', ')}`] : [];
    return {
      UpdateExpression: [
        ...clause('SET', this.#set),
        ...clause('REMOVE', this.#remove),
        ...clause('ADD', this.#add),
      ].join(' '),
      ...(condition !== undefined && { ConditionExpression: condition }),
      ExpressionAttributeNames: this.#names,
      ...(Object.keys(all).length > 0 && { ExpressionAttributeValues: all }),
    };
  }

  #alias(name: string): string {
    this.#names[`#${name}`] = name;
    return `#${name}`;
  }
}
