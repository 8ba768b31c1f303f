/** What a worker takes for a batch, and a message for one of ours. */
import {
  checkBatch,
  refreshMessage,
  tokenIdOf,
} from '../../../../lib/refresh-queue/refresh-message.ts';

const ID = 'a'.repeat(32);
const message = { messageId: 'm', body: refreshMessage(ID), receiptHandle: 'r' };

test('a batch of SQS is taken, whatever the messages say', () => {
  expect(() => checkBatch({ Records: [message, { ...message, body: 'x' }] })).not.toThrow();
  expect(() => checkBatch({ Records: [] })).not.toThrow();
});

test.each([
  ['nothing', null],
  ['a text', 'canary'],
  ['no messages', {}],
  ['messages that are no list', { Records: { length: 1 } }],
  ['a message that is none', { Records: [message, null] }],
  ['a message without an id', { Records: [{ body: message.body }] }],
  ['a body that only reads like one', { Records: [{ ...message, body: [message.body] }] }],
])('%s is refused, and is no bug', (_what, event) => {
  const refusal = { code: 'INVALID_REQUEST', retryable: false };
  expect(() => checkBatch(event)).toThrow(expect.objectContaining(refusal));
});

test.each(['', 'x', '{}', `{"tokenId":"${ID}","x":1}`, `{"tokenId":"${ID}x"}`, `[${ID}]`])(
  '%j names no token',
  (body) => {
    expect(tokenIdOf(body)).toBeUndefined();
    expect(tokenIdOf(message.body)).toBe(ID);
  },
);
