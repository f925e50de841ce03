/** What a supervisor is asked, and OTP's answers as values. `Child` is what describes a new child: a spec, or arguments. */
import type { ChildInfo } from '../runtime/behaviour.ts';
import type { From } from '../runtime/call.ts';
import type { ExitReason } from '../runtime/exit-reason.ts';
import type { Pid } from '../runtime/pid.ts';
import type { FullChildSpec } from './child-spec.ts';
import type { SpecFault } from './spec-fault.ts';
import type { SupervisorPlan } from './supervisor-plan.ts';

/** Why a supervisor gave no answer. `noproc`: there is none, or it ended first. `overloaded`: its mailbox is full. */
export type Unanswered = 'noproc' | 'overloaded';

export interface Refused<Error> {
  readonly ok: false;
  readonly error: Error | Unanswered;
}

/** `info`: what the child's init had to say besides (`Context.startInfo`). */
export interface Started<M> {
  readonly ok: true;
  readonly pid: Pid<M>;
  readonly info?: unknown;
}

export type StartedChild<M = never> =
  | Started<M>
  | { readonly ok: false; readonly error: 'already_started'; readonly pid: Pid }
  /** `already_present`: the id is known but not running. `ignore`: the child said it is not needed. */
  | Refused<
      | 'already_present'
      | 'max_children'
      | 'ignore'
      | { readonly spec: SpecFault }
      | { readonly start: ExitReason }
    >;

export type RestartedChild =
  | Started<never>
  | Refused<
      | 'running'
      | 'restarting'
      | 'not_found'
      | 'ignore'
      | 'simple_one_for_one'
      | { readonly start: ExitReason }
    >;

/** `simple_one_for_one`: a dynamic child is named by its pid. */
export type TerminatedChild = { readonly ok: true } | Refused<'not_found' | 'simple_one_for_one'>;

export type DeletedChild =
  | { readonly ok: true }
  | Refused<'running' | 'restarting' | 'not_found' | 'simple_one_for_one'>;

export type FoundChild = { readonly ok: true; readonly child: ChildInfo } | Refused<'not_found'>;
export type FoundChildSpec = { readonly ok: true; readonly spec: FullChildSpec } | Refused<'not_found'>;
export type UpdatedSpec = { readonly ok: true } | Refused<{ readonly spec: SpecFault } | 'other_kind'>;

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

/** `plan` is another plan of the same kind, already checked. */
export interface UpdateCall<Child> {
  readonly type: 'update-spec';
  readonly plan: SupervisorPlan<Child>;
  readonly from: From<UpdatedSpec>;
}

export type AdminCall =
  | { readonly type: 'restart-child'; readonly id: string; readonly from: From<RestartedChild> }
  | { readonly type: 'terminate-child'; readonly child: string | Pid; readonly from: From<TerminatedChild> }
  | { readonly type: 'terminate-dynamic-child'; readonly id: string; readonly from: From<TerminatedChild> }
  | { readonly type: 'delete-child'; readonly id: string; readonly from: From<DeletedChild> }
  | { readonly type: 'which-child'; readonly id: string; readonly from: From<FoundChild> }
  | { readonly type: 'child-spec'; readonly child: string | Pid; readonly from: From<FoundChildSpec> }
  | { readonly type: 'which-children'; readonly from: From<readonly ChildInfo[]> }
  | { readonly type: 'count-children'; readonly from: From<ChildCount> };

export type SupervisorCall<Child, M = never> = StartCall<Child, M> | UpdateCall<Child> | AdminCall;
