/**
 * What a store has to tell the kit about itself: how to make one, how to open it again, and how to
 * look at what it leaves behind. The hooks are optional; a check without its hook is not tried.
 */
import type { TokenStore } from '@zohocrm/typescript-sdk-8.0';

/** An implementation of the SDK's `TokenStore.MasterModel`. */
export type Store = TokenStore.MasterModel;

type Eventually<Value> = Value | Promise<Value>;

/** A token store to be tried. */
export interface Subject {
  /** As the report calls it. */
  readonly name: string;
  /**
   * A new place for tokens, with nothing in it and used by nobody else. It is asked for some four
   * hundred times, and the places before are not used any more then: what is slow to start may be
   * emptied and used again.
   */
  create(surroundings: Surroundings): Eventually<Home>;
  /** Ends whatever `create` has started, after the last check. */
  close?(): Eventually<void>;
}

/** What there is around the store while it is tried. */
export interface Surroundings {
  /** A stand-in for Zoho on the loopback address: API domain and accounts server in one. */
  readonly zoho: {
    /** `http://127.0.0.1:<port>`. */
    readonly base: string;
    /** What the SDK calls the accounts URL: `<base>/oauth/v2/token`. */
    readonly accountsTokenUrl: string;
  };
}

/** A place where tokens are kept, and the stores that are opened on it. */
export interface Home {
  /**
   * The store as one more process opens it: a container that has just been started and remembers
   * nothing. Several are open at the same time.
   */
  open(): Eventually<Store>;
  /** How another process opens the same place; that process is then killed. */
  readonly elsewhere?: Elsewhere;
  /** What may be read by those who can see the storage, but may not decrypt it. */
  atRest?(): Eventually<AtRest>;
  /** What the store has printed elsewhere than to this process's own output: a server's log. */
  printed?(): Eventually<string>;
  /** The store in a container that cannot reach what keeps the tokens. */
  openUnreachable?(): Eventually<Store>;
  /**
   * The store in a container that dies in the middle of its n-th write, counted from 1: what that
   * write has done may be half of it, nothing comes after it, and the store's promise rejects.
   */
  openDying?(write: number): Eventually<DyingStore>;
  /** Throws the place away, after its check. */
  close?(): Eventually<void>;
}

export interface Elsewhere {
  /** A file that exports `attach(address)`, which gives the store or a promise of it. */
  readonly module: string | URL;
  /** What `attach` has to know of the place. */
  readonly address: string;
}

export interface AtRest {
  readonly text: string;
  /** Files of this machine that hold tokens, to look at who may read them. */
  readonly files?: readonly string[];
}

export interface DyingStore {
  readonly store: Store;
  /** Whether there was such a write, so that the container is dead by now. */
  died(): boolean;
}
