/** The fields of a token request: the SDK sends multipart/form-data, others urlencoded. */
import type { IncomingMessage } from 'node:http';

export type Form = ReadonlyMap<string, string>;

const FORM_TYPES = /^(multipart\/form-data|application\/x-www-form-urlencoded)\b/i;

/** The query's fields, and those of the body where it is a form. */
export async function readForm(request: IncomingMessage, query: URLSearchParams): Promise<Form> {
  const fields = new Map<string, string>(query);
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  const contentType = request.headers['content-type'] ?? '';
  if (!FORM_TYPES.test(contentType)) return fields;
  const body = new Uint8Array(Buffer.concat(chunks));
  const form = await new Response(body, { headers: { 'content-type': contentType } }).formData();
  for (const [name, value] of form) if (typeof value === 'string') fields.set(name, value);
  return fields;
}
