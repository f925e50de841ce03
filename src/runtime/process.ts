/**
 * One process: its letters, its turns and its one way out. All handling happens in turns given by the scheduler, one
 * letter at a time. Every end goes through `die`, which is synchronous, so that at no moment a process is half dead:
 * an orderly end comes to it after `terminate`, a kill at once.
 */
import type { Behaviour, Description, Incarnation, InitVerdict, ProcessKind, Verdict } from './behaviour.ts';
import { ignore } from './behaviour.ts';
import { asError, type ExitReason } from './exit-reason.ts';
import { Holdings } from './holdings.ts';
import { Inbox, type Letter, type Message } from './inbox.ts';
import { type Info, InfoLetter, type Timer } from './info.ts';
import { ProcessPid } from './pid.ts';
import { ProcessHost } from './process-host.ts';
import { passesPowerOfTwo } from './runtime-event.ts';
import type { Runnable } from './scheduler.ts';
import type { OnStarted, StartOutcome } from './start-outcome.ts';
import type { SystemCore } from './system-core.ts';

export interface Birth {
  readonly id: string;
  readonly path: string;
  readonly name: string | null;
  readonly parent: Process | null;
  readonly trapExit: boolean;
  readonly mailboxMax: number;
}

/** The end of one process, on its way to those concerned. */
export interface Death {
  readonly process: Process;
  readonly reason: ExitReason;
  /** Its start was not over. */
  readonly unborn: boolean;
  /** It said itself that it is not needed. */
  readonly ignored: boolean;
}

const nothing: Description = {};
/** How many letters a turn takes between two looks at the slice of time it is in. */
const lettersPerLook = 8;

/** What became of a step: nothing was there to do, it is done, or it goes on and brings the process back itself. */
type Step = 'idle' | 'done' | 'away';

export class Process implements Runnable {
  readonly pid: ProcessPid;
  readonly id: string;
  readonly path: string;
  readonly name: string | null;
  readonly kind: ProcessKind;
  description: Description = nothing;
  readonly core: SystemCore;
  private readonly parent: Process | null;
  private readonly trapExit: boolean;
  private readonly incarnation: Incarnation<Message>;
  private readonly inbox: Inbox;
  /** `unready`: its start is still open, and letters come already. */
  private phase: 'starting' | 'unready' | 'running' | 'stopping' | 'dead' = 'starting';
  private started: OnStarted | null;
  startInfo: unknown = undefined;
  /** It stands in the run queue, is having its turn, or will come back by itself. */
  private awake: boolean = true;
  /** Told to end. */
  private stopReason: ExitReason | null = null;
  /** Has been told so, and asked for more letters first. */
  private closing: boolean = false;
  /** Its own last word: it ends with this. */
  private finalReason: ExitReason | null = null;
  private inHand: Letter | undefined = undefined;
  private held: Holdings | null = null;

  constructor(
    core: SystemCore,
    pidText: string,
    behaviour: Behaviour<never>,
    birth: Birth,
    started: OnStarted,
  ) {
    this.core = core;
    this.id = birth.id;
    this.path = birth.path;
    this.name = birth.name;
    this.kind = behaviour.kind;
    this.parent = birth.parent;
    this.trapExit = birth.trapExit;
    this.inbox = new Inbox(birth.mailboxMax);
    this.started = started;
    this.pid = new ProcessPid(pidText, birth.path, this);
    // The pid's type is the proof that what arrives is what this incarnation accepts.
    this.incarnation = behaviour.incarnate(new ProcessHost(this)) as Incarnation<Message>;
    birth.parent?.holdings.children.add(this);
    core.scheduler.ready(this);
  }

  get alive(): boolean {
    return this.phase !== 'dead';
  }

  /** Letters waiting, those set aside included. */
  get waiting(): number {
    return this.inbox.waiting;
  }

  /** One of the two was started below the other, and so they are linked. */
  isKin(other: Process): boolean {
    return this.parent === other || other.parent === this;
  }

  get dropped(): number {
    return this.inbox.dropped;
  }

  get holdings(): Holdings {
    this.held ??= new Holdings(this);
    return this.held;
  }

  get childInfos() {
    return this.incarnation.children?.();
  }

  get signal(): AbortSignal {
    const { abort } = this.holdings;
    if (!this.alive || this.stopReason !== null || this.finalReason !== null) abort.abort();
    return abort.signal;
  }

  // --- what others do to it -------------------------------------------------------------------------------

  /** False if the mailbox is full; the message is then dropped and counted, and the sender goes on. */
  post(message: Message): boolean {
    if (!this.inbox.offer(message)) {
      this.reportDrop();
      return false;
    }
    this.wake();
    return true;
  }

  /** For what must not be lost and is bounded by something else: infos, timers, results of piped work. */
  postAnyway(letter: Letter): void {
    if (this.phase === 'dead') return;
    this.inbox.take(letter);
    this.wake();
  }

  /**
   * An exit signal. `normal` means nothing to a process that does not trap exits. Nobody traps his parent's: it says
   * that it is time to end, as in every gen_server.
   */
  signalExit(from: ProcessPid, reason: ExitReason): void {
    if (this.trapExit && from === this.parent?.pid) this.requestStop(reason);
    else if (this.trapExit) {
      const atMs = this.core.clock.monotonicMs();
      this.postAnyway(new InfoLetter({ type: 'exit', pid: from, reason, atMs }));
    } else if (reason !== 'normal') this.requestStop(reason);
  }

  /** Comes before all letters; the first reason stays. */
  requestStop(reason: ExitReason): void {
    if (this.phase === 'dead' || this.stopReason !== null) return;
    this.stopReason = reason;
    this.held?.signalAbort();
    this.wake();
  }

  /** At once if it has ended. */
  whenEnded(run: (reason: ExitReason) => void): void {
    if (this.alive) this.holdings.whenEnded(run);
    else run('noproc');
  }

  /** As `requestStop`, and a kill if it has not ended within `timeoutMs` (infinity: never). */
  stop(reason: ExitReason, timeoutMs: number): void {
    if (this.phase === 'dead') return;
    if (Number.isFinite(timeoutMs)) {
      const cancel = this.core.clock.schedule(timeoutMs, () => this.die('killed'));
      this.whenEnded(cancel);
    }
    this.requestStop(reason);
  }

  // --- what it does itself, through its host --------------------------------------------------------------

  /** Sets the letter in hand aside. */
  postpone(): void {
    if (this.inHand !== undefined) this.inbox.setAside(this.inHand);
  }

  retryPostponed(): void {
    this.inbox.bringBack();
  }

  insert(letters: readonly Letter[]): void {
    this.inbox.insert(letters);
  }

  ready(): void {
    if (this.phase !== 'unready') return;
    this.phase = 'running';
    this.core.emit({ type: 'start', path: this.path, pid: this.pid });
    this.settleStart({ ok: true, info: this.startInfo });
  }

  note(note: string): void {
    this.core.emit({ type: 'note', path: this.path, pid: this.pid, note });
  }

  // --- turns ------------------------------------------------------------------------------------------------

  private wake(): void {
    if (this.awake) return;
    this.awake = true;
    this.core.scheduler.ready(this);
  }

  /** One turn: at most a budget of letters, so that others get theirs. */
  run(): number {
    let done = 0;
    while (done < this.core.drainBudget && this.phase !== 'dead') {
      const step = this.step();
      done += 1;
      if (step === 'away') return done;
      if (step === 'idle' || (done % lettersPerLook === 0 && this.core.scheduler.isOver)) break;
    }
    this.inHand = undefined;
    this.awake = false;
    if (this.phase !== 'dead' && this.hasWork()) this.wake();
    return done;
  }

  /** A bug of this runtime, not of the process: it ends all the same, and nobody else does. */
  fail(thrown: unknown): void {
    this.die({ error: asError(thrown) });
  }

  private hasWork(): boolean {
    return !this.inbox.isEmpty || this.finalReason !== null || (this.stopReason !== null && !this.closing);
  }

  private step(): Step {
    if (this.phase === 'starting') return this.begin();
    if (this.finalReason !== null) return this.finish(this.finalReason);
    if (this.stopReason !== null && !this.closing) return this.close(this.stopReason);
    const letter = this.inbox.next();
    if (letter === undefined) return 'idle';
    if (letter instanceof InfoLetter && !letter.isAdmitted((info, timer) => this.isWanted(info, timer)))
      return 'done';
    this.inHand = letter;
    try {
      const verdict =
        letter instanceof InfoLetter ? this.incarnation.info(letter.info) : this.incarnation.handle(letter);
      if (verdict === null) return 'done';
      if (!(verdict instanceof Promise)) return this.conclude(verdict);
      return this.awaitThen(verdict, (settled) => this.conclude(settled));
    } catch (thrown) {
      return this.crash(thrown);
    }
  }

  /** What a handler promised takes its time; the next turn comes when it is there. A crash of it is this process's. */
  private awaitThen<T>(work: Promise<T>, then: (settled: T) => void): 'away' {
    void work.then(then, (thrown) => this.crash(thrown)).then(() => this.comeBack());
    return 'away';
  }

  private comeBack(): void {
    if (this.phase !== 'dead') this.core.scheduler.ready(this);
  }

  /** Whether its timer is the current one of its name, its monitor still there. */
  private isWanted(info: Info, timer: Timer | null): boolean {
    if (timer !== null) return this.holdings.timers.take(timer);
    return info.type !== 'down' || this.holdings.monitors.take(info.ref);
  }

  private conclude(verdict: Verdict): Step {
    // The first last word counts: a process that ends by itself while it is being stopped keeps its own reason.
    if (verdict !== null && this.alive) {
      this.finalReason ??= verdict;
      this.held?.signalAbort();
    }
    return 'done';
  }

  /** Of a process that has ended a throw is noted, and nothing more. */
  crash(thrown: unknown): Step {
    const error = asError(thrown);
    // A handler that was told to hurry, and whose wait was therefore cut short, has done as it was told.
    const obeyed = error.name === 'AbortError' && (this.stopReason !== null || !this.alive);
    if (obeyed) return 'done';
    if (this.alive) this.conclude({ error });
    else this.note(`late throw after the end: ${error.message}`);
    return 'done';
  }

  private reportDrop(): void {
    const { dropped: total } = this.inbox;
    if (!passesPowerOfTwo(total - 1, total)) return;
    this.core.emit({ type: 'dropped', path: this.path, pid: this.pid, total });
  }

  // --- the start --------------------------------------------------------------------------------------------

  private begin(): Step {
    if (this.stopReason !== null) {
      this.die(this.stopReason);
      return 'done';
    }
    try {
      const verdict = this.incarnation.init();
      if (!(verdict instanceof Promise)) return this.begun(verdict);
      void verdict
        .then(undefined, (thrown): InitVerdict => ({ fail: { error: asError(thrown) } }))
        .then((settled) => this.begun(settled))
        .then(() => this.comeBack());
      return 'away';
    } catch (thrown) {
      return this.begun({ fail: { error: asError(thrown) } });
    }
  }

  private begun(verdict: InitVerdict): Step {
    if (this.phase === 'dead') {
      if (typeof verdict === 'object' && typeof verdict.fail === 'object' && 'error' in verdict.fail) {
        this.crash(verdict.fail.error);
      }
      return 'done';
    }
    if (verdict === ignore) {
      this.settleStart({ ok: false, reason: 'ignore' });
      this.die('normal');
    } else if (typeof verdict === 'object') {
      this.die(verdict.fail);
    } else {
      this.phase = 'unready';
      if (verdict === 'ok') this.ready();
    }
    return 'done';
  }

  private settleStart(outcome: StartOutcome): void {
    const { started } = this;
    this.started = null;
    if (started !== null) started(this.pid, outcome);
  }

  // --- the end ----------------------------------------------------------------------------------------------

  private close(reason: ExitReason): Step {
    try {
      const verdict = this.incarnation.close === undefined ? reason : this.incarnation.close(reason);
      if (verdict === null) this.closing = true;
      else return this.finish(verdict);
      return 'done';
    } catch (thrown) {
      return this.crash(thrown);
    }
  }

  private finish(reason: ExitReason): Step {
    if (this.phase === 'unready') {
      this.die(reason);
      return 'done';
    }
    this.phase = 'stopping';
    try {
      const terminated = this.incarnation.terminate(reason);
      if (terminated instanceof Promise || this.held?.isEmptyHanded === false) {
        void this.finishSlowly(reason, terminated);
        return 'away';
      }
      this.die(reason);
    } catch (thrown) {
      void this.finishSlowly({ error: asError(thrown) }, undefined);
      return 'away';
    }
    return 'done';
  }

  private async finishSlowly(reason: ExitReason, terminated: void | Promise<void>): Promise<void> {
    let final = reason;
    try {
      await terminated;
    } catch (thrown) {
      final = { error: asError(thrown) };
      if (!this.alive) this.crash(thrown);
    }
    await this.held?.letGo();
    this.die(final);
  }

  /**
   * The only end. What it still has linked below it goes with it, the newest first, before anybody can start a successor.
   * All of them are dead when this returns; who is concerned is told when it returns, or, where one death leads to
   * another while it is told, when the first of them does.
   */
  die(reason: ExitReason): void {
    if (this.phase === 'dead') return;
    const deaths: Death[] = [];
    const doomed: Process[] = [this];
    for (let next = doomed.pop(); next !== undefined; next = doomed.pop()) {
      deaths.push(next.fall(next === this ? reason : 'killed'));
      for (const child of next.childrenAlive()) doomed.push(child);
    }
    this.core.mourn(deaths);
  }

  private childrenAlive(): Process[] {
    return this.held === null ? [] : this.held.childrenAlive();
  }

  private fall(reason: ExitReason): Death {
    const unborn = this.phase === 'starting' || this.phase === 'unready';
    const ignored = unborn && this.started === null;
    this.phase = 'dead';
    this.core.remove(this);
    return { process: this, reason, unborn, ignored };
  }

  /** The first word of its death, top down. */
  announce({ reason, ignored }: Death): void {
    this.held?.signalAbort();
    if (!ignored) this.core.emit({ type: 'exit', path: this.path, pid: this.pid, reason });
  }

  /** The last word of it, bottom up. */
  settle({ reason, unborn }: Death): void {
    this.buryLetters();
    this.held?.end(reason);
    this.tellParent(reason, unborn);
    this.settleStart({ ok: false, reason });
  }

  private buryLetters(): void {
    if (this.inbox.waiting === 0) return;
    this.core.countDeadLetters(this.pid, this.inbox.empty().filter(isCast).length);
  }

  private tellParent(reason: ExitReason, unborn: boolean): void {
    const { parent } = this;
    if (parent === null || !parent.alive) return;
    parent.holdings.children.delete(this);
    // A failed start is told to whoever started it, as the outcome of the start, and not a second time as a signal.
    if (!unborn) parent.signalExit(this.pid, reason);
  }
}

/** Calls in a dead mailbox are answered with the reason of the end; only casts are lost without a word. */
function isCast(letter: Letter): boolean {
  return !(letter instanceof InfoLetter) && letter.kind === 'cast';
}
