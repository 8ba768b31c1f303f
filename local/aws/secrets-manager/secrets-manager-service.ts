/**
 * The Secrets Manager protocol: which operation a call means. State is the shelf's, rules are in
 * secret-store and secret-reads.
 */
import { join } from 'node:path';
import {
  type Answer,
  answerJson,
  type Service,
  type ServiceCall,
  ServiceError,
} from '../service.ts';
import type { Request } from './request-fields.ts';
import { SecretReads } from './secret-reads.ts';
import { SecretShelf } from './secret-shelf.ts';
import { SecretStore } from './secret-store.ts';
import type { Members } from './wire-shapes.ts';

/** Operations that a stale read can be asked of. */
export const SECRET_READS: ReadonlySet<string> = new Set([
  'GetSecretValue',
  'BatchGetSecretValue',
  'DescribeSecret',
  'ListSecretVersionIds',
  'ListSecrets',
]);

export class SecretsManagerService implements Service {
  readonly #operations: Readonly<Record<string, (request: Request, stale: boolean) => Members>>;

  constructor(options: { dataDirectory?: string | undefined; nowMs: () => number }) {
    const { dataDirectory, nowMs } = options;
    const shelf = new SecretShelf(dataDirectory && join(dataDirectory, 'secrets'), nowMs);
    const store = new SecretStore(shelf, nowMs);
    const reads = new SecretReads(shelf);
    this.#operations = {
      CreateSecret: (request) => store.create(request),
      PutSecretValue: (request) => store.putValue(request),
      UpdateSecret: (request) => store.update(request),
      UpdateSecretVersionStage: (request) => store.updateVersionStage(request),
      DeleteSecret: (request) => store.delete(request),
      RestoreSecret: (request) => store.restore(request),
      TagResource: (request) => store.tag(request),
      UntagResource: (request) => store.untag(request),
      GetSecretValue: (request, stale) => reads.getValue(request, stale),
      BatchGetSecretValue: (request, stale) => reads.batchGetValue(request, stale),
      DescribeSecret: (request, stale) => reads.describe(request, stale),
      ListSecretVersionIds: (request, stale) => reads.listVersionIds(request, stale),
      ListSecrets: (request, stale) => reads.list(request, stale),
    };
  }

  execute(call: ServiceCall, stale: boolean): Promise<Answer> {
    return answerJson('1.1', () => {
      const operation = this.#operations[call.action];
      if (operation === undefined) throw new ServiceError('UnknownOperationException', '');
      return operation(call.request, stale);
    });
  }
}
