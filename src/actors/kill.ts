/** Kills a process for real, and waits to see what its supervisor makes of it. */
import type { Meter } from '../protocols/ports/meter.ts';
import { type Answer, done, refuse } from '../protocols/refusal.ts';
import type { KillReport, KillTarget } from '../protocols/wire/supervision.ts';
import type { ChildInfo } from '../runtime/behaviour.ts';
import type { Pid } from '../runtime/pid.ts';
import type { RuntimeEvent } from '../runtime/runtime-event.ts';
import type { System } from '../runtime/system.ts';
import { findPath } from './tree-view.ts';

export interface KillOptions {
  readonly system: System;
  readonly root: Pid;
  /** Whether the root, and with it the node, may be killed. */
  readonly chaos: boolean;
  /** How long to wait for the restart. */
  readonly waitMs: number;
  readonly meter: Meter;
}

/** How long the answer to a kill of the root has to leave. */
const ANSWER_MS = 50;

export async function kill(target: KillTarget, options: KillOptions): Promise<Answer<KillReport>> {
  const { system, root, chaos } = options;
  const found = findVictim(target, options);
  if (!found.ok) return found;
  const { path, pid } = found.value;
  if (pid.id === root.id && !chaos) {
    return refuse(
      'not-killable',
      'The root is the node itself. Start the node with ZENO_CHAOS=1 to allow it.',
    );
  }
  const parent = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : path;
  const parentPid = findPath(system, root, parent)?.pid ?? null;
  const strategy = (parentPid === null ? null : system.inspect(parentPid))?.strategy ?? 'none';
  const report: KillReport = {
    path,
    oldPid: pid.id,
    newPid: null,
    outcome: 'pending',
    restartLatencyUs: null,
    strategy,
    alsoRestarted: [],
  };
  if (pid.id === root.id) {
    // The whole process ends with it, and this answer would not get out.
    system.clock.schedule(ANSWER_MS, () => system.exit(pid, 'kill'));
    return done(report);
  }
  const outcome = watch(report, pid, options);
  system.exit(pid, 'kill');
  return done(await outcome);
}

function findVictim(
  { path, pid }: KillTarget,
  { system, root }: KillOptions,
): Answer<{ path: string; pid: Pid }> {
  if ((path === undefined) === (pid === undefined)) {
    return refuse('bad-request', 'Name the process by its path or by its pid, one of the two.');
  }
  if (path !== undefined) {
    const child: ChildInfo | null = findPath(system, root, path);
    if (child === null)
      return refuse('unknown-process', `There is no process at ${path}. See /v1/supervision/tree.`);
    if (child.pid === null)
      return refuse('stale-pid', `The process at ${path} is being restarted. Try again.`);
    return done({ path, pid: child.pid });
  }
  const living = system.find(pid ?? '');
  const info = living === null ? null : system.inspect(living);
  if (living === null || info === null) {
    return /^p[0-9a-z]+$/.test(pid ?? '')
      ? refuse(
          'stale-pid',
          `The process ${pid} has ended. See /v1/supervision/tree for who has taken its place.`,
        )
      : refuse('unknown-process', `${pid} is not the pid of a process.`);
  }
  return done({ path: info.path, pid: living });
}

/**
 * Resolves with what became of the victim: its own restart, its supervisor's word that there is none, or, where the
 * supervisor gave up, the restart of a branch above it.
 */
function watch(
  report: KillReport,
  pid: Pid,
  { system, root, waitMs, meter }: KillOptions,
): Promise<KillReport> {
  return new Promise((resolve) => {
    const finish = (settled: KillReport) => {
      stopListening();
      cancel();
      resolve(settled);
    };
    const stopListening = system.onEvent((event) => {
      // The whole tree is going down: nobody will restart anything.
      if (event.type === 'exit' && event.pid.id === root.id) finish(report);
      const settled = settle(event, report, pid, system, root);
      if (settled !== null) finish(settled);
    });
    const cancel = system.clock.schedule(waitMs, () => {
      meter.limited('killWaitMs');
      finish(report);
    });
  });
}

function settle(
  event: RuntimeEvent,
  report: KillReport,
  pid: Pid,
  system: System,
  root: Pid,
): KillReport | null {
  if (event.type === 'not-restarted' && event.oldPid.id === pid.id)
    return { ...report, outcome: 'not-restarted' };
  if (event.type !== 'restart') return null;
  const replaced = [event, ...event.alsoRestarted].map((one) => ({
    path: one.path,
    oldPid: one.oldPid.id,
    newPid: one.newPid?.id ?? null,
  }));
  const told = { restartLatencyUs: event.latencyUs, strategy: event.strategy };
  // Its own restart, or one of a sibling that took it along because both fell at the same time; or that of its
  // successor, which fell too before anybody could be told.
  const own =
    replaced.find(({ oldPid }) => oldPid === pid.id) ?? replaced.find(({ path }) => path === report.path);
  if (own !== undefined) {
    const alsoRestarted = replaced.filter((one) => one !== own);
    const outcome = own.newPid === null ? 'not-restarted' : 'restarted';
    return { ...report, ...told, outcome, newPid: own.newPid, alsoRestarted };
  }
  if (!replaced.some(({ path }) => report.path.startsWith(`${path}/`))) return null;
  const newPid = findPath(system, root, report.path)?.pid?.id ?? null;
  return { ...report, ...told, outcome: 'escalated', newPid, alsoRestarted: replaced };
}
