/**
 * The core as the gateway sees it: each question is put to the process that knows, and a process that is not there
 * for a moment is waited for, because it is being restarted.
 */
import { type Random, uuid } from '../lib/random.ts';
import { isAnonymous, type NodeId, type RunId } from '../protocols/identity.ts';
import type { Limits } from '../protocols/limits.ts';
import type { OutstandingRange } from '../protocols/mailbox/dispatcher.ts';
import type { KnownDigits, SeriesCall, SeriesPid, SeriesReport } from '../protocols/mailbox/series.ts';
import type { Subject } from '../protocols/mailbox/session.ts';
import type { Connection } from '../protocols/ports/connection.ts';
import type { Meter } from '../protocols/ports/meter.ts';
import type {
  Caller,
  Guest,
  Login,
  Service,
  TreeQuery,
  WatchRun,
  WatchRuns,
} from '../protocols/ports/service.ts';
import { type Answer, beyond, done, refuse } from '../protocols/refusal.ts';
import type { RunPatch, RunView } from '../protocols/wire/run-view.ts';
import type { From } from '../runtime/call.ts';
import type { Pid } from '../runtime/pid.ts';
import type { System } from '../runtime/system.ts';
import type { SeriesDefinition } from '../series/definition.ts';
import { ask } from './ask.ts';
import { digitsView } from './digits-view.ts';
import { channelOf, type RunFinder } from './find-run.ts';
import { identify } from './identify.ts';
import { kill } from './kill.ts';
import { authName, dispatcherName, listenerName, lobbyName, runsName, seriesName } from './names.ts';
import { partialAnswer } from './partial-answer.ts';
import { partialShares } from './partial-shares.ts';
import { readiness } from './readiness.ts';
import { runView } from './run-view.ts';
import { startOf, startsOf } from './starts.ts';
import { treeView } from './tree-view.ts';

export interface ServicePorts {
  readonly system: System;
  /** Null before the tree has been started. */
  readonly root: () => Pid | null;
  readonly limits: Limits;
  readonly random: Random;
  readonly node: NodeId;
  readonly chaos: boolean;
  readonly findSeries: (id: string) => SeriesDefinition | null;
  readonly finder: RunFinder;
  /** The node is ending: it lets nobody in, and is not ready. */
  readonly draining: () => boolean;
  /** Ends the operating system's process at once. */
  readonly dieNow: () => void;
  readonly meter: Meter;
}

/** How long a part that only adds detail is waited for. */
const DETAIL_MS = 1_000;

export function createService(ports: ServicePorts): Service {
  const { system, limits, finder, findSeries, chaos, meter } = ports;
  const shares = partialShares(limits.partialsPerUser);
  const drains = () =>
    refuse('draining', 'This node is going down. Connect again in a moment; another will answer.');

  async function askSeries(
    text: string,
    build: (from: From<Answer<SeriesReport>>) => SeriesCall,
  ): Promise<Answer<RunView>> {
    const found = await finder.existing(text);
    if (!found.ok) return found;
    const { run, definition } = found.value;
    const answer = await ask(system, seriesName(run), build);
    if (!answer.ok) return answer;
    if (!answer.value.ok) return answer.value;
    const series = system.whereis(seriesName(run));
    const ranges = series === null ? [] : await outstanding(series);
    return done(runView(answer.value.value, definition, ranges));
  }

  async function outstanding(series: SeriesPid) {
    const answer = await system.call(
      dispatcherName,
      (from: From<readonly OutstandingRange[]>) => ({ type: 'outstanding', giver: series, from }),
      DETAIL_MS,
    );
    return answer.ok ? answer.value : [];
  }

  /** A private run belongs to who began it; shared runs and all else to admins. */
  async function mayChange(text: string, caller: Caller): Promise<Answer<null>> {
    const found = await finder.existing(text);
    if (!found.ok) return found;
    if (caller.admin) return done(null);
    const { run } = found.value;
    const record = await finder.record(run);
    if (!record.ok) return record;
    if (record.value !== null && record.value.user === caller.user) return done(null);
    const code = isAnonymous(caller.user) ? 'unauthorized' : 'forbidden';
    return refuse(code, `The run ${run} is not yours. Changing it takes the admin token.`);
  }

  function paceFault(pace: RunPatch['pace']): Answer<never> | null {
    if (pace?.mode !== 'walk' || pace.termsPerSecond <= limits.walkTermsPerSecond) return null;
    const message = `must be at most ${limits.walkTermsPerSecond}`;
    return beyond('walkTermsPerSecond', 'bad-request', `A walk's termsPerSecond ${message}.`, [
      { path: '/pace/termsPerSecond', message },
    ]);
  }

  function accept(subject: Subject, guest: Guest, open: () => Connection): Promise<Answer<null>> {
    if (ports.draining()) return Promise.resolve(drains());
    const visit = { id: uuid(ports.random), subject, guest, open };
    return ask(system, listenerName, (from: From<Answer<null>>) => ({ type: 'accept', visit, from })).then(
      flat,
    );
  }

  return {
    async catalogue(since) {
      const version = since === null ? null : /^([0-9a-f]{16}):(\d{1,15})$/.exec(since);
      const epoch = version?.[1];
      if (since !== null && epoch === undefined) {
        const message = 'must be <epoch>:<version> of an earlier answer';
        return refuse('bad-request', `since ${message}.`, [{ path: 'since', message }]);
      }
      const known = epoch === undefined ? null : { epoch, version: Number(version?.[2]) };
      return ask(system, lobbyName, (from) => ({ type: 'list', since: known, from }));
    },
    run: (run) => askSeries(run, (from) => ({ type: 'report', from })),
    async partial(text, range, { user, gone }) {
      const definition = findSeries(text);
      if (definition === null) return unknownSeries(text);
      return shares.within(user, () => partialAnswer(definition, range, uuid(ports.random), gone, ports));
    },
    async digits(text, page) {
      const found = await finder.existing(text);
      if (!found.ok) return found;
      const { run, definition } = found.value;
      const answer = flat(
        await ask(
          system,
          seriesName(run),
          (reply: From<Answer<KnownDigits>>) => ({ type: 'digits', from: reply }),
          limits.digitsMs,
          'digitsMs',
        ),
      );
      return answer.ok ? done(digitsView(run, answer.value, definition.bound, page)) : answer;
    },
    async createRun(text, wish, { user }) {
      if (ports.draining()) return drains();
      const fault = paceFault(wish.pace);
      if (fault !== null) return fault;
      const definition = findSeries(text);
      if (definition === null) return unknownSeries(text);
      const series = definition.id;
      const created = flat(
        await ask(system, runsName, (from: From<Answer<{ run: RunId }>>) => ({
          type: 'create',
          series,
          wish,
          user,
          from,
        })),
      );
      return created.ok ? askSeries(created.value.run, (from) => ({ type: 'report', from })) : created;
    },
    async changeRun(run, patch, caller) {
      const allowed = await mayChange(run, caller);
      return allowed.ok
        ? (paceFault(patch.pace) ?? askSeries(run, (from) => ({ type: 'change', patch, from })))
        : allowed;
    },
    async endRun(text, caller) {
      const allowed = await mayChange(text, caller);
      if (!allowed.ok) return allowed;
      const name = finder.named(text);
      if (!name.ok) return name;
      const { run } = name.value;
      return flat(await ask(system, runsName, (from: From<Answer<null>>) => ({ type: 'end', run, from })));
    },
    resetRun: (run) => askSeries(run, (from) => ({ type: 'reset', from })),
    retryRun: (run) => askSeries(run, (from) => ({ type: 'retry', from })),
    async watchRun({ run: text, lastEventId, everyMs, guest }: WatchRun, open) {
      if (ports.draining()) return drains();
      const found = await finder.existing(text);
      if (!found.ok) return found;
      return accept({ kind: 'run', run: found.value.run, start: startOf(lastEventId), everyMs }, guest, open);
    },
    async watchRuns({ runs, lastEventId, everyMs, guest }: WatchRuns, open) {
      if (ports.draining()) return drains();
      const named = new Set<RunId>();
      const ended: RunId[] = [];
      for (const text of runs) {
        const found = await finder.existing(text);
        if (found.ok) named.add(found.value.run);
        // One that has ended ends no stream of others, or a browser that comes back by its address would be lost.
        else {
          const name = finder.named(text);
          if (found.code !== 'unknown-run' || !name.ok) return found;
          ended.push(name.value.run);
        }
      }
      if (named.size === 0) return refuse('unknown-run', `None of ${runs.join(', ')} is there (any more).`);
      return accept({ kind: 'runs', runs: startsOf([...named], lastEventId), ended, everyMs }, guest, open);
    },
    watchSupervision: (guest, open) => accept({ kind: 'supervision' }, guest, open),
    connect: (guest, open) => accept({ kind: 'commands' }, guest, open),
    tree(query: TreeQuery) {
      const top = ports.root();
      const root = top === null ? notStarted() : treeView(system, top, query, limits.treePage);
      if (!root.ok) return root;
      return done({ node: ports.node, at: new Date(system.clock.wallMs()).toISOString(), root: root.value });
    },
    async kill(target) {
      const root = ports.root();
      return root === null
        ? notStarted()
        : kill(target, { system, root, chaos, waitMs: limits.killWaitMs, meter });
    },
    killNode() {
      if (!chaos)
        return refuse('not-killable', 'A node dies at once only if it was started with ZENO_CHAOS=1.');
      ports.dieNow();
      return done(null);
    },
    identify: (credentials) => identify(system, credentials, limits),
    channelOf: (text) => channelOf(text, finder),
    login: async (token) =>
      flat(await ask(system, authName, (from: From<Answer<Login>>) => ({ type: 'login', token, from }))),
    logout: async (cookie) =>
      flat(await ask(system, authName, (from: From<Answer<null>>) => ({ type: 'logout', cookie, from }))),
    readiness: async () =>
      ports.draining() ? { ready: false, reasons: ['draining'] } : readiness(system, meter),
  };
}

const unknownSeries = (text: string) =>
  refuse('unknown-run', `There is no series ${JSON.stringify(text)}. See /v1/series for those there are.`);

const notStarted = () => refuse('not-ready', 'This node is still starting. Try again in a moment.');

/** An answer within an answer: the process was reached, and said what it said. */
function flat<T>(answer: Answer<Answer<T>>): Answer<T> {
  return answer.ok ? answer.value : answer;
}
