/**
 * Who watches whom, seen from one process: the monitors it has set, and those set on it. Both ends are told when one
 * of them ends, so neither keeps the other in memory.
 */
import type { ExitReason } from './exit-reason.ts';
import { InfoLetter, type MonitorRef } from './info.ts';
import type { ProcessPid } from './pid.ts';

/** What of a process the other end needs. */
export interface Watchable {
  readonly holdings: { readonly monitors: Monitors };
  postAnyway(letter: InfoLetter): void;
}

export class Monitors {
  private readonly owner: Watchable;
  private nextId = 1;
  private readonly set = new Map<number, Watchable | null>();
  private readonly watchers = new Map<Watchable, Set<MonitorRef>>();

  constructor(owner: Watchable) {
    this.owner = owner;
  }

  /** A target of null has ended before. */
  watch(pid: ProcessPid, target: Watchable | null): MonitorRef {
    const ref: MonitorRef = { id: this.nextId };
    this.nextId += 1;
    this.set.set(ref.id, target);
    if (target === null) {
      this.owner.postAnyway(new InfoLetter({ type: 'down', ref, pid, reason: 'noproc' }));
      return ref;
    }
    const { watchers } = target.holdings.monitors;
    const refs = watchers.get(this.owner);
    if (refs === undefined) watchers.set(this.owner, new Set([ref]));
    else refs.add(ref);
    return ref;
  }

  unwatch(ref: MonitorRef): void {
    const target = this.set.get(ref.id);
    this.set.delete(ref.id);
    if (target === undefined || target === null) return;
    const { watchers } = target.holdings.monitors;
    const refs = watchers.get(this.owner);
    refs?.delete(ref);
    if (refs?.size === 0) watchers.delete(this.owner);
  }

  /** Whether a `down` is still wanted; the monitor is over with it. */
  take(ref: MonitorRef): boolean {
    return this.set.delete(ref.id);
  }

  /** The owner has ended: its watchers are told, and those it watched forget it. */
  end(pid: ProcessPid, reason: ExitReason): void {
    for (const [watcher, refs] of this.watchers) {
      for (const ref of refs) watcher.postAnyway(new InfoLetter({ type: 'down', ref, pid, reason }));
    }
    this.watchers.clear();
    for (const target of this.set.values()) target?.holdings.monitors.watchers.delete(this.owner);
    this.set.clear();
  }
}
