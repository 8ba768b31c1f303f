/**
 * One request to a provider: never repeated, never redirected, over in time and bounded in size.
 * A client secret goes to the address it was meant for or nowhere; a failure carries no detail,
 * for what fetch throws may show the request.
 */
import type { ProviderAnswer } from './provider-answer.ts';
import type { ProviderCall } from './token-provider.ts';

/**
 * A secret of Secrets Manager holds 65,536 bytes, and so do the tokens that could be stored; an
 * id_token and the like may be as long again. What is longer still is no answer to a refresh.
 */
const MAX_ANSWER_BYTES = 131_072;

/** Like `fetch`, within the limits of the call. */
export type Send = (url: string, init: RequestInit) => Promise<Response>;

/**
 * What came of a request, or undefined where no whole answer came in time. Never throws. A body
 * that is too long counts as none.
 *
 * The time limit does not rely on fetch: with `redirect: 'error'` the garbage collector may take
 * the request while its body is awaited, and the signal then ends nothing
 * (https://github.com/nodejs/undici/pull/4750); it may take an AbortSignal.timeout within an
 * AbortSignal.any likewise (https://github.com/nodejs/node/issues/57736).
 */
export async function answerTo(
  { timeoutMs, signal }: ProviderCall,
  request: (send: Send) => Promise<Response>,
): Promise<ProviderAnswer | undefined> {
  const limit = new AbortController();
  const over = new Promise<undefined>((resolve) => {
    limit.signal.addEventListener('abort', () => resolve(undefined));
  });
  const abort = () => limit.abort();
  const timer = setTimeout(abort, timeoutMs);
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  try {
    return await Promise.race([over, wholeAnswer(request, limit.signal)]);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

async function wholeAnswer(
  request: (send: Send) => Promise<Response>,
  signal: AbortSignal,
): Promise<ProviderAnswer> {
  const response = await request((url, init) => fetch(url, { ...init, redirect: 'error', signal }));
  const retryAfter = response.headers.get('retry-after');
  return {
    status: response.status,
    body: await boundedText(response, signal),
    ...(retryAfter !== null && { retryAfter }),
  };
}

async function boundedText({ body }: Response, signal: AbortSignal): Promise<string> {
  if (body === null) return '';
  const reader = body.getReader();
  const letGo = () => reader.cancel().catch(() => undefined);
  signal.addEventListener('abort', letGo);
  const chunks: Uint8Array[] = [];
  for (let bytes = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    bytes += value.byteLength;
    if (bytes > MAX_ANSWER_BYTES) {
      await letGo();
      return '';
    }
    chunks.push(value);
  }
  // Unlike Buffer's toString this takes off a byte order mark.
  return new TextDecoder().decode(Buffer.concat(chunks));
}
