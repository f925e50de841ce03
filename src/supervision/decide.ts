/**
 * The supervisor's brain: what the end of a child means for it and its siblings. Pure, so that every strategy can be
 * tried in thousands of orders without a process or a clock; `restarter.ts` carries the orders out.
 */
import { type ExitReason, isAbnormal } from '../runtime/exit-reason.ts';
import type { RestartType } from './child-spec.ts';
import { addRestart, type Intensity, isExceeded } from './intensity.ts';

export type Strategy = 'one_for_one' | 'one_for_all' | 'rest_for_one' | 'simple_one_for_one';

export interface Sibling {
  readonly id: string;
  readonly restart: RestartType;
}

export interface Standing {
  readonly strategy: Strategy;
  readonly intensity: Intensity;
  /** All children in start order; looked at only where the strategy concerns siblings. */
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
  if (!comesBack(fall)) {
    const orders = child.restart === 'temporary' ? ({ do: 'forget' } as const) : ({ do: 'leave' } as const);
    return { intensity: standing.intensity, orders };
  }
  const intensity = addRestart(standing.intensity, nowMs);
  if (isExceeded(intensity)) return { intensity, orders: { do: 'give-up' } };
  const concerned = concernedBy(standing, child);
  const others = concerned.filter((sibling) => sibling.id !== child.id);
  return {
    intensity,
    orders: {
      do: 'restart',
      terminate: others.map((sibling) => sibling.id).reverse(),
      forget: others.filter((sibling) => sibling.restart === 'temporary').map((sibling) => sibling.id),
      start: concerned.filter((sibling) => sibling.restart !== 'temporary').map((sibling) => sibling.id),
    },
  };
}

function comesBack({ child, reason, failedStart }: Fall): boolean {
  if (child.restart === 'temporary') return false;
  return failedStart || child.restart === 'permanent' || isAbnormal(reason);
}

/** In start order, the fallen child included. */
function concernedBy(standing: Standing, child: Sibling): readonly Sibling[] {
  const { strategy } = standing;
  if (strategy === 'one_for_one' || strategy === 'simple_one_for_one') return [child];
  const all = [...standing.children];
  if (strategy === 'one_for_all') return all;
  return all.slice(all.findIndex((sibling) => sibling.id === child.id));
}
