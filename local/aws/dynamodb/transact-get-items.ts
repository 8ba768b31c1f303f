/**
 * TransactGetItems, which dynalite lacks: plain reads, one after the other, under the caller's
 * exclusive lock.
 */
import { ServiceError } from '../service.ts';
import type { DynaliteEngine } from './dynalite-engine.ts';

const MAX_GETS = 100;

export async function transactGetItems(
  engine: DynaliteEngine,
  request: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const items = request['TransactItems'];
  if (!Array.isArray(items) || items.length === 0 || items.length > MAX_GETS) {
    throw new ServiceError(
      'com.amazon.coral.validate#ValidationException',
      "1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length between 1 and 100",
    );
  }
  const responses: unknown[] = [];
  for (const item of items as { Get: Record<string, unknown> }[]) {
    const found = await engine.run('GetItem', engine.validate('GetItem', item.Get));
    responses.push(found['Item'] === undefined ? {} : { Item: found['Item'] });
  }
  return { Responses: responses };
}
