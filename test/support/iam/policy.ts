/**
 * Whether a role's statements allow an AWS call: enough of IAM's evaluation for the policies of
 * this project (allow statements; action and resource wildcards; the conditions they use). An
 * operator or a key it does not know fails the test rather than pass for granted.
 */

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<
    Record<string, Readonly<Record<string, string | readonly string[]>>>
  >;
}

/** One action on one resource that IAM would decide on, with the condition keys it would see. */
export interface NeededPermission {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

const list = (value: string | readonly string[]) => (typeof value === 'string' ? [value] : value);

function like(pattern: string, value: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(value);
}

export function allows(statement: Statement, needed: NeededPermission): boolean {
  return (
    statement.Effect === 'Allow' &&
    list(statement.Action).some((action) => like(action, needed.action)) &&
    list(statement.Resource).some((resource) => like(resource, needed.resource)) &&
    conditionsHold(statement, needed.context)
  );
}

function conditionsHold({ Condition = {} }: Statement, context: NeededPermission['context']) {
  return Object.entries(Condition).every(([operator, tests]) =>
    Object.entries(tests).every(([key, expected]) => {
      const actual = context[key];
      const values = actual === undefined ? [] : list(actual);
      const isLike = (value: string) => list(expected).some((pattern) => like(pattern, value));
      const isEqual = (value: string) => list(expected).includes(value);
      switch (operator) {
        case 'ForAllValues:StringLike':
          return values.every(isLike);
        case 'ForAllValues:StringEquals':
          return values.every(isEqual);
        case 'StringLike':
          return values.some(isLike);
        case 'StringEquals':
          return values.some(isEqual);
        case 'Null':
          return (actual === undefined) === (list(expected)[0] === 'true');
        case 'BoolIfExists':
          return values.every(isEqual);
        default:
          throw new Error(`This test does not know the condition operator ${operator}.`);
      }
    }),
  );
}
