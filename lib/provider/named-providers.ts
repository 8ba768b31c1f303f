/**
 * The providers of a deployment behind one port: a token's `provider` chooses, Zoho where it says
 * none. A name that is not configured touches no token: the deployment can configure it yet.
 */
import { OAuthProvider } from './oauth-provider.ts';
import type { ProvidersSettings } from './provider-settings.ts';
import type { TokenProvider } from './token-provider.ts';

const ZOHO = 'zoho';

/** Zoho's place is taken by none of the others, whatever their names. */
export interface NamedProvidersOptions {
  readonly zoho: TokenProvider;
  /** By name. */
  readonly others: Readonly<Record<string, TokenProvider>>;
}

/** An unknown name is a client fault, and its revocation is unavailable. */
export class NamedProviders implements TokenProvider {
  readonly #byName: ReadonlyMap<string, TokenProvider>;

  constructor({ zoho, others }: NamedProvidersOptions) {
    this.#byName = new Map([...Object.entries(others), [ZOHO, zoho]]);
  }

  refresh: TokenProvider['refresh'] = async (grant, call) => {
    const provider = this.#byName.get(grant.provider ?? ZOHO);
    return (
      provider?.refresh(grant, call) ?? { verdict: 'client-fault', reason: 'unknown-provider' }
    );
  };

  revoke: TokenProvider['revoke'] = async (grant, call) => {
    const provider = this.#byName.get(grant.provider ?? ZOHO);
    return provider?.revoke(grant, call) ?? 'unavailable';
  };
}

/** Zoho, and an OAuth 2.0 provider for each that the deployment configures. */
export function providersFrom(settings: ProvidersSettings, zoho: TokenProvider): NamedProviders {
  const others = Object.entries(settings).map(
    ([name, each]) => [name, new OAuthProvider(each)] as const,
  );
  return new NamedProviders({ zoho, others: Object.fromEntries(others) });
}
