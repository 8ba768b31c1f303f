/** What other emulators are known to answer unlike AWS, by the title of the case. */
import { because, type KnownDifferences } from '../endpoint.ts';

/** Seen with moto 5.2.5 and MiniStack 1.5.33. */
export const KNOWN_DIFFERENCES: KnownDifferences = {
  moto: {
    'a name with a space is refused': 'moto does not check the characters of names',
    'a secret that is not there': 'moto answers 404; AWS answers 400 for every client error',
    'no token at all, which no SDK does': 'moto makes a token up',
    'the third version leaves the first without a label, still stored':
      'moto lists deprecated versions whether asked to or not',
    'a label of ours stays where it is, however often AWSCURRENT moves on':
      'moto takes all labels off the version that was current',
    'a label that is not there': 'moto says that the secret is missing, not the label',
    'a label that another version has moves':
      'moto lists deprecated versions whether asked to or not',
    'a secret has at most 20 labels': 'moto has no quotas',
    'the 101st version within a day is refused': 'moto has no quotas',
    '65,536 bytes is the most': 'moto counts characters, not bytes, or not at all',
    '21 secrets are too many': 'moto has no quotas',
    'in the recovery window the value is out of reach and the description is not':
      'moto writes values to a secret that is scheduled for deletion',
    'the text of a read in the recovery window': 'moto has a text of its own',
    'tags cannot be changed in the recovery window': 'moto changes them',
    'the name cannot be taken in the recovery window':
      'moto answers ResourceExistsException; AWS answers InvalidRequestException',
  },
  ministack: {
    ...because('MiniStack ignores the ClientRequestToken of CreateSecret and UpdateSecret', [
      'create: same token, same value is the same secret',
      'create: same token, other value',
      'update: same token, same value does nothing',
      'update: same token, other value',
      'a version is read by id, by label, or by both',
      'an id and a label that do not belong together',
      'a label that another version has moves',
      'moving AWSCURRENT needs the version that has it',
      'AWSPREVIOUS follows AWSCURRENT when that is moved',
      'an update of the description makes no version',
      'a restored secret is as it was',
      'no token at all, which no SDK does',
    ]),
    ...because('MiniStack puts again whatever the token', [
      'put: same token, same value does nothing',
      'put: an old request repeated does not move AWSCURRENT back',
      'put: same token, other value',
      'of many first writes under one token, all succeed and one version is made',
      'a token shorter than 32 characters',
    ]),
    ...because('MiniStack drops deprecated versions at once', [
      'the third version leaves the first without a label, still stored',
    ]),
    ...because('MiniStack has texts of its own', [
      'a version id that is not there',
      'a label that is not there',
    ]),
    ...because('MiniStack checks no limits', [
      'a name with a space is refused',
      'a secret has at most 20 labels',
      'the 101st version within a day is refused',
      '65,536 bytes is the most',
      'a put without a value',
      '21 secrets are too many',
      'ids and filters together are refused',
    ]),
    ...because('MiniStack makes a version where no value is given', ['a secret without a value']),
    ...because('MiniStack has semantics of deletion of its own', [
      'the name cannot be taken in the recovery window',
      'a forced deletion of what is not there succeeds; a plain one does not',
    ]),
  },
};
