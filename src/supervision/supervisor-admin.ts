/** How a running supervisor is asked from outside: OTP's admin calls, with its answers as typed values. */
import type { ChildInfo } from '../runtime/behaviour.ts';
import { type From, MailboxFull } from '../runtime/call.ts';
import type { Pid } from '../runtime/pid.ts';
import type { CallTarget } from '../runtime/server-message.ts';
import type { System } from '../runtime/system.ts';
import type { ChildSpec } from './child-spec.ts';
import { SpecFault } from './spec-fault.ts';
import { type DynamicSpec, dynamicPlanOf, planOf, type SupervisorSpec } from './supervisor.ts';
import type {
  AdminCall,
  ChildCount,
  DeletedChild,
  FoundChild,
  FoundChildSpec,
  RestartedChild,
  StartCall,
  StartedChild,
  TerminatedChild,
  Unanswered,
  UpdateCall,
  UpdatedSpec,
} from './supervisor-call.ts';
import type { SupervisorPlan } from './supervisor-plan.ts';

type AnySupervisor = CallTarget<AdminCall>;

/** Waits as long as the supervisor takes: it answers, or its end does. */
async function put<Q, R>(
  system: System,
  sup: CallTarget<Q>,
  build: (from: From<R>) => Q,
): Promise<R | { readonly ok: false; readonly error: Unanswered }> {
  const called = await system.call<Q, R>(sup, build, Number.POSITIVE_INFINITY);
  if (called.ok) return called.value;
  const { reason } = called;
  const full = typeof reason === 'object' && 'error' in reason && reason.error instanceof MailboxFull;
  return { ok: false, error: full ? 'overloaded' : 'noproc' };
}

function ask<R>(system: System, sup: AnySupervisor, build: (from: From<R>) => AdminCall) {
  return put<AdminCall, R>(system, sup, build);
}

/** Starts a child under a supervisor: a spec for a static one, arguments for a dynamic one. Answers after its init. */
export function startChild<Child, M = never>(
  system: System,
  sup: CallTarget<StartCall<Child, M>>,
  child: NoInfer<Child>,
): Promise<StartedChild<M>> {
  return put<StartCall<Child, M>, StartedChild<M>>(system, sup, (from) => ({
    type: 'start-child',
    child,
    from,
  }));
}

/**
 * Ends a child in order: a static one by its id, a dynamic one by its pid. Its spec stays, except a temporary one's and
 * a dynamic supervisor's; a waiting restart is cancelled.
 */
export function terminateChild(
  system: System,
  sup: AnySupervisor,
  child: string | Pid,
): Promise<TerminatedChild> {
  return ask(system, sup, (from: From<TerminatedChild>) => ({ type: 'terminate-child', child, from }));
}

/** Ends a dynamic child by the id that its spec gave it, also while it waits for its restart. OTP has no such ids. */
export function terminateDynamicChild(
  system: System,
  sup: AnySupervisor,
  id: string,
): Promise<TerminatedChild> {
  return ask(system, sup, (from: From<TerminatedChild>) => ({ type: 'terminate-dynamic-child', id, from }));
}

/** Starts a child that was ended and whose spec is still there. */
export function restartChild(system: System, sup: AnySupervisor, id: string): Promise<RestartedChild> {
  return ask(system, sup, (from: From<RestartedChild>) => ({ type: 'restart-child', id, from }));
}

/** Forgets the spec of a child that was ended. */
export function deleteChild(system: System, sup: AnySupervisor, id: string): Promise<DeletedChild> {
  return ask(system, sup, (from: From<DeletedChild>) => ({ type: 'delete-child', id, from }));
}

/** The child's spec with what it left out filled in. A dynamic child is named by its pid or its id. */
export function getChildSpec(
  system: System,
  sup: AnySupervisor,
  child: string | Pid,
): Promise<FoundChildSpec> {
  return ask(system, sup, (from: From<FoundChildSpec>) => ({ type: 'child-spec', child, from }));
}

export function whichChild(system: System, sup: AnySupervisor, id: string): Promise<FoundChild> {
  return ask(system, sup, (from: From<FoundChild>) => ({ type: 'which-child', id, from }));
}

/** In reverse start order; null if there is no answer. */
export async function whichChildren(
  system: System,
  sup: AnySupervisor,
): Promise<readonly ChildInfo[] | null> {
  const children = await ask(system, sup, (from: From<readonly ChildInfo[]>) => ({
    type: 'which-children',
    from,
  }));
  return 'error' in children ? null : children;
}

/** Null if there is no answer. */
export async function countChildren(system: System, sup: AnySupervisor): Promise<ChildCount | null> {
  const count = await ask(system, sup, (from: From<ChildCount>) => ({ type: 'count-children', from }));
  return 'error' in count ? null : count;
}

/**
 * Gives a running supervisor another spec: OTP's code change. Children that run keep running, those that are new wait for
 * `restartChild`, those that are gone from it stay. A faulty spec is refused and changes nothing. Taken up when no start,
 * end or restart is under way; the supervisor's own next incarnation goes by its definition again.
 */
export async function updateSpec(
  system: System,
  sup: CallTarget<UpdateCall<ChildSpec>>,
  spec: SupervisorSpec,
): Promise<UpdatedSpec> {
  return update(system, sup, () => planOf(spec));
}

/** As `updateSpec`, for a dynamic supervisor: children there are keep the spec they were started with. */
export async function updateDynamicSpec<Args, M>(
  system: System,
  sup: CallTarget<UpdateCall<Args>>,
  spec: DynamicSpec<Args, M>,
): Promise<UpdatedSpec> {
  return update(system, sup, () => dynamicPlanOf(spec));
}

async function update<Args>(
  system: System,
  sup: CallTarget<UpdateCall<Args>>,
  makePlan: () => SupervisorPlan<Args>,
): Promise<UpdatedSpec> {
  try {
    const plan = makePlan();
    return await put<UpdateCall<Args>, UpdatedSpec>(system, sup, (from) => ({
      type: 'update-spec',
      plan,
      from,
    }));
  } catch (thrown) {
    if (thrown instanceof SpecFault) return { ok: false, error: { spec: thrown } };
    throw thrown;
  }
}

/** The name that the definition of this supervisor gave itself; null if none, or if there is no such supervisor. */
export function getCallbackModule(system: System, sup: Pid): string | null {
  return system.inspect(sup)?.module ?? null;
}
