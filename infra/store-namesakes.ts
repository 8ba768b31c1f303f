/**
 * A store's name is its own in an account and Region: table, functions and secrets are named after
 * it. Two of one name would fail in the middle of a deployment, or worse, share secrets; so the
 * second one ends the synthesis.
 */
import { Stack, Token } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';

const storesOfApp = new WeakMap<IConstruct, Map<Construct, string>>();

/** @throws Error where the app has a store of that name that could be deployed to the same place */
export function claimStoreName(store: Construct, name: string): void {
  const { root } = store.node;
  const stores = storesOfApp.get(root) ?? new Map<Construct, string>();
  storesOfApp.set(root, stores);
  for (const [other, otherName] of stores) {
    if (otherName === name && mayMeet(Stack.of(other), Stack.of(store))) {
      throw new Error(
        `There is a store "${name}" already, ${other.node.path}: in one account and Region every ` +
          `store needs a name of its own. Give ${store.node.path} another: { store: '…' }.`,
      );
    }
  }
  stores.set(store, name);
}

/** Where a stack does not say its account or Region, it can be deployed to the other's. */
function mayMeet(one: Stack, other: Stack): boolean {
  const same = (a: string, b: string) => a === b || Token.isUnresolved(a) || Token.isUnresolved(b);
  return same(one.account, other.account) && same(one.region, other.region);
}
