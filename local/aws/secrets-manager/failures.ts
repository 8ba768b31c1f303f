/**
 * The exceptions of Secrets Manager with the texts that the service itself sends. None of them
 * quotes a secret value.
 */
import { ServiceError } from '../service.ts';

export const failures = {
  secretNotFound: () =>
    new ServiceError(
      'ResourceNotFoundException',
      "Secrets Manager can't find the specified secret.",
    ),

  labelNotFound: (label: string) =>
    new ServiceError(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for staging label: ${label}`,
    ),

  versionNotFound: (versionId: string) =>
    new ServiceError(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for VersionId: ${versionId}`,
    ),

  labelNotOfVersion: () =>
    new ServiceError(
      'InvalidRequestException',
      'You provided a VersionStage that is not associated to the provided VersionId.',
    ),

  nameExists: (name: string) =>
    new ServiceError(
      'ResourceExistsException',
      `The operation failed because the secret ${name} already exists.`,
    ),

  tokenInUse: (token: string, arn: string) =>
    new ServiceError(
      'ResourceExistsException',
      `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${arn}.`,
    ),

  nameScheduledForDeletion: () =>
    new ServiceError(
      'InvalidRequestException',
      "You can't create this secret because a secret with this name is already scheduled for deletion.",
    ),

  markedForDeletion: () =>
    new ServiceError(
      'InvalidRequestException',
      "You can't perform this operation on the secret because it was marked for deletion.",
    ),

  tokenMissing: () =>
    new ServiceError(
      'InvalidRequestException',
      'You must provide a ClientRequestToken value. We recommend a UUID-type value.',
    ),

  valueMissing: () =>
    new ServiceError(
      'InvalidRequestException',
      'You must provide either SecretString or SecretBinary.',
    ),

  quotaExceeded: () =>
    new ServiceError(
      'LimitExceededException',
      'The request failed because it would exceed one of the Secrets Manager quotas.',
    ),

  invalidNextToken: () =>
    new ServiceError('InvalidNextTokenException', 'The NextToken value is invalid.'),

  invalidParameter: (message: string) => new ServiceError('InvalidParameterException', message),

  constraint: (member: string, constraint: string) =>
    new ServiceError(
      'ValidationException',
      `1 validation error detected: Value at '${member}' failed to satisfy constraint: ${constraint}`,
    ),

  validation: (message: string) => new ServiceError('ValidationException', message),
};
