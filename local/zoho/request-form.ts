/**
 * Reads a request's form fields, from the query and from the body. The SDKs for TypeScript and
 * Node.js send multipart/form-data, the others application/x-www-form-urlencoded.
 */
import type { IncomingMessage } from 'node:http';

const FORM_TYPES = /^(multipart\/form-data|application\/x-www-form-urlencoded)\b/i;

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** A body that is no form gives the query's fields only. */
export async function readForm(
  request: IncomingMessage,
  query: URLSearchParams,
): Promise<ReadonlyMap<string, string>> {
  const fields = new Map<string, string>(query);
  const body = await readBody(request);
  const contentType = request.headers['content-type'];
  if (!FORM_TYPES.test(contentType ?? '')) return fields;
  const form = await new Response(new Uint8Array(body), {
    headers: { 'content-type': contentType ?? '' },
  }).formData();
  for (const [name, value] of form) if (typeof value === 'string') fields.set(name, value);
  return fields;
}
