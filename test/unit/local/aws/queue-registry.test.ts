/** Which queue a URL means. */
import { QueueRegistry } from '../../../../local/aws/sqs/queue-registry.ts';

const queues = new QueueRegistry(
  [
    {
      name: 'work',
      visibilityTimeoutSeconds: 30,
      redrive: { deadLetterQueue: 'dead', maxReceiveCount: 3 },
    },
    { name: 'dead', visibilityTimeoutSeconds: 30 },
  ],
  () => 0,
);
queues.endpoint = 'http://127.0.0.1:4566';

test('a URL names a queue, whatever its host', () => {
  expect(queues.urlOf('work')).toBe('http://127.0.0.1:4566/000000000000/work');
  expect(queues.at(queues.urlOf('work')).definition.name).toBe('work');
  expect(queues.at('https://sqs.local/000000000000/dead').definition.name).toBe('dead');
});

test.each([
  'http://127.0.0.1:4566/123456789012/work',
  'http://127.0.0.1:4566/000000000000/none',
  'http://127.0.0.1:4566/work',
  'work',
])('%s is no queue', (url) => {
  expect(() => queues.at(url)).toThrow('The specified queue does not exist.');
});

test('queues know their dead-letter queues, which have to be declared', () => {
  expect(queues.named('work').deadLetterQueue).toBe(queues.named('dead'));
  const redrive = { deadLetterQueue: 'none', maxReceiveCount: 3 };
  const odd = [{ name: 'work', visibilityTimeoutSeconds: 30, redrive }];
  expect(() => new QueueRegistry(odd, () => 0)).toThrow('no queue none is declared');
});
