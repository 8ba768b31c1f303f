/**
 * An exception as Lambda's REST protocol carries it: named in a header, worded in the body. Pure.
 */
import type { Answer } from '../service.ts';

export function restErrorAnswer(statusCode: number, name: string, message: string): Answer {
  return {
    statusCode,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': name },
    body: JSON.stringify({
      Type: statusCode < 500 ? 'User' : 'Service',
      message,
      Message: message,
    }),
    errorName: name,
  };
}
