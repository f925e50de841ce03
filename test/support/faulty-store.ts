/** A memory store to which the world happens when a test says so: it falls silent, answers too late, forgets. */

import type { RunId } from '../../src/protocols/identity.ts';
import type {
  Claim,
  Commit,
  EpochStart,
  HistoryBounds,
  RunRecord,
  Store,
  Unavailable,
} from '../../src/protocols/ports/store.ts';
import type { Position } from '../../src/protocols/position.ts';
import { memoryStore } from '../../src/store/memory-store.ts';

const unavailable: Unavailable = { kind: 'unavailable', reason: 'the disk is full' };
const usual: HistoryBounds = { estimates: 4_096, ageMs: 900_000, bytes: 2 ** 24 };

export class FaultyStore implements Store {
  readonly name = 'faulty';
  /** `down`: nothing is done; `deaf`: it is done, but the answer is lost. */
  mode: 'well' | 'down' | 'deaf' = 'well';
  /** Set, every answer waits for it. */
  gate: Promise<void> | null = null;
  /** Those that were applied, newest last. */
  readonly commits: Commit[] = [];
  /** How many operations were asked for, whatever became of them. */
  asked = 0;
  /** How many were under way at once, at most. */
  atOnceMost = 0;
  #underWay = 0;
  #inner: Store;
  readonly #bounds: HistoryBounds;

  constructor(bounds: HistoryBounds = usual) {
    this.#bounds = bounds;
    this.#inner = memoryStore(bounds);
  }

  putRun = (record: RunRecord) => this.#do((store) => store.putRun(record));
  listRuns = () => this.#do((store) => store.listRuns());
  removeRun = (run: RunId) => this.#do((store) => store.removeRun(run));
  claim = (claim: Claim) => this.#do((store) => store.claim(claim));
  beginEpoch = (start: EpochStart) => this.#do((store) => store.beginEpoch(start));
  readAfter = (run: RunId, after: Position, limit: number) =>
    this.#do((store) => store.readAfter(run, after, limit));
  read = (run: RunId) => this.#do((store) => store.read(run));
  ping = () => this.#do((store) => store.ping());

  commit = (commit: Commit) =>
    this.#do(async (store) => {
      const answer = await store.commit(commit);
      if (answer.kind === 'committed') this.commits.push(commit);
      return answer;
    });

  /** Its incarnations come and go; what it holds stays. */
  async close(): Promise<void> {}

  /** Loses every commit of `run` after `offset`, as a database does that comes back from a copy. */
  async forgetAfter(run: RunId, offset: number, version: number): Promise<void> {
    const kept = this.commits.filter((commit) => commit.run === run && commit.offset <= offset);
    const first = kept[0];
    const listed = await this.#inner.listRuns();
    this.#inner = memoryStore(this.#bounds);
    if (listed.kind === 'runs') for (const record of listed.runs) await this.#inner.putRun(record);
    if (first === undefined) return;
    const claim = {
      run,
      version,
      node: 'n' as Claim['node'],
      nonce: 'copy',
      leaseMs: 1,
      freshEpoch: first.epoch,
    };
    const claimed = await this.#inner.claim(claim);
    if (claimed.kind !== 'claimed') throw new Error(claimed.kind);
    for (const commit of kept) await this.#inner.commit({ ...commit, holder: claimed.holder });
  }

  async #do<T>(operation: (store: Store) => Promise<T>): Promise<T | Unavailable> {
    this.asked += 1;
    const { mode, gate } = this;
    if (mode === 'down') return unavailable;
    this.#underWay += 1;
    this.atOnceMost = Math.max(this.atOnceMost, this.#underWay);
    const answer = await operation(this.#inner);
    if (gate !== null) await gate;
    this.#underWay -= 1;
    return mode === 'deaf' ? unavailable : answer;
  }
}
