/**
 * A core of one run: `leibniz` is there and can be watched, private runs of it can be made, one token is right. What
 * it was asked is kept for the test to read; what it should answer otherwise, a test says by replacing a method.
 */
import type { RunId } from '../../../src/protocols/identity.ts';
import type { Connection } from '../../../src/protocols/ports/connection.ts';
import type {
  Caller,
  Credentials,
  Guest,
  Service,
  WatchRun,
  WatchRuns,
} from '../../../src/protocols/ports/service.ts';
import { type Answer, done, refuse } from '../../../src/protocols/refusal.ts';
import type { DigitsView } from '../../../src/protocols/wire/digits.ts';
import type { PartialAnswer } from '../../../src/protocols/wire/partial.ts';
import type { NewRun, RunView } from '../../../src/protocols/wire/run-view.ts';
import type { KillReport, KillTarget, TreeView } from '../../../src/protocols/wire/supervision.ts';

export const token = 'the-right-token-of-this-start';
const loginValue = 'a login; with characters that need escaping';

export const leibniz: RunView = {
  run: 'leibniz',
  series: 'leibniz',
  title: 'Leibniz',
  formula: '4 Σ (−1)^k / (2k+1)',
  limit: { name: 'π', decimal: '3.14159' },
  version: 1,
  state: 'running',
  pace: { mode: 'sprint' },
  policy: 'on-demand',
  owner: 'n-test',
  watchers: 0,
  position: { epoch: '00112233aabbccdd', offset: 7 },
  estimate: null,
  curve: [[1, 2.5]],
  ranges: [],
};

export const tree: TreeView = {
  node: 'n-test',
  at: '2026-11-22T16:00:00.000Z',
  root: {
    id: 'root',
    path: 'root',
    kind: 'supervisor',
    strategy: 'one_for_one',
    state: 'running',
    pid: 'p1',
    restarts: 0,
    mailbox: 0,
    childCount: 0,
    children: [],
    next: null,
  },
};

export const report: KillReport = {
  path: 'root/compute',
  oldPid: 'p1',
  newPid: 'p2',
  outcome: 'restarted',
  restartLatencyUs: 120,
  strategy: 'rest_for_one',
  alsoRestarted: [],
};

export const partial: PartialAnswer = {
  series: 'leibniz',
  version: 2,
  from: 4,
  to: 12,
  grain: 4,
  partial: '-1f',
  monoid: 'sum',
  values: { sum: '-31' },
  scale: 98,
  decimal: '-0.0000000000000000000000000000978218906618',
};

export const digits: DigitsView = {
  run: 'leibniz',
  position: { epoch: '00112233aabbccdd', offset: 7 },
  n: 1_000,
  bound: 'rigorous',
  total: 3,
  point: 1,
  zeros: 0,
  from: 1,
  digits: '14',
};

export class OneRunService implements Service {
  readonly connections: Connection[] = [];
  readonly watched: WatchRun[] = [];
  readonly watchedTogether: WatchRuns[] = [];
  readonly trees: object[] = [];
  readonly partials: { series: string; from: number; to: number }[] = [];
  readonly digitPages: { run: string; from: number; count: number }[] = [];
  readonly created: { wish: NewRun; caller: Caller }[] = [];
  nodeKills = 0;
  readonly #runs = new Map<string, RunView>([['leibniz', leibniz]]);
  #loggedIn = false;

  async catalogue(since: string | null): ReturnType<Service['catalogue']> {
    const base = { epoch: '00112233aabbccdd', version: 42 };
    return since === '00112233aabbccdd:41'
      ? done({ ...base, snapshot: false, changes: [{ version: 42, op: 'remove', run: 'leibniz~gone' }] })
      : done({ ...base, snapshot: true, series: [] });
  }

  async run(run: string): Promise<Answer<RunView>> {
    const view = this.#runs.get(run);
    return view ? done(view) : refuse('unknown-run', `There is no run ${run}.`);
  }

  partial: Service['partial'] = async (series, range) => {
    this.partials.push({ series, ...range });
    return series === 'leibniz' ? done(partial) : refuse('unknown-run', `There is no series ${series}.`);
  };

  async digits(run: string, page: { from: number; count: number }): Promise<Answer<DigitsView>> {
    this.digitPages.push({ run, ...page });
    return this.#runs.has(run) ? done(digits) : refuse('unknown-run', `There is no run ${run}.`);
  }

  async createRun(series: string, wish: NewRun, caller: Caller): Promise<Answer<RunView>> {
    this.created.push({ wish, caller });
    const view = {
      ...leibniz,
      series,
      run: `${series}~k3x9` as RunId,
      ...(wish.pace && { pace: wish.pace }),
    };
    this.#runs.set(view.run, view);
    return done(view);
  }

  async changeRun(run: string, _patch: object, caller: Caller): Promise<Answer<RunView>> {
    return caller.admin ? this.run(run) : refuse('forbidden', 'A shared run is changed by an admin.');
  }

  async endRun(run: string, caller: Caller): Promise<Answer<null>> {
    if (!caller.admin) return refuse('forbidden', 'Another’s run is ended by an admin.');
    return this.#runs.delete(run) ? done(null) : refuse('unknown-run', `There is no run ${run}.`);
  }

  resetRun(run: string): Promise<Answer<RunView>> {
    return this.run(run);
  }

  retryRun(run: string): Promise<Answer<RunView>> {
    return this.run(run);
  }

  async watchRun(request: WatchRun, open: () => Connection): Promise<Answer<null>> {
    this.watched.push(request);
    if (!this.#runs.has(request.run)) return refuse('unknown-run', `There is no run ${request.run}.`);
    this.connections.push(open());
    return done(null);
  }

  async watchRuns(request: WatchRuns, open: () => Connection): Promise<Answer<null>> {
    this.watchedTogether.push(request);
    const unknown = request.runs.find((run) => !this.#runs.has(run));
    if (unknown !== undefined) return refuse('unknown-run', `There is no run ${unknown}.`);
    this.connections.push(open());
    return done(null);
  }

  async watchSupervision(_guest: Guest, open: () => Connection): Promise<Answer<null>> {
    this.connections.push(open());
    return done(null);
  }

  async connect(_guest: Guest, open: () => Connection): Promise<Answer<null>> {
    this.connections.push(open());
    return done(null);
  }

  tree(query: object): Answer<TreeView> {
    this.trees.push(query);
    return done(tree);
  }

  async kill(target: KillTarget): Promise<Answer<KillReport>> {
    if ((target.path === undefined) === (target.pid === undefined)) {
      return refuse('bad-request', 'Give either path or pid.');
    }
    if (target.path === 'root') return refuse('not-killable', 'The root is killed with ZENO_CHAOS only.');
    return done(target.path === 'root/slow' ? { ...report, newPid: null, outcome: 'pending' } : report);
  }

  killNode(): Answer<null> {
    this.nodeKills += 1;
    return done(null);
  }

  async identify({ bearer, cookie }: Credentials): ReturnType<Service['identify']> {
    if (bearer === null && cookie === null) return done({ kind: 'anonymous' });
    const right = bearer === token || (bearer === null && this.#loggedIn && cookie === loginValue);
    return done(right ? { kind: 'admin', user: null, endsAtMs: null } : { kind: 'unknown' });
  }

  channelOf(text: string): string {
    return text === 'alias' ? 'leibniz' : text;
  }

  async login(presented: string): ReturnType<Service['login']> {
    if (presented !== token) return refuse('forbidden', 'That is not the token of this start.');
    this.#loggedIn = true;
    return done({ cookie: loginValue, maxAgeMs: 60_500 });
  }

  async logout(): Promise<Answer<null>> {
    this.#loggedIn = false;
    return done(null);
  }

  async readiness(): ReturnType<Service['readiness']> {
    return { ready: true, reasons: [] };
  }
}
