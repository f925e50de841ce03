/** Supervisors as a tree writes them down. Words and defaults are OTP's; `supervisor-admin.ts` asks those that run. */
import type { Random } from '../lib/random.ts';
import { type Behaviour, type Ignore, ignore } from '../runtime/behaviour.ts';
import type { ServerMessage, ServerName, ServerPid } from '../runtime/server-message.ts';
import { type AutoShutdown, type ChildSpec, faultOfChildren, isOneOf } from './child-spec.ts';
import type { Strategy } from './decide.ts';
import { checkLimits } from './intensity.ts';
import type { Backoff } from './restart-policy.ts';
import { SpecFault } from './spec-fault.ts';
import type { SupervisorCall } from './supervisor-call.ts';
import type { SupervisorPlan } from './supervisor-plan.ts';
import { type MakePlan, SupervisorProcess } from './supervisor-process.ts';

export type { Backoff } from './restart-policy.ts';

export interface Flags {
  /** Restarts allowed within `periodMs`; one more ends the supervisor. 1 without it. */
  readonly intensity?: number | undefined;
  /** 5000 without it. */
  readonly periodMs?: number | undefined;
  /** Without it every restart is immediate, as in OTP. */
  readonly backoff?: Backoff | undefined;
  /** The name of this definition, for `getCallbackModule`. */
  readonly module?: string | undefined;
}

export interface SupervisorSpec extends Flags {
  readonly strategy: Exclude<Strategy, 'simple_one_for_one'>;
  /** never without it. */
  readonly autoShutdown?: AutoShutdown | undefined;
  /** In start order. */
  readonly children: readonly ChildSpec[];
}

export interface DynamicSpec<in Args, M = never> extends Flags {
  readonly strategy: 'simple_one_for_one';
  /** No bound without it. */
  readonly maxChildren?: number | undefined;
  /** The child for these arguments; called once per child, not per incarnation. */
  child(args: Args): ChildSpec<M>;
}

/** A definition is a spec, or makes one for each incarnation of its supervisor, or says that it is not needed. */
export type Definition<Spec> = Spec | (() => Spec | Ignore | Promise<Spec | Ignore>);

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
const strategies = ['one_for_one', 'one_for_all', 'rest_for_one'];
const autoShutdowns = ['never', 'any_significant', 'all_significant'];

/** A faulty spec throws a `SpecFault` here; one that a function makes fails the start with it. */
export function supervisor(
  definition: Definition<SupervisorSpec>,
  { random }: SupervisorDeps,
): Behaviour<SupervisorMessage> {
  return behaviourOf(planMaker(definition, planOf), random);
}

/** Starts without children; `startChild` adds them, and none of them survives a restart of this supervisor. */
export function dynamicSupervisor<Args, M = never>(
  definition: Definition<DynamicSpec<Args, M>>,
  { random }: SupervisorDeps,
): Behaviour<DynamicMessage<Args, M>> {
  return behaviourOf(planMaker(definition, dynamicPlanOf), random);
}

function planMaker<Spec extends object, Args>(
  definition: Definition<Spec>,
  plan: (spec: Spec) => SupervisorPlan<Args>,
): MakePlan<Args> {
  if (typeof definition !== 'function') {
    const made = plan(definition);
    return () => made;
  }
  const planned = (spec: Spec | Ignore) => (spec === ignore ? ignore : plan(spec));
  return () => {
    const spec = definition();
    return spec instanceof Promise ? spec.then(planned) : planned(spec);
  };
}

function behaviourOf<Args, M>(makePlan: MakePlan<Args>, random: Random): Behaviour<DynamicMessage<Args, M>> {
  return {
    kind: 'supervisor',
    trapExit: true,
    incarnate: (host) => new SupervisorProcess<Args, M>(host, makePlan, random),
  };
}

/** Throws a `SpecFault` that names what is wrong. */
export function planOf(spec: SupervisorSpec): SupervisorPlan<ChildSpec> {
  checkIsObject(spec);
  if (!isOneOf(strategies, spec.strategy)) throw new SpecFault('invalid_strategy', String(spec.strategy));
  const { autoShutdown = 'never' } = spec;
  if (!isOneOf(autoShutdowns, autoShutdown)) {
    throw new SpecFault('invalid_auto_shutdown', String(autoShutdown));
  }
  if (!Array.isArray(spec.children)) throw new SpecFault('bad_start_spec', 'children is no list');
  const fault = faultOfChildren(spec.children, autoShutdown);
  if (fault !== null) throw fault;
  return {
    policy: policyOf(spec.strategy, autoShutdown, spec),
    children: spec.children,
    maxChildren: Number.POSITIVE_INFINITY,
    module: spec.module,
    child: (child) => child,
  };
}

/** As `planOf`. */
export function dynamicPlanOf<Args, M>(spec: DynamicSpec<Args, M>): SupervisorPlan<Args> {
  checkIsObject(spec);
  const { strategy, maxChildren = Number.POSITIVE_INFINITY } = spec;
  if (strategy !== 'simple_one_for_one') throw new SpecFault('invalid_strategy', String(strategy));
  if (typeof spec.child !== 'function' || 'children' in spec) {
    throw new SpecFault(
      'bad_start_spec',
      'simple_one_for_one takes one child: a function from its arguments',
    );
  }
  if ('autoShutdown' in spec && spec.autoShutdown !== 'never') {
    throw new SpecFault('bad_combination', 'simple_one_for_one knows no autoShutdown');
  }
  if (typeof maxChildren !== 'number' || !(maxChildren >= 0))
    throw new SpecFault('invalid_max_children', String(maxChildren));
  return {
    policy: policyOf(strategy, 'never', spec),
    children: [],
    maxChildren,
    module: spec.module,
    child: (args) => spec.child(args),
  };
}

function policyOf(strategy: Strategy, autoShutdown: AutoShutdown, flags: Flags) {
  const { intensity = intensityDefault, periodMs = periodDefaultMs, backoff } = flags;
  if (backoff !== undefined && !isBackoff(backoff)) {
    throw new SpecFault('invalid_backoff', JSON.stringify(backoff));
  }
  const limits = { max: intensity, periodMs };
  checkLimits(limits);
  return { strategy, autoShutdown, limits, backoff };
}

function isBackoff({ minMs, maxMs, factor, jitter, resetAfterMs }: Backoff): boolean {
  const finite = [minMs, maxMs, factor, jitter, resetAfterMs].every(Number.isFinite);
  return (
    finite && minMs > 0 && maxMs >= minMs && factor >= 1 && jitter >= 0 && jitter <= 1 && resetAfterMs >= 0
  );
}

/** A definition's function may be from code that no compiler has seen. */
function checkIsObject(spec: unknown): void {
  if (typeof spec !== 'object' || spec === null) {
    throw new SpecFault('bad_start_spec', `a definition gives a spec, not ${String(spec)}`);
  }
}
