/** The failure a test expects, by its code: texts may change. For `rejects.toThrow`. */
import type { ErrorCode } from '../../../lib/contract.ts';

export function hasCode(code: ErrorCode): object {
  return expect.objectContaining({ name: 'LatchkeyError', code });
}
