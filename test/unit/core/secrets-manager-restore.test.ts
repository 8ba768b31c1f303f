/** Taking a deletion back where the service refuses to: what is meant is told apart by its words. */
import {
  InvalidRequestException,
  ResourceNotFoundException,
  type SecretsManagerClient,
  type SecretsManagerServiceException,
} from '@aws-sdk/client-secrets-manager';
import { SecretsManagerVault } from '../../../lib/vault/secrets-manager-vault.ts';
import { ampleDeadline } from '../../support/core/deadlines.ts';

function cancelWhere(failure: SecretsManagerServiceException): Promise<boolean> {
  const send = () => Promise.reject(failure);
  const vault = new SecretsManagerVault({
    client: { send } as unknown as SecretsManagerClient,
    namePrefix: 'latchkey/default/',
    recoveryWindowDays: 7,
  });
  return vault.cancelDeletion('arn:secret', ampleDeadline());
}

const invalidRequest = (message: string) => new InvalidRequestException({ message, $metadata: {} });

test('a secret that is not in deletion is there', async () => {
  expect(await cancelWhere(invalidRequest('Secret is not scheduled for deletion.'))).toBe(true);
});

test('a secret that is gone is not', async () => {
  const message = "Secrets Manager can't find the specified secret.";
  const failure = new ResourceNotFoundException({ message, $metadata: {} });
  expect(await cancelWhere(failure)).toBe(false);
});

test.each(['You must first remove the replicas.', "You can't do this: it was deleted."])(
  'a refusal for another reason is neither: %s',
  async (message) => {
    await expect(cancelWhere(invalidRequest(message))).rejects.toThrow('InvalidRequestException');
  },
);
