/** Supervisors as a tree writes them down, and how they are asked from outside. Words, defaults and answers are OTP's. */
import type { Random } from '../lib/random.ts';
import type { Behaviour, ChildInfo } from '../runtime/behaviour.ts';
import type { From } from '../runtime/call.ts';
import type { Pid } from '../runtime/pid.ts';
import type { CallTarget, ServerMessage, ServerName, ServerPid } from '../runtime/server-message.ts';
import type { System } from '../runtime/system.ts';
import { type ChildSpec, checkChildSpecs } from './child-spec.ts';
import type { Strategy } from './decide.ts';
import { intensityOf } from './intensity.ts';
import type { Backoff } from './restarter.ts';
import type {
  AdminCall,
  ChildCount,
  DeletedChild,
  RestartedChild,
  StartCall,
  StartedChild,
  SupervisorCall,
  TerminatedChild,
} from './supervisor-call.ts';
import { type SupervisorPlan, SupervisorProcess } from './supervisor-process.ts';

export type { Backoff } from './restarter.ts';

interface RestartLimits {
  /** Restarts allowed within `periodMs`; one more ends the supervisor. 1 without it. */
  readonly intensity?: number | undefined;
  /** 5000 without it. */
  readonly periodMs?: number | undefined;
  /** Without it every restart is immediate, as in OTP. */
  readonly backoff?: Backoff | undefined;
}

export interface SupervisorSpec extends RestartLimits {
  readonly strategy: Exclude<Strategy, 'simple_one_for_one'>;
  /** In start order. */
  readonly children: readonly ChildSpec[];
}

export interface DynamicSpec<Args, M = never> extends RestartLimits {
  readonly strategy: 'simple_one_for_one';
  /** No bound without it. */
  readonly maxChildren?: number | undefined;
  /** The child for these arguments; called once per child, not per incarnation. */
  child(args: Args): ChildSpec<M>;
}

export interface SupervisorDeps {
  readonly random: Random;
}

export type SupervisorMessage = ServerMessage<SupervisorCall<ChildSpec>, never>;
export type SupervisorPid = ServerPid<SupervisorCall<ChildSpec>>;
export type SupervisorName = ServerName<SupervisorCall<ChildSpec>>;
export type DynamicMessage<Args, M = never> = ServerMessage<SupervisorCall<Args, M>, never>;
export type DynamicPid<Args, M = never> = ServerPid<SupervisorCall<Args, M>>;
export type DynamicName<Args, M = never> = ServerName<SupervisorCall<Args, M>>;

const intensityDefault = 1;
const periodDefaultMs = 5_000;

/** Throws for a spec that makes no sense, naming what is wrong. */
export function supervisor(spec: SupervisorSpec, deps: SupervisorDeps): Behaviour<SupervisorMessage> {
  checkChildSpecs(spec.children);
  return behaviourOf({
    policy: policyOf(spec.strategy, spec, deps),
    children: spec.children,
    maxChildren: Number.POSITIVE_INFINITY,
    child: (child) => child,
  });
}

/** Starts without children; `startChild` adds them, and none of them survives a restart of this supervisor. */
export function dynamicSupervisor<Args, M = never>(
  spec: DynamicSpec<Args, M>,
  deps: SupervisorDeps,
): Behaviour<DynamicMessage<Args, M>> {
  return behaviourOf({
    policy: policyOf('simple_one_for_one', spec, deps),
    children: [],
    maxChildren: spec.maxChildren ?? Number.POSITIVE_INFINITY,
    child: (args) => spec.child(args),
  });
}

function policyOf(strategy: Strategy, limits: RestartLimits, { random }: SupervisorDeps) {
  const intensity = intensityOf(limits.intensity ?? intensityDefault, limits.periodMs ?? periodDefaultMs);
  return { strategy, intensity, backoff: limits.backoff, random };
}

function behaviourOf<Args, M>(plan: SupervisorPlan<Args>): Behaviour<DynamicMessage<Args, M>> {
  return {
    kind: 'supervisor',
    trapExit: true,
    strategy: plan.policy.strategy,
    incarnate: (host) => new SupervisorProcess<Args, M>(host, plan),
  };
}

/** Starts a child under a supervisor: a spec for a static one, arguments for a dynamic one. Answers after its init. */
export async function startChild<Child, M = never>(
  system: System,
  sup: CallTarget<StartCall<Child, M>>,
  child: NoInfer<Child>,
): Promise<StartedChild<M>> {
  const called = await system.call<StartCall<Child, M>, StartedChild<M>>(
    sup,
    (from) => ({ type: 'start-child', child, from }),
    Number.POSITIVE_INFINITY,
  );
  return called.ok ? called.value : { ok: false, error: 'noproc' };
}

type AnySupervisor = CallTarget<AdminCall>;

async function ask<R>(
  system: System,
  sup: AnySupervisor,
  build: (from: From<R>) => AdminCall,
): Promise<R | null> {
  const called = await system.call<AdminCall, R>(sup, build, Number.POSITIVE_INFINITY);
  return called.ok ? called.value : null;
}

const noproc = { ok: false, error: 'noproc' } as const;

/** Ends a child in order. Its spec stays, except a temporary one's and a dynamic supervisor's; a waiting restart is cancelled. */
export async function terminateChild(
  system: System,
  sup: AnySupervisor,
  id: string | Pid,
): Promise<TerminatedChild> {
  return (
    (await ask(system, sup, (from: From<TerminatedChild>) => ({ type: 'terminate-child', id, from }))) ??
    noproc
  );
}

/** Starts a child that was ended and whose spec is still there. */
export async function restartChild(system: System, sup: AnySupervisor, id: string): Promise<RestartedChild> {
  return (
    (await ask(system, sup, (from: From<RestartedChild>) => ({ type: 'restart-child', id, from }))) ?? noproc
  );
}

/** Forgets the spec of a child that was ended. */
export async function deleteChild(system: System, sup: AnySupervisor, id: string): Promise<DeletedChild> {
  return (
    (await ask(system, sup, (from: From<DeletedChild>) => ({ type: 'delete-child', id, from }))) ?? noproc
  );
}

/** In reverse start order; null if there is no such supervisor. */
export function whichChildren(system: System, sup: AnySupervisor): Promise<readonly ChildInfo[] | null> {
  return ask(system, sup, (from: From<readonly ChildInfo[]>) => ({ type: 'which-children', from }));
}

/** Null if there is no such supervisor. */
export function countChildren(system: System, sup: AnySupervisor): Promise<ChildCount | null> {
  return ask(system, sup, (from: From<ChildCount>) => ({ type: 'count-children', from }));
}
