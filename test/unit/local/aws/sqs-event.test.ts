/** What a function's answer says of the messages it was given. */
import { failedIds } from '../../../../local/aws/lambda/sqs-event.ts';

const sent = new Set(['a', 'b', 'c']);
const ALL = ['a', 'b', 'c'];
const failures = (...itemIdentifiers: unknown[]) =>
  JSON.stringify({
    batchItemFailures: itemIdentifiers.map((itemIdentifier) => ({ itemIdentifier })),
  });

test.each([
  ['null', 'null', []],
  ['an empty object', '{}', []],
  ['a null list', '{"batchItemFailures":null}', []],
  ['an empty list', '{"batchItemFailures":[]}', []],
  ['one of them', failures('b'), ['b']],
  ['one of them twice', failures('b', 'b'), ['b']],
  ['all of them', failures('a', 'b', 'c'), ALL],
  ['a null id', failures('b', null), ALL],
  ['an empty id', failures('b', ''), ALL],
  ['an id that was not sent', failures('b', 'x'), ALL],
  ['a number for an id', failures(1), ALL],
  ['another key for the id', '{"batchItemFailures":[{"messageId":"a"}]}', ALL],
  ['an id that is not in an object', '{"batchItemFailures":["a"]}', ALL],
  ['null for an entry', '{"batchItemFailures":[null]}', ALL],
  ['no list', '{"batchItemFailures":"a"}', ALL],
  ['another object', '{"failures":[]}', ALL],
  ['a list', '[]', ALL],
  ['a text', '"done"', ALL],
  ['no JSON', 'done', ALL],
])('%s', (_what, answer, failed) => {
  expect([...failedIds(answer, sent)]).toEqual(failed);
});
