/** The hands of a supervisor's brain that act through the runtime. What comes of it the brain hears in a turn of its own. */
import type { Random } from '../lib/random.ts';
import type { Behaviour, Host } from '../runtime/behaviour.ts';
import { asError, type ExitReason } from '../runtime/exit-reason.ts';
import type { Pid } from '../runtime/pid.ts';
import type { RuntimeEvent, SupervisorContext } from '../runtime/runtime-event.ts';
import type { StartOutcome } from '../runtime/start-outcome.ts';
import type { Brain } from './brain.ts';
import type { Child } from './child.ts';
import { shutdownMs, shutdownOf } from './child-spec.ts';
import type { Hands } from './hands.ts';

/** What a brain hears from its hands. */
export type Ear = Pick<Brain<never, never>, 'due' | 'spawned' | 'started'>;

/** A word to the brain, on its way through the mailbox. A class, so that nobody else can say it. */
export class Note {
  readonly say: (ear: Ear) => void;

  constructor(say: (ear: Ear) => void) {
    this.say = say;
  }
}

type FailedStart = Extract<StartOutcome, { readonly ok: false }>;

export class RuntimeHands implements Hands {
  /** The brain's, once there is one. */
  ear: Ear | null = null;
  private readonly host: Host;
  private readonly random: Random;

  constructor(host: Host, random: Random) {
    this.host = host;
    this.random = random;
  }

  nowMs(): number {
    return this.host.clock.monotonicMs();
  }

  fraction(): number {
    return this.random.fraction();
  }

  alive(pid: Pid): boolean {
    return this.host.system.alive(pid);
  }

  start(child: Child): StartOutcome | null {
    const { attempt } = child;
    try {
      const made = child.spec.start();
      if (!(made instanceof Promise)) return this.spawn(child, made);
      void made.then(
        (behaviour) => this.tell((ear) => this.made(child, attempt, behaviour, ear)),
        (thrown) => this.tell((ear) => ear.started(child, attempt, failedBy(thrown))),
      );
      return null;
    } catch (thrown) {
      return failedBy(thrown);
    }
  }

  end(child: Child, pid: Pid): void {
    const withinMs = shutdownMs(shutdownOf(child.spec.shutdown, child.type));
    if (withinMs === null) this.host.exit(pid, 'kill');
    else this.host.stopChild(pid, 'shutdown', withinMs);
  }

  wait(child: Child, delayMs: number): void {
    this.host.setTimer(`restart:${child.id}`, delayMs, child);
  }

  stopWaiting(child: Child): void {
    this.host.cancelTimer(`restart:${child.id}`);
  }

  yield(child: Child): void {
    this.host.castLater(new Note((ear) => ear.due(child, 'turn')));
  }

  restarted(event: Extract<RuntimeEvent, { type: 'restart' | 'not-restarted' }>): void {
    this.host.emit(event);
  }

  progress(child: Child): void {
    const { path, self: pid } = this.host;
    this.host.emit({ type: 'progress', path, pid, started: offender(child, child.pid) });
  }

  report(context: SupervisorContext, reason: ExitReason, child: Child, pid: Pid | null): void {
    const { path, self } = this.host;
    this.host.emit({ type: 'report', path, pid: self, context, reason, offender: offender(child, pid) });
  }

  exceeded(restarts: number): void {
    this.host.emit({ type: 'intensity-exceeded', path: this.host.path, pid: this.host.self, restarts });
  }

  /** Null when a process is on its way; else why there is none. */
  private spawn(child: Child, behaviour: Behaviour<never>): FailedStart | null {
    const { id, path, attempt, spec } = child;
    const { name, mailboxMax } = spec;
    try {
      const given = this.host.startChild(behaviour, { id, path, name, mailboxMax }, (_pid, started) =>
        this.tell((ear) => ear.started(child, attempt, started)),
      );
      if ('refused' in given) return { ok: false, reason: given.refused };
      this.ear?.spawned(child, given, spec.type ?? behaviour.kind);
      return null;
    } catch (thrown) {
      // What `start` gave is no behaviour.
      return failedBy(thrown);
    }
  }

  /** An asynchronous `start` has made a behaviour, perhaps too late. */
  private made(child: Child, attempt: number, behaviour: Behaviour<never>, ear: Ear): void {
    const failed = child.attempt === attempt ? this.spawn(child, behaviour) : null;
    if (failed !== null) ear.started(child, attempt, failed);
  }

  private tell(word: (ear: Ear) => void): void {
    this.host.castSelf(new Note(word));
  }
}

function failedBy(thrown: unknown): FailedStart {
  return { ok: false, reason: { error: asError(thrown) } };
}

function offender(child: Child, pid: Pid | null) {
  const { path, fullSpec } = child;
  return { ...fullSpec, path, pid };
}
