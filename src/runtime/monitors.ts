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
  /** Made when the first is needed: most processes have few of either. */
  private set: Map<number, Watchable | null> | null = null;
  private watchers: Map<Watchable, MonitorRef[]> | null = null;

  constructor(owner: Watchable) {
    this.owner = owner;
  }

  /** A target of null has ended before. */
  watch(pid: ProcessPid, target: Watchable | null): MonitorRef {
    const ref: MonitorRef = { id: this.nextId };
    this.nextId += 1;
    this.set ??= new Map();
    this.set.set(ref.id, target);
    if (target === null) {
      this.owner.postAnyway(new InfoLetter({ type: 'down', ref, pid, reason: 'noproc' }));
      return ref;
    }
    target.holdings.monitors.addWatcher(this.owner, ref);
    return ref;
  }

  unwatch(ref: MonitorRef): void {
    const target = this.set?.get(ref.id);
    this.set?.delete(ref.id);
    target?.holdings.monitors.removeWatcher(this.owner, ref);
  }

  /** Whether a `down` is still wanted; the monitor is over with it. */
  take(ref: MonitorRef): boolean {
    return this.set?.delete(ref.id) ?? false;
  }

  /** The owner has ended: its watchers are told, and those it watched forget it. */
  end(pid: ProcessPid, reason: ExitReason): void {
    for (const [watcher, refs] of this.watchers ?? []) {
      for (const ref of refs) watcher.postAnyway(new InfoLetter({ type: 'down', ref, pid, reason }));
    }
    this.watchers = null;
    for (const target of this.set?.values() ?? []) target?.holdings.monitors.watchers?.delete(this.owner);
    this.set = null;
  }

  private addWatcher(watcher: Watchable, ref: MonitorRef): void {
    this.watchers ??= new Map();
    const refs = this.watchers.get(watcher);
    if (refs === undefined) this.watchers.set(watcher, [ref]);
    else refs.push(ref);
  }

  private removeWatcher(watcher: Watchable, ref: MonitorRef): void {
    const refs = this.watchers?.get(watcher);
    if (refs === undefined) return;
    const at = refs.indexOf(ref);
    if (at >= 0) refs.splice(at, 1);
    if (refs.length === 0) this.watchers?.delete(watcher);
  }
}
