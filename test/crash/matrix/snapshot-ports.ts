/** A snapshot as the two ports that it was taken from: to look into it by finding, without a call. */
import type { TokenIndex } from '../../../lib/token-index/token-index.ts';
import type { TokenVault } from '../../../lib/vault/token-vault.ts';
import type { StorePorts, StoreSnapshot } from '../../support/invariants/store-snapshot.ts';

export function portsOf({
  generation,
  rows,
  keyRows,
  living,
  contents,
}: StoreSnapshot): StorePorts {
  const read: TokenIndex['read'] = async ({ ids = [], keys = [] }) => ({
    generation,
    rows: new Map([...rows].filter(([id]) => ids.includes(id))),
    keyRows: new Map(keyRows.filter(({ key }) => keys.includes(key)).map((row) => [row.key, row])),
  });
  const readVersion: TokenVault['read'] = async ({ secretArn, versionId }) => {
    const row = living.find((each) => each.secretArn === secretArn && each.versionId === versionId);
    return row && contents.get(row.id);
  };
  return {
    index: onlyThese<TokenIndex>({ read }),
    vault: onlyThese<TokenVault>({ read: readVersion, readCurrent: async () => undefined }),
  };
}

function onlyThese<Port extends object>(members: Partial<Port>): Port {
  return new Proxy(members as Port, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (member === undefined) throw new Error(`A snapshot has no ${String(name)}.`);
      return member;
    },
  });
}
