/**
 * What a process has besides its state and its letters: children, links, monitors, open calls, timers, resources. Most
 * processes have few of these, so each is made at its first use. All of it is let go of at the end of the process.
 */
import { Belongings } from './belongings.ts';
import type { Party, PendingCall } from './call.ts';
import type { ExitReason } from './exit-reason.ts';
import { Monitors } from './monitors.ts';
import type { Process } from './process.ts';
import { Timers } from './timers.ts';

/** How long an orderly end below an orderly end may take; OTP's default for workers. */
const childStopMs = 5_000;

export class Holdings implements Party {
  private readonly owner: Process;
  private heldChildren: Set<Process> | null = null;
  private heldLinks: Set<Process> | null = null;
  private heldMonitors: Monitors | null = null;
  private heldTimers: Timers | null = null;
  private heldBelongings: Belongings | null = null;
  private callsAsked: Set<PendingCall> | null = null;
  private callsAsking: Set<PendingCall> | null = null;
  private heldAbort: AbortController | null = null;
  private atEnd: ((reason: ExitReason) => void)[] | null = null;

  constructor(owner: Process) {
    this.owner = owner;
  }

  /** Processes started below this one, in the order of their start. They end with it. */
  get children(): Set<Process> {
    this.heldChildren ??= new Set();
    return this.heldChildren;
  }

  /** Processes that get an exit signal when this one ends, and the other way round. */
  get links(): Set<Process> {
    this.heldLinks ??= new Set();
    return this.heldLinks;
  }

  get monitors(): Monitors {
    this.heldMonitors ??= new Monitors(this.owner);
    return this.heldMonitors;
  }

  get timers(): Timers {
    this.heldTimers ??= new Timers(this.owner.core.clock, (letter) => this.owner.postAnyway(letter));
    return this.heldTimers;
  }

  get belongings(): Belongings {
    this.heldBelongings ??= new Belongings((text) => this.owner.note(text));
    return this.heldBelongings;
  }

  get asked(): Set<PendingCall> {
    this.callsAsked ??= new Set();
    return this.callsAsked;
  }

  get asking(): Set<PendingCall> {
    this.callsAsking ??= new Set();
    return this.callsAsking;
  }

  get abort(): AbortController {
    this.heldAbort ??= new AbortController();
    return this.heldAbort;
  }

  /** Whether nothing has to be let go of in order before the end. */
  get isEmptyHanded(): boolean {
    return this.heldBelongings === null && (this.heldChildren === null || this.heldChildren.size === 0);
  }

  /** An orderly end: first what stands below it, the newest first, then what it owns, likewise. */
  async letGo(): Promise<void> {
    for (const child of [...(this.heldChildren ?? [])].reverse()) {
      const { promise, resolve } = Promise.withResolvers<ExitReason>();
      child.whenEnded(resolve);
      child.stop('shutdown', childStopMs);
      await promise;
    }
    await this.heldBelongings?.releaseInOrder();
  }

  whenEnded(run: (reason: ExitReason) => void): void {
    this.atEnd ??= [];
    this.atEnd.push(run);
  }

  /** What this process waits for is called off, because it is to end. */
  signalAbort(): void {
    this.heldAbort?.abort();
  }

  /** In the order of their start. */
  childrenAlive(): Process[] {
    return this.heldChildren === null ? [] : [...this.heldChildren];
  }

  /** The process is dead: everything is let go of, and everybody concerned is told. */
  end(reason: ExitReason): void {
    this.heldTimers?.clear();
    this.heldBelongings?.releaseNow();
    for (const call of [...(this.callsAsked ?? [])]) call.settle({ ok: false, reason });
    for (const call of [...(this.callsAsking ?? [])]) call.settle({ ok: false, reason: 'noproc' });
    this.heldMonitors?.end(this.owner.pid, reason);
    for (const other of this.heldLinks ?? []) {
      other.holdings.links.delete(this.owner);
      other.signalExit(this.owner.pid, reason);
    }
    this.heldLinks = null;
    for (const run of this.atEnd ?? []) run(reason);
    this.atEnd = null;
  }
}
