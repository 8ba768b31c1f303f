/** What the resources of the store that `--store` names are called. */
import { type Command, InvalidArgumentError } from 'commander';
import { secretPrefix, tableName } from '../infra/resource-names.ts';
import { DEFAULT_SETTINGS, validSettings } from '../infra/store-settings.ts';

export interface StoreNames {
  readonly store: string;
  readonly table: string;
  /** Ends with a slash: the store `a` has nothing to do with `a-b`. */
  readonly secretPrefix: string;
}

export function namesOf(store: string): StoreNames {
  return { store, table: tableName({ store }), secretPrefix: secretPrefix({ store }) };
}

/** The option that every command has. */
export function withStoreOption(command: Command): Command {
  return command.requiredOption('--store <name>', 'the store, as it was deployed', storeName);
}

/** @throws InvalidArgumentError */
export function storeName(text: string): string {
  try {
    return validSettings({ ...DEFAULT_SETTINGS, store: text }).store;
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
