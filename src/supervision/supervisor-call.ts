/** What a supervisor is asked, and OTP's answers as values. `Child` is what describes a new child: a spec, or arguments. */
import type { ChildInfo } from '../runtime/behaviour.ts';
import type { From } from '../runtime/call.ts';
import type { ExitReason } from '../runtime/exit-reason.ts';
import type { Pid } from '../runtime/pid.ts';

export type StartedChild<M = never> =
  | { readonly ok: true; readonly pid: Pid<M> }
  | { readonly ok: false; readonly error: 'already_started'; readonly pid: Pid }
  | {
      readonly ok: false;
      /**
       * `already_present`: the id is known but not running. `ignore`: the child said it is not needed. `noproc`:
       * there is no such supervisor, or it ended before it answered.
       */
      readonly error:
        | 'already_present'
        | 'max_children'
        | 'ignore'
        | 'noproc'
        | { readonly start: ExitReason };
    };

export type RestartedChild =
  | { readonly ok: true; readonly pid: Pid }
  | {
      readonly ok: false;
      readonly error:
        | 'running'
        | 'restarting'
        | 'not_found'
        | 'ignore'
        | 'simple_one_for_one'
        | 'noproc'
        | { readonly start: ExitReason };
    };

export type TerminatedChild =
  | { readonly ok: true }
  | { readonly ok: false; readonly error: 'not_found' | 'noproc' };

export type DeletedChild =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly error: 'running' | 'restarting' | 'not_found' | 'simple_one_for_one' | 'noproc';
    };

export interface ChildCount {
  readonly specs: number;
  /** With a living incarnation. */
  readonly active: number;
  readonly supervisors: number;
  readonly workers: number;
}

export interface StartCall<Child, M = never> {
  readonly type: 'start-child';
  readonly child: Child;
  readonly from: From<StartedChild<M>>;
}

export type AdminCall =
  | { readonly type: 'restart-child'; readonly id: string; readonly from: From<RestartedChild> }
  | { readonly type: 'terminate-child'; readonly id: string | Pid; readonly from: From<TerminatedChild> }
  | { readonly type: 'delete-child'; readonly id: string; readonly from: From<DeletedChild> }
  | { readonly type: 'which-children'; readonly from: From<readonly ChildInfo[]> }
  | { readonly type: 'count-children'; readonly from: From<ChildCount> };

export type SupervisorCall<Child, M = never> = StartCall<Child, M> | AdminCall;
