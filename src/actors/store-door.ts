/**
 * The one way to the store for everybody. The store's process may die and open it anew behind this door; while it is
 * shut every operation answers `unavailable`, which all who use a store are ready for anyway.
 */
import type { Clock } from '../lib/clock.ts';
import type { Meter } from '../protocols/ports/meter.ts';
import type { Store, Unavailable } from '../protocols/ports/store.ts';

export interface StoreDoor extends Store {
  /** Lets operations through to `store` until the returned function is called. */
  admit(store: Store): () => void;
}

const shut: Unavailable = { kind: 'unavailable', reason: 'the store is being opened' };

/** `clock` and `meter` are for the time that commits take. */
export function createStoreDoor(clock: Clock, meter: Meter): StoreDoor {
  let open: Store | null = null;
  const through = <T>(operation: (store: Store) => Promise<T>): Promise<T | Unavailable> =>
    open === null ? Promise.resolve(shut) : operation(open);
  return {
    get name() {
      return open?.name ?? 'no store';
    },
    admit(store) {
      open = store;
      return () => {
        if (open === store) open = null;
      };
    },
    putRun: (record) => through((store) => store.putRun(record)),
    listRuns: () => through((store) => store.listRuns()),
    removeRun: (run) => through((store) => store.removeRun(run)),
    claim: (claim) => through((store) => store.claim(claim)),
    async commit(commit) {
      const isShut = open === null;
      const beganMs = clock.monotonicMs();
      const committed = await through((store) => store.commit(commit));
      // A store that is not there takes no time, and is not fast.
      if (!isShut) meter.observe('zeno_commit_seconds', (clock.monotonicMs() - beganMs) / 1_000);
      meter.count('zeno_commits_total', committed.kind);
      return committed;
    },
    beginEpoch: (start) => through((store) => store.beginEpoch(start)),
    readAfter: (run, after, limit) => through((store) => store.readAfter(run, after, limit)),
    read: (run) => through((store) => store.read(run)),
    ping: () => through((store) => store.ping()),
    close: async () => open?.close(),
  };
}
