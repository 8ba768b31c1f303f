/**
 * An operator's notes in DynamoDB: one conditional update of the token's row each. They are no
 * commit: the revision stays, so that a worker whose refresh is under way can still commit it.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { dueAttributes } from './dynamodb-items.ts';
import { type IndexTable, updateRow } from './dynamodb-row-update.ts';
import { ROW_UNCHANGED } from './dynamodb-writes.ts';
import type { OperatorNotes } from './operator-notes.ts';
import { isTombstone, type TokenRow } from './token-index.ts';
import { UpdateExpression } from './update-expression.ts';

/** A save, a refresh, a verdict or a deletion since the row was read: the operator saw another. */
const AS_READ = `${ROW_UNCHANGED} AND #state = :expectedState`;
/** Two operators at once: the second must not put off what the first one asked for. */
const NOTHING_REQUESTED = 'attribute_not_exists(#refreshRequestedAtMs)';
/** There must be something that was looked at. */
const HAS_FAILED = 'attribute_exists(#failure)';

export class DynamoDbOperatorNotes implements OperatorNotes {
  readonly #table: IndexTable;

  constructor(table: IndexTable) {
    this.#table = table;
  }

  requestRefresh: OperatorNotes['requestRefresh'] = async ({ row, nowMs, dueAtMs }, deadline) => {
    if (isTombstone(row)) return false;
    const update = new UpdateExpression().set('refreshRequestedAtMs', { N: String(nowMs) });
    for (const [name, value] of Object.entries(dueAttributes(row.id, dueAtMs))) {
      update.set(name, value);
    }
    const built = update.build(`${AS_READ} AND ${NOTHING_REQUESTED}`, revisionAndState(row));
    return updateRow(this.#table, row.id, built, deadline);
  };

  noteChecked: OperatorNotes['noteChecked'] = async ({ row, nowMs }, deadline) => {
    if (isTombstone(row)) return false;
    const update = new UpdateExpression().set('checkedAtMs', { N: String(nowMs) });
    const built = update.build(`${AS_READ} AND ${HAS_FAILED}`, revisionAndState(row));
    return updateRow(this.#table, row.id, built, deadline);
  };
}

function revisionAndState({ revision, state }: TokenRow): Record<string, AttributeValue> {
  return { ':expectedRevision': { N: String(revision) }, ':expectedState': { S: state } };
}
