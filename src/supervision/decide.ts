/**
 * What the end of a child means for it and its siblings. Pure, so that every strategy can be tried in thousands of orders
 * without a process or a clock; `restarter.ts` carries the orders out.
 */
import { type ExitReason, isAbnormal } from '../runtime/exit-reason.ts';
import type { AutoShutdown, RestartType } from './child-spec.ts';
import { addRestart, type Intensity, isExceeded } from './intensity.ts';

export type Strategy = 'one_for_one' | 'one_for_all' | 'rest_for_one' | 'simple_one_for_one';

export interface Sibling {
  readonly id: string;
  readonly restart: RestartType;
  readonly significant: boolean;
  /** Whether it runs, is on its way to, or has ended and is not decided on. */
  readonly active: boolean;
}

export interface Standing {
  readonly strategy: Strategy;
  readonly intensity: Intensity;
  readonly autoShutdown: AutoShutdown;
  /** All children in start order; looked at only where siblings are concerned. */
  readonly children: Iterable<Sibling>;
}

export interface Fall {
  readonly child: Sibling;
  readonly reason: ExitReason;
  /** A restart that failed. It is tried again whatever the restart type. */
  readonly failedStart: boolean;
}

export type Orders =
  /** Stays ended; its spec is kept. */
  | { readonly do: 'leave' }
  /** Stays ended; its spec goes too. */
  | { readonly do: 'forget' }
  /** Too many restarts: end all children and yourself. */
  | { readonly do: 'give-up' }
  /** What the supervisor was there for is over: end all children and yourself. */
  | { readonly do: 'auto-shutdown' }
  | {
      readonly do: 'restart';
      /** Siblings to end first, in this order: the reverse of their start. */
      readonly terminate: readonly string[];
      /** Of these the temporary ones, which do not come back. */
      readonly forget: readonly string[];
      /** To start after that, in this order. */
      readonly start: readonly string[];
    };

export interface Decision {
  readonly intensity: Intensity;
  readonly orders: Orders;
}

export function decide(standing: Standing, fall: Fall, nowMs: number): Decision {
  const { child } = fall;
  if (!comesBack(fall)) return { intensity: standing.intensity, orders: ordersFor(child, standing) };
  const intensity = addRestart(standing.intensity, nowMs);
  if (isExceeded(intensity)) return { intensity, orders: { do: 'give-up' } };
  return { intensity, orders: restartOf(child, standing) };
}

function comesBack({ child, reason, failedStart }: Fall): boolean {
  if (child.restart === 'temporary') return false;
  return failedStart || child.restart === 'permanent' || isAbnormal(reason);
}

function ordersFor(child: Sibling, standing: Standing): Orders {
  if (endsSupervisor(child, standing)) return { do: 'auto-shutdown' };
  return { do: keepsSpec(child, standing.strategy) ? 'leave' : 'forget' };
}

/** Whether the spec of a child that has ended and is not restarted stays, so that somebody can start it again. */
export function keepsSpec({ restart }: Pick<Sibling, 'restart'>, strategy: Strategy): boolean {
  return restart !== 'temporary' && strategy !== 'simple_one_for_one';
}

/** Whether the end of a child concerns its siblings. */
export function concernsSiblings(strategy: Strategy): boolean {
  return strategy === 'one_for_all' || strategy === 'rest_for_one';
}

function endsSupervisor(child: Sibling, { autoShutdown, children }: Standing): boolean {
  if (!child.significant || autoShutdown === 'never') return false;
  if (autoShutdown === 'any_significant') return true;
  for (const other of children) {
    if (other.significant && other.active && other.id !== child.id) return false;
  }
  return true;
}

function restartOf(child: Sibling, standing: Standing): Orders {
  const { strategy } = standing;
  if (!concernsSiblings(strategy)) {
    return { do: 'restart', terminate: [], forget: [], start: [child.id] };
  }
  const all = [...standing.children];
  const from = strategy === 'one_for_all' ? 0 : all.findIndex(({ id }) => id === child.id);
  const concerned = all.slice(from);
  const others = concerned.filter(({ id }) => id !== child.id);
  return {
    do: 'restart',
    terminate: others.map(({ id }) => id).reverse(),
    forget: others.filter(({ restart }) => restart === 'temporary').map(({ id }) => id),
    start: concerned.filter(({ restart }) => restart !== 'temporary').map(({ id }) => id),
  };
}
