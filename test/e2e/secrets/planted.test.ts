/**
 * The test of the taint test: leaks are planted in the sources of the functions, the functions are
 * bundled and deployed, and the same detector that finds nothing in `functions.test.ts` finds them.
 */
import { functionName } from '../../../infra/resource-names.ts';
import { functionsOf } from '../../../local/deployment.ts';
import type { Hit } from '../../support/taint/canaries.ts';
import { PlantedBundles } from '../../support/taint/planted-bundles.ts';
import { PLANTS, SENT } from '../../support/taint/plants.ts';
import { TaintedStore } from '../../support/taint/tainted-store.ts';
import { PROVIDER_REPLIES } from '../../support/taint/walks/provider-replies.ts';

const PLANTED = ['save-token', 'refresh-worker'] as const;

let tainted: TaintedStore;
let bundles: PlantedBundles;
let hits: readonly Hit[];
beforeAll(async () => {
  tainted = await TaintedStore.start();
  const { aws, settings } = tainted.store;
  await walk();
  expect(await tainted.hits()).toEqual([]);

  bundles = new PlantedBundles([...Object.values(PLANTS), SENT]);
  const built = await Promise.all(
    PLANTED.map(async (name) => [functionName(settings, name), await bundles.build(name)] as const),
  );
  const bundleOf = new Map(built);
  aws.addFunctions(
    functionsOf(settings, aws).map((each) => ({
      ...each,
      bundle: bundleOf.get(each.name) ?? each.bundle,
    })),
  );
  await walk();
  hits = await tainted.hits();
});
afterAll(async () => {
  bundles.close();
  await tainted.close();
});

/** Saves, a refused request, and scheduled refreshes: enough for every plant to leak. */
async function walk(): Promise<void> {
  const { aws, zoho } = tainted.store;
  const due = { expiresAt: aws.clock.nowMs() + 60_000 };
  const odd = tainted.canaries.mint('secret in an odd place');
  await tainted.invoke('saveToken', { token: { accessToken: [odd] } });
  await tainted.invoke('saveToken', { token: tainted.mintedToken('minted') });
  await tainted.save('refreshed', due);
  await aws.advanceMinutes(1);
  const { token } = await tainted.save('echo', due);
  zoho.failNext(PROVIDER_REPLIES['echo']?.(token) ?? { kind: 'garbage' });
  await aws.advanceMinutes(1);
}

test.each(Object.keys(PLANTS))('%s is found', (leak) => {
  expect(hits).toContainEqual(PLANTS[leak]?.found);
});
