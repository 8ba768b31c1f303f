/** What a queue says of itself and of the messages in it. */
import {
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  type QueueAttributeName,
} from '@aws-sdk/client-sqs';
import { failureOf } from '../endpoint.ts';
import {
  attribute,
  check,
  client,
  deadUrl,
  entries,
  MAX_RECEIVES,
  names,
  QueueUrl,
  receive,
  send,
  sendEntries,
  VISIBILITY_SECONDS,
} from './queues-under-test.ts';

describe('the queue itself', () => {
  check('counts what is visible, in flight and delayed', async () => {
    await sendEntries(entries(3));
    await send('late', { DelaySeconds: 900 });
    await receive({ MaxNumberOfMessages: 1 });
    expect(await attribute('ApproximateNumberOfMessages')).toBe('2');
    expect(await attribute('ApproximateNumberOfMessagesNotVisible')).toBe('1');
    expect(await attribute('ApproximateNumberOfMessagesDelayed')).toBe('1');
    await client.send(new PurgeQueueCommand({ QueueUrl }));
    expect(await attribute('ApproximateNumberOfMessages')).toBe('0');
    expect(await attribute('ApproximateNumberOfMessagesDelayed')).toBe('0');
  });

  check('says what it is', async () => {
    const arn = await attribute('QueueArn');
    expect(arn).toMatch(new RegExp(`^arn:aws:sqs:us-east-1:\\d{12}:${names.work}$`));
    expect(await attribute('VisibilityTimeout')).toBe(String(VISIBILITY_SECONDS));
    expect(await attribute('MessageRetentionPeriod')).toBe('3600');
    expect(JSON.parse((await attribute('RedrivePolicy')) ?? '')).toEqual({
      deadLetterTargetArn: arn?.replace(names.work, names.dead),
      maxReceiveCount: MAX_RECEIVES,
    });
    expect(await attribute('RedrivePolicy', deadUrl)).toBeUndefined();
  });

  check('gives all its attributes, or none where none is asked for', async () => {
    const all = await client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
    );
    expect(Object.keys(all.Attributes ?? {})).toEqual(
      expect.arrayContaining(['QueueArn', 'ApproximateNumberOfMessages', 'RedrivePolicy']),
    );
    const none = await client.send(new GetQueueAttributesCommand({ QueueUrl }));
    expect(none.Attributes).toBeUndefined();
  });

  check('knows no other attributes', async () => {
    const call = attribute('Colour' as QueueAttributeName);
    expect(await failureOf(call)).toMatchObject({ name: 'InvalidAttributeName' });
  });
});
