/** Stores that let secrets out. */
import { fileURLToPath } from 'node:url';
import type { Token } from '@zohocrm/typescript-sdk-8.0';
import { fieldsOf } from '../../../../conformance/src/token-fields.ts';
import { ReferenceStore } from '../reference-store.ts';
import { type Mutant, mutant } from './mutant.ts';

export const leakMutants: readonly Mutant[] = [
  {
    check: 'leaks/at-rest',
    also: [],
    home: (home, disk) =>
      Object.assign(Object.create(home), {
        atRest: () => ({ text: JSON.stringify(disk.read()) }),
      }),
  },
  {
    check: 'leaks/files',
    also: [],
    home: (home) =>
      Object.assign(Object.create(home), {
        // Any file that everybody may read.
        atRest: () => ({ text: 'sealed', files: [fileURLToPath(import.meta.url)] }),
      }),
  },
  mutant(
    'leaks/errors',
    class extends ReferenceStore {
      override async findTokenById(id: string) {
        if (this.rows().some((row) => row.id === id)) return super.findTokenById(id);
        throw this.failure(`There is no ${id}`);
      }
    },
  ),
  mutant(
    'leaks/errors-unreachable',
    class extends ReferenceStore {
      override async saveToken(token: Token.MasterModel) {
        try {
          await super.saveToken(token);
        } catch (error) {
          if (!(error as Error).message.includes('The disk is not there')) throw error;
          throw this.failure(JSON.stringify(fieldsOf(token)));
        }
      }
    },
  ),
  mutant(
    'leaks/printed',
    class extends ReferenceStore {
      override async saveToken(token: Token.MasterModel) {
        if (fieldsOf(token).userName?.startsWith('marked')) console.log(fieldsOf(token));
        await super.saveToken(token);
      }
    },
  ),
];
