/**
 * What Latchkey relies on in EventBridge: how PutEvents is answered. Runs on the embedded AWS, or
 * on what AWS_ENDPOINT_URL_EVENTBRIDGE names. What is kept of events, only the embedded AWS shows.
 */
import { randomBytes } from 'node:crypto';
import {
  CreateEventBusCommand,
  DeleteEventBusCommand,
  EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { type EmbeddedAws, startEmbeddedAws } from '../../../local/aws/embedded-aws.ts';
import {
  CREDENTIALS,
  caseOf,
  type Endpoint,
  endpointOf,
  failureOf,
  type KnownDifferences,
} from './endpoint.ts';

/** Seen with moto 5.2.5. */
const KNOWN_DIFFERENCES: KnownDifferences = {
  moto: {
    'a detail that is no object is malformed': 'moto takes any JSON',
    'an event for a bus that does not exist is answered like any other':
      'moto answers ResourceNotFoundException; AWS drops the event and says nothing',
    'none is too few': 'moto counts only upwards',
  },
};

const EventBusName = `latchkey-${randomBytes(6).toString('hex')}`;
const good: PutEventsRequestEntry = {
  EventBusName,
  Source: 'latchkey',
  DetailType: 'Token needs reauthorization',
  Detail: JSON.stringify({ tokenId: 'a' }),
};

const clientOf = (endpoint: string) =>
  new EventBridgeClient({
    endpoint,
    region: 'us-east-1',
    credentials: CREDENTIALS,
    maxAttempts: 1,
  });

describe('putting events', () => {
  let endpoint: Endpoint;
  let client: EventBridgeClient;
  const check = caseOf(() => endpoint, KNOWN_DIFFERENCES);
  const put = (...Entries: PutEventsRequestEntry[]) =>
    client.send(new PutEventsCommand({ Entries }));

  beforeAll(async () => {
    endpoint = await endpointOf('AWS_ENDPOINT_URL_EVENTBRIDGE', { eventBuses: [EventBusName] });
    client = clientOf(endpoint.url);
    if (endpoint.emulator !== 'embedded') {
      await client.send(new CreateEventBusCommand({ Name: EventBusName }));
    }
  });

  afterAll(async () => {
    if (endpoint.emulator !== 'embedded') {
      await client.send(new DeleteEventBusCommand({ Name: EventBusName }));
    }
    client.destroy();
    await endpoint.close();
  });

  check('each event is answered by an id, in order', async () => {
    const { FailedEntryCount, Entries } = await put(good, { ...good, EventBusName: undefined });
    expect(FailedEntryCount).toBe(0);
    expect(Entries).toHaveLength(2);
    const [first, second] = Entries ?? [];
    expect(first?.EventId).toMatch(/^[0-9a-f-]{36}$/);
    expect(second?.EventId).not.toBe(first?.EventId);
  });

  check('an event that is wrong fails by itself, in its place', async () => {
    const { FailedEntryCount, Entries } = await put(
      good,
      { ...good, Detail: '{' },
      { ...good, Source: undefined },
      { ...good, DetailType: undefined },
      { ...good, Detail: undefined },
      good,
    );
    expect(FailedEntryCount).toBe(4);
    const EventId = expect.stringMatching(/./);
    const missing = (name: string) => ({
      ErrorCode: 'InvalidArgument',
      ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
    });
    expect(Entries).toEqual([
      { EventId },
      { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' },
      missing('Source'),
      missing('DetailType'),
      missing('Detail'),
      { EventId },
    ]);
  });

  check('a detail that is no object is malformed', async () => {
    const { Entries } = await put({ ...good, Detail: '"text"' });
    expect(Entries).toMatchObject([{ ErrorCode: 'MalformedDetail' }]);
  });

  check('an event for a bus that does not exist is answered like any other', async () => {
    const { FailedEntryCount, Entries } = await put({ ...good, EventBusName: 'no-such-bus' });
    expect(FailedEntryCount).toBe(0);
    expect(Entries?.[0]?.EventId).toBeDefined();
  });

  check('eleven are too many', async () => {
    expect(await failureOf(put(...Array(11).fill(good)))).toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('Member must have length less than or equal to 10'),
    });
  });

  check('none is too few', async () => {
    expect(await failureOf(put())).toMatchObject({ name: 'ValidationException' });
  });
});

describe('what is kept', () => {
  let aws: EmbeddedAws;
  let client: EventBridgeClient;
  const put = (...Entries: PutEventsRequestEntry[]) =>
    client.send(new PutEventsCommand({ Entries }));

  beforeEach(async () => {
    aws = await startEmbeddedAws({ eventBuses: ['audit'], nowMs: () => Date.UTC(2026, 0, 1) });
    client = clientOf(aws.url);
  });

  afterEach(async () => {
    client.destroy();
    await aws.close();
  });

  test('every event of the buses that exist, as it was put', async () => {
    aws.clock.advance(60_000);
    const Time = new Date(Date.UTC(2025, 5, 1));
    await put(
      { ...good, EventBusName: 'audit' },
      { ...good, EventBusName: 'misspelt' },
      { ...good, EventBusName: undefined, Time },
      { ...good, EventBusName: 'audit', Detail: '[' },
    );
    const kept = {
      source: 'latchkey',
      detailType: 'Token needs reauthorization',
      detail: { tokenId: 'a' },
    };
    expect(aws.events()).toEqual([
      { ...kept, bus: 'audit', time: '2026-01-01T00:01:00.000Z' },
      { ...kept, bus: 'default', time: '2025-06-01T00:00:00.000Z' },
    ]);
  });

  test('until it is forgotten', async () => {
    await put({ ...good, EventBusName: 'audit' });
    aws.forgetEvents();
    expect(aws.events()).toEqual([]);
  });
});
