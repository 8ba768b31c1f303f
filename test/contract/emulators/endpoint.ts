/**
 * Where a suite finds its service: the endpoint that an environment variable names (an emulator
 * that others wrote, or AWS itself), or else an embedded AWS of its own. Also tells which emulator
 * that is, for the tables of known differences.
 */
import {
  type EmbeddedAws,
  type EmbeddedAwsOptions,
  startEmbeddedAws,
} from '../../../local/aws/embedded-aws.ts';

export type Emulator = 'embedded' | 'moto' | 'dynamodb-local' | 'ministack' | 'other';

export interface Endpoint {
  readonly url: string;
  readonly emulator: Emulator;
  close(): Promise<void>;
}

/** Cases that an emulator is known to answer unlike AWS: its name, the case, the reason. */
export type KnownDifferences = Partial<Record<Emulator, Readonly<Record<string, string>>>>;

export const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

/** For a client that does not repeat what fails: the failure is what a case looks at. */
export function oneTryAt({ url }: { readonly url: string }) {
  return { endpoint: url, region: 'us-east-1', credentials: CREDENTIALS, maxAttempts: 1 };
}

/** @param options for the embedded AWS, where it is that */
export async function endpointOf(
  variable: string,
  options: EmbeddedAwsOptions = {},
): Promise<Endpoint> {
  const url = process.env[variable];
  if (url !== undefined) return { url, emulator: await recognize(url), close: async () => {} };
  const aws: EmbeddedAws = await startEmbeddedAws(options);
  return { url: aws.url, emulator: 'embedded', close: () => aws.close() };
}

/** Rows of the table that share a reason. */
export function because(reason: string, titles: readonly string[]): Record<string, string> {
  return Object.fromEntries(titles.map((title) => [title, reason]));
}

/**
 * A test whose failure is expected where the table says so. It fails when such a case passes: then
 * the emulator has learned it, and the entry has to go.
 */
export function caseOf(endpoint: () => Endpoint, differences: KnownDifferences) {
  return (title: string, run: () => Promise<void>): void => {
    test(title, async () => {
      const reason = differences[endpoint().emulator]?.[title];
      if (reason === undefined) return run();
      const failed = await run().then(
        () => false,
        () => true,
      );
      if (!failed) throw new Error(`${endpoint().emulator} no longer differs here: ${reason}`);
    });
  };
}

/** The error that a call fails with. */
export async function failureOf(call: Promise<unknown>): Promise<Error> {
  try {
    await call;
  } catch (error) {
    return error as Error;
  }
  throw new Error('the call was expected to fail');
}

async function recognize(url: string): Promise<Emulator> {
  const answers = async (path: string) => {
    const response = await fetch(new URL(path, url)).catch(() => undefined);
    return response?.ok ?? false;
  };
  if (await answers('/moto-api/data.json')) return 'moto';
  if (await answers('/_ministack/health')) return 'ministack';
  const server = (await fetch(url).catch(() => undefined))?.headers.get('server') ?? '';
  return server.startsWith('Jetty') ? 'dynamodb-local' : 'other';
}
