/**
 * One process: its mailbox, its turns, its links and its one way out. All handling happens in turns given by the
 * scheduler, one letter at a time. Every end goes through `die`, which is synchronous, so that at no moment a process
 * is half dead: an orderly end comes to it after `terminate`, a kill at once.
 */
import type { Behaviour, Host, Incarnation, InitVerdict, ProcessKind, Verdict } from './behaviour.ts';
import { ignore } from './behaviour.ts';
import { Belongings, type Release } from './belongings.ts';
import { asError, type ExitReason } from './exit-reason.ts';
import { InfoLetter } from './info.ts';
import { Mailbox } from './mailbox.ts';
import { Monitors } from './monitors.ts';
import { ProcessPid } from './pid.ts';
import { ProcessHost } from './process-host.ts';
import { Questions } from './questions.ts';
import { passesPowerOfTwo } from './runtime-event.ts';
import type { Turns } from './scheduler.ts';
import type { ServerMessage } from './server-message.ts';
import type { SystemCore } from './system-core.ts';
import { Timers } from './timers.ts';

export type StartOutcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: ExitReason | 'ignore' };

export interface Birth {
  readonly id: string;
  readonly path: string;
  readonly name: string | null;
  readonly parent: Process | null;
  readonly trapExit: boolean;
}

const idle = Symbol('idle');

export class Process {
  readonly pid: ProcessPid;
  readonly id: string;
  readonly path: string;
  readonly name: string | null;
  readonly kind: ProcessKind;
  readonly strategy: string | undefined;
  readonly core: SystemCore;
  private readonly parent: Process | null;
  private readonly trapExit: boolean;
  private readonly incarnation: Incarnation<unknown>;
  private readonly turns: Turns;
  private readonly mailbox = new Mailbox<unknown>();
  private phase: 'starting' | 'running' | 'stopping' | 'dead' = 'starting';
  private started: ((outcome: StartOutcome) => void) | null;
  /** A wake is on its way or a turn is going on: no need to ask for one. */
  private awake: boolean = true;
  private stopReason: ExitReason | null = null;
  private inHand: unknown = undefined;
  private dropped = 0;
  // Most processes never need the following, so each is made at its first use.
  private children: Set<Process> | null = null;
  private postponed: unknown[] | null = null;
  private later: unknown[] | null = null;
  private watches: Monitors | null = null;
  private timers: Timers | null = null;
  private belongings: Belongings | null = null;
  private openCalls: Questions | null = null;
  private abort: AbortController | null = null;
  private atEnd: (() => void)[] | null = null;

  constructor(
    core: SystemCore,
    pidText: string,
    behaviour: Behaviour<never>,
    birth: Birth,
    started: (outcome: StartOutcome) => void,
  ) {
    this.core = core;
    this.id = birth.id;
    this.path = birth.path;
    this.name = birth.name;
    this.kind = behaviour.kind;
    this.strategy = behaviour.strategy;
    this.parent = birth.parent;
    this.trapExit = birth.trapExit;
    this.started = started;
    this.pid = new ProcessPid(pidText, birth.path, this);
    const host: Host = new ProcessHost(this);
    // The pid's type is the proof that what arrives is what this incarnation accepts.
    this.incarnation = behaviour.incarnate(host) as Incarnation<unknown>;
    if (birth.parent !== null) {
      birth.parent.children ??= new Set();
      birth.parent.children.add(this);
    }
    this.turns = core.scheduler.add(pidText, () => this.turn());
    this.turns.wake();
  }

  get alive(): boolean {
    return this.phase !== 'dead';
  }

  /** Letters waiting, those set aside included. */
  get waiting(): number {
    return this.mailbox.length + (this.postponed?.length ?? 0);
  }

  get signal(): AbortSignal {
    this.abort ??= new AbortController();
    if (this.phase === 'dead' || this.stopReason !== null) this.abort.abort();
    return this.abort.signal;
  }

  get monitors(): Monitors {
    this.watches ??= new Monitors(this);
    return this.watches;
  }

  get questions(): Questions {
    this.openCalls ??= new Questions();
    return this.openCalls;
  }

  get childInfos() {
    return this.incarnation.children?.();
  }

  // --- what others do to it -------------------------------------------------------------------------------

  /** False if the mailbox is full; the message is then dropped and counted, and the sender goes on. */
  post(message: ServerMessage<unknown, unknown>): boolean {
    if (this.waiting >= this.core.mailboxMax) {
      this.dropped += 1;
      if (passesPowerOfTwo(this.dropped - 1, this.dropped)) {
        this.core.emit({ type: 'dropped', path: this.path, pid: this.pid, total: this.dropped });
      }
      return false;
    }
    this.postAnyway(message);
    return true;
  }

  /** For what must not be lost and is bounded by something else: infos, timers, results of piped work. */
  postAnyway(letter: unknown): void {
    if (this.phase === 'dead') return;
    this.mailbox.push(letter);
    this.wake();
  }

  /** An exit signal. `normal` means nothing to a process that does not trap exits. */
  signalExit(from: ProcessPid, reason: ExitReason): void {
    if (this.trapExit) {
      const atMs = this.core.clock.monotonicMs();
      this.postAnyway(new InfoLetter({ type: 'exit', pid: from, reason, atMs }));
    } else if (reason !== 'normal') this.requestStop(reason);
  }

  /** Comes before all letters; the first reason stays. */
  requestStop(reason: ExitReason): void {
    if (this.phase === 'dead' || this.stopReason !== null) return;
    this.stopReason = reason;
    this.abort?.abort();
    this.wake();
  }

  whenEnded(run: () => void): void {
    if (this.phase === 'dead') run();
    else {
      this.atEnd ??= [];
      this.atEnd.push(run);
    }
  }

  // --- what it does itself, through its host --------------------------------------------------------------

  setTimer(name: string, delayMs: number): void {
    if (this.phase === 'dead') return;
    this.timers ??= new Timers(this.core.clock, (letter) => this.postAnyway(letter));
    this.timers.set(name, delayMs);
  }

  cancelTimer(name: string): void {
    this.timers?.cancel(name);
  }

  own(release: Release): () => void {
    this.belongings ??= new Belongings((text) => this.note(text));
    const releaseEarly = this.belongings.add(release);
    if (this.phase === 'dead') this.belongings.releaseNow();
    return releaseEarly;
  }

  postpone(): void {
    this.postponed ??= [];
    this.postponed.push(this.inHand);
  }

  retryPostponed(): void {
    const letters = this.postponed ?? [];
    this.postponed = null;
    for (const letter of letters.reverse()) this.mailbox.unshift(letter);
  }

  insert(letters: readonly unknown[]): void {
    for (const letter of letters.toReversed()) this.mailbox.unshift(letter);
  }

  /** Handled in a later turn than the present one. */
  postLater(letter: unknown): void {
    if (!this.awake) this.postAnyway(letter);
    else {
      this.later ??= [];
      this.later.push(letter);
    }
  }

  note(note: string): void {
    this.core.emit({ type: 'note', path: this.path, pid: this.pid, note });
  }

  // --- turns ------------------------------------------------------------------------------------------------

  private wake(): void {
    if (this.awake) return;
    this.awake = true;
    this.turns.wake();
  }

  private turn(): void | Promise<void> {
    for (let left = this.core.drainBudget; left > 0 && this.phase !== 'dead'; left -= 1) {
      const step = this.step();
      if (step === idle) break;
      if (step !== undefined) return this.turnAfter(step, left - 1);
    }
    this.endTurn();
  }

  private async turnAfter(first: Promise<void>, budget: number): Promise<void> {
    await first;
    for (let left = budget; left > 0 && this.phase !== 'dead'; left -= 1) {
      const step = this.step();
      if (step === idle) break;
      if (step !== undefined) await step;
    }
    this.endTurn();
  }

  private endTurn(): void {
    this.awake = false;
    this.inHand = undefined;
    if (this.phase === 'dead') return;
    const later = this.later;
    this.later = null;
    for (const letter of later ?? []) this.mailbox.push(letter);
    if (this.mailbox.length > 0 || this.stopReason !== null) this.wake();
  }

  /** Handles one thing. The promise it may return never rejects. */
  private step(): typeof idle | undefined | Promise<void> {
    if (this.phase === 'starting') return this.begin();
    if (this.stopReason !== null) return this.finish(this.stopReason);
    const letter = this.mailbox.shift();
    if (letter === undefined) return idle;
    if (letter instanceof InfoLetter && !this.admits(letter)) return undefined;
    this.inHand = letter;
    try {
      const verdict =
        letter instanceof InfoLetter ? this.incarnation.info(letter.info) : this.incarnation.handle(letter);
      if (verdict === null) return undefined;
      if (!(verdict instanceof Promise)) return this.conclude(verdict);
      return verdict.then(
        (settled) => this.conclude(settled),
        (thrown) => this.crash(thrown),
      );
    } catch (thrown) {
      this.crash(thrown);
    }
    return undefined;
  }

  /** Whether an info still means something: its timer is the current one of its name, its monitor is still there. */
  private admits(letter: InfoLetter): boolean {
    if (letter.admitted) return true;
    letter.admitted = true;
    const { info } = letter;
    if (info.type === 'down') return this.monitors.take(info.ref);
    return info.type === 'exit' || (this.timers?.take(info.name, letter.timer) ?? false);
  }

  private conclude(verdict: Verdict): undefined {
    // A process that ends by itself while it is being stopped keeps its own reason.
    if (verdict !== null && this.phase === 'running') this.stopReason = verdict;
    if (verdict !== null) this.abort?.abort();
    return undefined;
  }

  private crash(thrown: unknown): void {
    const error = asError(thrown);
    if (this.phase === 'dead') this.note(`late throw after the end: ${error.message}`);
    else if (this.stopReason !== null && error.name === 'AbortError') return;
    else this.conclude({ error });
  }

  private begin(): undefined | Promise<void> {
    if (this.stopReason !== null) {
      this.die(this.stopReason);
      return undefined;
    }
    try {
      const verdict = this.incarnation.init();
      if (!(verdict instanceof Promise)) return this.begun(verdict);
      return verdict.then(
        (settled) => this.begun(settled),
        (thrown) => this.begun({ fail: { error: asError(thrown) } }),
      );
    } catch (thrown) {
      return this.begun({ fail: { error: asError(thrown) } });
    }
  }

  private begun(verdict: InitVerdict): undefined {
    if (this.phase === 'dead') {
      if (verdict !== 'ok' && verdict !== ignore) this.crash(causeOf(verdict.fail));
      return undefined;
    }
    if (verdict === 'ok') {
      this.phase = 'running';
      this.core.emit({ type: 'start', path: this.path, pid: this.pid });
      this.settleStart({ ok: true });
    } else if (verdict === ignore) {
      this.settleStart({ ok: false, reason: 'ignore' });
      this.die('normal');
    } else {
      this.die(verdict.fail);
    }
    return undefined;
  }

  private settleStart(outcome: StartOutcome): void {
    const started = this.started;
    this.started = null;
    if (started !== null) started(outcome);
  }

  // --- the end ----------------------------------------------------------------------------------------------

  private finish(reason: ExitReason): undefined | Promise<void> {
    this.phase = 'stopping';
    try {
      const terminated = this.incarnation.terminate(reason);
      if (terminated instanceof Promise || this.belongings !== null)
        return this.finishSlowly(reason, terminated);
      this.die(reason);
    } catch (thrown) {
      return this.finishSlowly({ error: asError(thrown) }, undefined);
    }
    return undefined;
  }

  private async finishSlowly(reason: ExitReason, terminated: void | Promise<void>): Promise<void> {
    let final = reason;
    try {
      await terminated;
    } catch (thrown) {
      final = { error: asError(thrown) };
      if (!this.alive) this.crash(thrown);
    }
    await this.belongings?.releaseInOrder();
    this.die(final);
  }

  /** The only end. What it still has linked below it goes with it, before anybody can start a successor. */
  die(reason: ExitReason): void {
    if (this.phase === 'dead') return;
    const ignored = this.phase === 'starting' && this.started === null;
    const unborn = this.phase === 'starting';
    this.phase = 'dead';
    this.core.remove(this);
    this.turns.end();
    this.abort?.abort();
    if (!ignored) this.core.emit({ type: 'exit', path: this.path, pid: this.pid, reason });
    for (const child of [...(this.children ?? [])].reverse()) child.die('killed');
    this.timers?.clear();
    this.belongings?.releaseNow();
    this.openCalls?.end(reason);
    this.buryLetters();
    this.tellOthers(reason, unborn);
    this.settleStart({ ok: false, reason });
    for (const run of this.atEnd ?? []) run();
    this.atEnd = null;
    this.children = null;
  }

  private buryLetters(): void {
    const letters = [...(this.postponed ?? []), ...this.mailbox.empty()];
    this.postponed = null;
    const lost = letters.filter((letter) => isCast(letter)).length;
    this.core.countDeadLetters(this.pid, lost);
  }

  private tellOthers(reason: ExitReason, unborn: boolean): void {
    this.watches?.end(this.pid, reason);
    this.parent?.children?.delete(this);
    // A failed start is told to whoever started it, as the outcome of the start, and not a second time as a signal.
    if (!unborn && this.parent !== null && this.parent.alive) this.parent.signalExit(this.pid, reason);
  }
}

function causeOf(reason: ExitReason): unknown {
  return typeof reason === 'object' && 'error' in reason ? reason.error : new Error(String(reason));
}

/** Calls in a dead mailbox are answered with the reason of the end; only casts are lost without a word. */
function isCast(letter: unknown): boolean {
  return typeof letter === 'object' && letter !== null && 'kind' in letter && letter.kind === 'cast';
}
