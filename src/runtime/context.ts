/**
 * What a handler can do to the world, bound to its incarnation: once that has ended, every effect here does nothing.
 * A killed handler may still be waiting for something, and JavaScript cannot stop it; so it is made harmless.
 */
import type { Clock } from '../lib/clock.ts';
import type { Release } from './belongings.ts';
import type { Called, From } from './call.ts';
import type { ExitReason } from './exit-reason.ts';
import type { MonitorRef } from './info.ts';
import type { Pid } from './pid.ts';
import type { CallTarget, CastTarget, ServerPid } from './server-message.ts';
import type { System } from './system.ts';

export type Settled<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: Error };

/** Methods need their object: do not take them apart. */
export interface Context<in Call = never, in Cast = never> {
  readonly self: ServerPid<Call, Cast>;
  readonly id: string;
  readonly path: string;
  /** Fenced as everything here is. */
  readonly system: System;
  readonly clock: Clock;
  /** Aborted as soon as the process is told to end, so before `terminate`; by a kill as well. */
  readonly signal: AbortSignal;
  /** False once the process has ended; still true in `terminate`. */
  alive(): boolean;
  cast<C>(to: CastTarget<C>, message: NoInfer<C>): void;
  /** As `System.call`. If the caller itself ends first, the outcome is `noproc`. */
  call<Q, R, const A extends Q = Q>(
    to: CallTarget<Q>,
    build: (from: From<R>) => A,
    timeoutMs: number,
  ): Promise<Called<R>>;
  /** Answers a call, now or from a later handler. The second answer and one after the timeout reach nobody. */
  reply<R>(from: From<R>, value: NoInfer<R>): void;
  /**
   * From now on the end of either tells the other by an exit signal. With a process that has ended: the signal comes at
   * once, with `noproc`. One link between two is all there is, however often it is asked for.
   */
  link(pid: Pid): void;
  /**
   * Nothing of the other's end comes after this, but what is in the mailbox already. Who was started below the other
   * stays linked to it.
   */
  unlink(pid: Pid): void;
  /** Sends an exit signal in this process's name. `kill` cannot be trapped: the other ends now, with `killed`. */
  exit(pid: Pid, reason: ExitReason | 'kill'): void;
  /** Brings one `down` when the process ends, at once with `noproc` if it has ended. */
  monitor(pid: Pid): MonitorRef;
  /** No `down` of this monitor comes after this, not even one that is already in the mailbox. */
  demonitor(ref: MonitorRef): void;
  /**
   * Brings `timeout` with this content after `delayMs`; 0 puts it behind what is in the mailbox, infinity is never.
   * Replaces the timer of this name. Throws for a delay that is none.
   */
  setTimer(name: string, delayMs: number, content?: unknown): void;
  /** Another content for a timer that has not been handled yet, at its old time. False if there is no such timer. */
  updateTimer(name: string, content: unknown): boolean;
  /** A cancelled or replaced timer is never delivered, not even from the mailbox. */
  cancelTimer(name: string): void;
  /**
   * Binds a resource to this incarnation. It is released on any end, newest first: an orderly one awaits each
   * release, a kill starts them all. The returned function releases it now. After the end it is released at once.
   */
  own(release: Release): () => void;
  /** Lets `work` go on in the background; its outcome arrives as a cast to this process, exempt from the bound. */
  pipe<T>(work: Promise<T>, toMessage: (result: Settled<T>) => Cast): void;
  /** In `init`: what whoever starts this process is told beside its pid. */
  startInfo(info: unknown): void;
  /** Says something on the event stream. */
  note(text: string): void;
}
