/** How times, verdicts, secrets and strangers' texts are put before an operator. */
import { secretLink } from '../../../lib/console/secret-link.ts';
import { shownText } from '../../../lib/console/shown-text.ts';
import { ago, comesIn, moment, span } from '../../../lib/console/time-words.ts';
import { verdictWords } from '../../../lib/console/verdict-words.ts';
import { START_MS } from '../../support/core/virtual-clock.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe('a length of time', () => {
  test.each([
    [0, '0 s'],
    [-5, '0 s'],
    [99_999, '99 s'],
    [100_000, '1 min'],
    [99 * MINUTE_MS, '99 min'],
    [100 * MINUTE_MS, '1 h 40 min'],
    [3 * HOUR_MS, '3 h'],
    [10 * HOUR_MS + MINUTE_MS, '10 h'],
    [47 * HOUR_MS, '47 h'],
    [48 * HOUR_MS, '2 d'],
    [400 * 24 * HOUR_MS, '400 d'],
  ])('%d ms is %s', (ms, words) => {
    expect(span(ms)).toBe(words);
  });

  test('is said backwards and forwards', () => {
    expect(ago(START_MS - 5 * MINUTE_MS, START_MS)).toBe('5 min ago');
    expect(ago(START_MS + 1_000, START_MS)).toBe('just now');
    expect(comesIn(START_MS + 5 * MINUTE_MS, START_MS)).toBe('in 5 min');
    expect(comesIn(START_MS + 59_999, START_MS)).toBe('within a minute');
    expect(comesIn(START_MS - HOUR_MS, START_MS)).toBe('within a minute');
  });

  test('has its moment, to hold against a log', () => {
    expect(moment(START_MS)).toBe('2026-11-22 00:00:00 UTC');
    expect(moment(9e15)).toBe('an unknown time');
  });
});

describe('a verdict', () => {
  test.each([
    ['revoked: invalid_code', 'The provider refuses the refresh token', 'invalid_code'],
    ['client-fault: invalid_client', 'The provider refuses the OAuth client', 'invalid_client'],
    ['throttled: access_denied', 'The provider asks to slow down', 'access_denied'],
    ['outage: http-503', 'The provider is down or in trouble', 'http-503'],
    ['malformed: not-json', 'The provider answers with something unusable', 'not-json'],
    [
      'secret-gone: deleted-by-hand',
      'Its secret was deleted in Secrets Manager',
      'deleted-by-hand',
    ],
    ['unheard-of: a: b', 'The refresh failed', 'a: b'],
    ['constructor', 'The refresh failed', 'constructor'],
    ['', 'The refresh failed', ''],
  ])('%s', (verdict, words, code) => {
    expect(verdictWords(verdict)).toEqual({ words, code });
  });
});

describe('the link to a secret', () => {
  const arn = (partition: string, region: string) =>
    `arn:${partition}:secretsmanager:${region}:123456789012:secret:latchkey/a-b/0f-AbC12x`;

  test.each([
    ['aws', 'eu-central-1', 'eu-central-1.console.aws.amazon.com'],
    ['aws-cn', 'cn-north-1', 'cn-north-1.console.amazonaws.cn'],
    ['aws-us-gov', 'us-gov-west-1', 'us-gov-west-1.console.amazonaws-us-gov.com'],
    ['aws-eusc', 'eusc-de-east-1', 'eusc-de-east-1.console.amazonaws-eusc.eu'],
  ])('leads to the console of its partition and Region: %s', (partition, region, host) => {
    expect(secretLink(arn(partition, region))).toEqual({
      name: 'latchkey/a-b/0f',
      href: `https://${host}/secretsmanager/secret?name=latchkey%2Fa-b%2F0f&region=${region}`,
    });
  });

  test.each([
    [
      'of a partition whose console is not known',
      arn('aws-iso', 'us-iso-east-1'),
      'latchkey/a-b/0f',
    ],
    ['of no partition', arn('constructor', 'us-east-1'), 'latchkey/a-b/0f'],
    ['of what is no ARN', 'javascript:alert(1)', 'javascript:alert(1)'],
    ['of another service', 'arn:aws:s3:::b', 'arn:aws:s3:::b'],
  ])('%s is none', (_what, secretArn, name) => {
    expect(secretLink(secretArn)).toEqual({ name });
  });

  test('keeps what is in a name out of its query', () => {
    const odd = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:a&region=x#"-AbC12x';
    expect(secretLink(odd).href).toContain('name=a%26region%3Dx%23%22&region=us-east-1');
  });
});

describe("a stranger's text", () => {
  test('that can be seen is shown as it is', () => {
    for (const text of ['ann@zylker.com:7000', 'Ünal Ğ', '漢字', 'اسم', '🧑🏽', 'e\u0301', '<b>']) {
      expect(shownText(text)).toEqual({ text });
    }
  });

  test.each([
    ['a text that runs backwards', '\u202egnp.exe', '\\u{202e}gnp.exe'],
    ['isolates', '\u2066a\u2069', '\\u{2066}a\\u{2069}'],
    [
      'controls',
      'a\u0000\u001b[31m\r\n\t\u007f\u0085',
      'a\\u{0}\\u{1b}[31m\\u{d}\\u{a}\\u{9}\\u{7f}\\u{85}',
    ],
    [
      'what has no width',
      'ad\u200bm\u200din\ufeff\u00ad',
      'ad\\u{200b}m\\u{200d}in\\u{feff}\\u{ad}',
    ],
    ['spaces that look like one', 'a\u00a0b\u3000c', 'a\\u{a0}b\\u{3000}c'],
    ['ends of lines', 'a\u2028b\u2029', 'a\\u{2028}b\\u{2029}'],
    ['lone surrogates', '\ud800x\udc00', '\\u{d800}x\\u{dc00}'],
    ['private and unassigned', '\ue000\u{10ffff}', '\\u{e000}\\u{10ffff}'],
    ['tags', '\u{e0041}', '\\u{e0041}'],
    ['marks on marks', 'e\u0301\u0302\u0303\u0304', 'e\u0301\u0302\\u{303}\\u{304}'],
  ])('%s is shown as its code', (_what, text, shown) => {
    expect(shownText(text)).toEqual({ text: shown });
  });

  test('that is long is cut, and a hover shows more of it', () => {
    expect(shownText('x'.repeat(48))).toEqual({ text: 'x'.repeat(48) });
    const long = shownText('x'.repeat(10_000));
    expect(long.text).toBe(`${'x'.repeat(48)}…`);
    expect(long.title).toBe(`${'x'.repeat(256)}…`);
    expect(shownText('y'.repeat(49))).toEqual({
      text: `${'y'.repeat(48)}…`,
      title: 'y'.repeat(49),
    });
  });

  test('is not cut within a character or a code', () => {
    expect(shownText('🙂'.repeat(30), 9).text).toBe('🙂🙂🙂🙂…');
    expect(shownText('\u202e'.repeat(30), 20).text).toBe('\\u{202e}\\u{202e}…');
  });
});
