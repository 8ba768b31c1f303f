/** Stores that take another token than the one that is meant. */
import type { TokenFields } from '../../../../conformance/src/token-fields.ts';
import type { Row } from '../memory-disk.ts';
import { ReferenceStore } from '../reference-store.ts';
import { type Mutant, mutant } from './mutant.ts';

const namesNothing = ({ userName, accessToken, refreshToken, grantToken }: TokenFields) =>
  [userName, accessToken, refreshToken, grantToken].every((value) => value === undefined);
const isAccessAlone = ({
  clientId,
  userName,
  accessToken,
  refreshToken,
  grantToken,
}: TokenFields) =>
  accessToken !== undefined &&
  [clientId, userName, refreshToken, grantToken].every((value) => value === undefined);
const isAccessOfClient = ({
  clientId,
  userName,
  accessToken,
  refreshToken,
  grantToken,
}: TokenFields) =>
  accessToken !== undefined &&
  clientId !== undefined &&
  [userName, refreshToken, grantToken].every((value) => value === undefined);
/** One of the cast that has no user, and something to be told by. */
const isNamelessMarked = (row: Row | undefined) =>
  row !== undefined && row.userName === undefined && (row.redirectUrl?.includes('/by-') ?? false);

export const matchingMutants: readonly Mutant[] = [
  mutant(
    'matching/find-nothing',
    class extends ReferenceStore {
      override matchFind(named: TokenFields) {
        const isLost = namesNothing(named) && named.id === undefined;
        return isLost ? this.rows()[0] : super.matchFind(named);
      }
    },
  ),
  mutant(
    'matching/find-user',
    class extends ReferenceStore {
      override matchFind(named: TokenFields) {
        return this.rowBy('grantToken', named) ?? super.matchFind(named);
      }
    },
  ),
  mutant(
    'matching/find-access',
    class extends ReferenceStore {
      override matchFind(named: TokenFields) {
        const match = super.matchFind(named);
        const isLate = match !== undefined && this.rows().indexOf(match) > 1;
        return isAccessAlone(named) && isLate ? undefined : match;
      }
    },
  ),
  mutant(
    'matching/find-credential',
    class extends ReferenceStore {
      override matchFind(named: TokenFields) {
        const match = super.matchFind(named);
        const byCredential = named.accessToken === undefined && named.userName === undefined;
        return byCredential && isNamelessMarked(match) ? undefined : match;
      }
    },
  ),
  mutant(
    'matching/find-unclear',
    class extends ReferenceStore {
      override matchFind(named: TokenFields) {
        return isAccessOfClient(named) ? this.rows()[0] : super.matchFind(named);
      }
    },
  ),
  mutant(
    'matching/save-nothing',
    class extends ReferenceStore {
      override matchSave(given: TokenFields) {
        return namesNothing(given) ? this.rows()[0] : super.matchSave(given);
      }
    },
  ),
  mutant(
    'matching/save-user',
    class extends ReferenceStore {
      override matchSave(given: TokenFields) {
        return this.rowBy('grantToken', given) ?? super.matchSave(given);
      }
    },
  ),
  mutant(
    'matching/save-access',
    class extends ReferenceStore {
      override matchSave(given: TokenFields) {
        const match = super.matchSave(given);
        return isAccessAlone(given) && isNamelessMarked(match) ? undefined : match;
      }
    },
  ),
  mutant(
    'matching/save-credential',
    class extends ReferenceStore {
      override matchSave(given: TokenFields) {
        const match = super.matchSave(given);
        const byCredential = given.accessToken === undefined && given.userName === undefined;
        return byCredential && isNamelessMarked(match) ? undefined : match;
      }
    },
  ),
  mutant(
    'matching/save-unclear',
    class extends ReferenceStore {
      override matchSave(given: TokenFields) {
        return isAccessOfClient(given) ? this.rows()[0] : super.matchSave(given);
      }
    },
  ),
  mutant(
    'isolation/two-applications',
    class extends ReferenceStore {
      override matchSave(given: TokenFields) {
        const { clientId: _, ...ofAnyClient } = given;
        return this.rowBy('userName', ofAnyClient) ?? super.matchSave(given);
      }
    },
    ['isolation/find-by-application'],
  ),
  mutant(
    'isolation/find-by-application',
    class extends ReferenceStore {
      override matchFind(named: TokenFields) {
        const { clientId: _, ...ofAnyClient } = named;
        return this.rowBy('userName', ofAnyClient) ?? super.matchFind(named);
      }
    },
  ),
  mutant(
    'isolation/foreign-client',
    class extends ReferenceStore {
      override isSameClient(...[row, named, key]: Parameters<ReferenceStore['isSameClient']>) {
        return key === 'refreshToken' || super.isSameClient(row, named, key);
      }
    },
  ),
  mutant(
    'isolation/shared-refresh-token',
    class extends ReferenceStore {
      override matchSave(given: TokenFields) {
        return (
          this.rowBy('userName', given) ??
          this.rowBy('refreshToken', given) ??
          super.matchSave(given)
        );
      }
    },
  ),
  mutant(
    'isolation/case',
    class extends ReferenceStore {
      override isSame(one: string | undefined, other: string | undefined) {
        return one?.toLowerCase() === other?.toLowerCase();
      }
    },
  ),
  mutant(
    'isolation/spaces',
    class extends ReferenceStore {
      override isSame(one: string | undefined, other: string | undefined) {
        return one?.trimEnd() === other?.trimEnd();
      }
    },
  ),
  mutant(
    'isolation/accents',
    class extends ReferenceStore {
      override isSame(one: string | undefined, other: string | undefined) {
        return withoutAccents(one) === withoutAccents(other);
      }
    },
  ),
];

const withoutAccents = (text: string | undefined) =>
  text?.normalize('NFD').replaceAll(/\p{Diacritic}/gu, '');
