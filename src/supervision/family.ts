/** The children of one supervisor and how a single one of them is started and ended. Knows no strategy. */
import type { Behaviour, Host } from '../runtime/behaviour.ts';
import { asError, type ExitReason } from '../runtime/exit-reason.ts';
import type { Pid } from '../runtime/pid.ts';
import { Child } from './child.ts';
import { type ChildSpec, shutdownMs } from './child-spec.ts';

/** `ignore`: the child said it is not needed. */
export type ChildStart =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: ExitReason | 'ignore' };

export class Family {
  private readonly host: Host;
  private readonly byId = new Map<string, Child>();
  /** Only children whose end is news: one that is being ended on purpose is not in it. */
  private readonly byPid = new Map<Pid, Child>();
  private closed: boolean = false;

  constructor(host: Host) {
    this.host = host;
  }

  get size(): number {
    return this.byId.size;
  }

  /** In start order. */
  all(): Iterable<Child> {
    return this.byId.values();
  }

  get(id: string): Child | undefined {
    return this.byId.get(id);
  }

  add(spec: ChildSpec): Child {
    const child = new Child(spec, this.host.path);
    this.byId.set(child.id, child);
    return child;
  }

  forget(child: Child): void {
    if (this.byId.get(child.id) === child) this.byId.delete(child.id);
  }

  withPid(pid: Pid): Child | undefined {
    return this.byPid.get(pid);
  }

  /** The child whose incarnation has ended by itself; it is `fallen` from now on. Undefined if that is no news. */
  fell(pid: Pid, atMs: number): Child | undefined {
    const child = this.byPid.get(pid);
    if (child === undefined) return undefined;
    this.byPid.delete(pid);
    child.pid = null;
    child.state = 'fallen';
    child.fallen ??= { oldPid: pid, atMs };
    return child;
  }

  async start(child: Child): Promise<ChildStart> {
    child.state = 'starting';
    const started = await this.tryToStart(child);
    if (started.ok) {
      child.state = child.pid === null ? 'fallen' : 'running';
      child.readyAtMs = this.host.clock.monotonicMs();
    } else {
      if (child.pid !== null) this.byPid.delete(child.pid);
      child.pid = null;
      child.state = 'stopped';
    }
    return started;
  }

  private async tryToStart(child: Child): Promise<ChildStart> {
    let behaviour: Behaviour<never>;
    try {
      const made = child.spec.start();
      behaviour = made instanceof Promise ? await made : made;
    } catch (thrown) {
      return { ok: false, reason: { error: asError(thrown) } };
    }
    if (this.closed || !this.host.alive()) return { ok: false, reason: 'shutdown' };
    const { id, path, spec } = child;
    child.kind = spec.type ?? behaviour.kind;
    child.strategy = behaviour.strategy;
    const starting = this.host.system.start(behaviour, { id, path, name: spec.name, link: this.host.self });
    child.pid = starting.pid;
    if (starting.pid !== null) this.byPid.set(starting.pid, child);
    return await starting.started;
  }

  /** Resolves when it has ended; at once if it has no incarnation. Its end is then no news. */
  async end(child: Child): Promise<void> {
    const { pid } = child;
    if (pid === null) return;
    this.byPid.delete(pid);
    const withinMs = shutdownMs(child.spec.shutdown, child.kind);
    if (withinMs === null) this.host.system.exit(pid, 'kill');
    else await this.host.system.stop(pid, 'shutdown', withinMs);
    if (child.pid === pid) child.pid = null;
  }

  /** Nothing starts after this. */
  close(): void {
    this.closed = true;
  }
}
