/**
 * The end of a node seen from its clients: they are sent away one after the other, no faster than they may come back
 * elsewhere, and are served until it is their turn. A few go at once; ten thousand take the time they are given, and
 * what of them is left then is told to come back the later.
 */
import type { Random } from '../lib/random.ts';
import type { Limits } from '../protocols/limits.ts';
import type { SessionPid } from '../protocols/mailbox/session.ts';
import type { Meter } from '../protocols/ports/meter.ts';
import type { System } from '../runtime/system.ts';

/** The sessions that live; each adds itself and is taken off at its end. */
export type Guests = Set<SessionPid>;

export interface DrainPorts {
  readonly system: System;
  readonly limits: Limits;
  readonly random: Random;
  readonly guests: Guests;
  readonly meter: Meter;
}

export interface DrainPlan {
  /** Time over which the goodbyes are spread evenly. */
  readonly spreadMs: number;
  /** Clients are told to come back within this time after their goodbye. */
  readonly returnWithinMs: number;
}

type Bounds = Pick<Limits, 'connectsPerSecond' | 'drainMs' | 'goodbyeMs' | 'reconnectMaxMs'>;

/** Together the two leave each second no more clients than another node lets in. */
export function planDrain(clients: number, bounds: Bounds): DrainPlan {
  const neededMs = (clients / bounds.connectsPerSecond) * 1_000;
  const spreadMs = Math.min(neededMs, Math.max(0, bounds.drainMs - bounds.goodbyeMs));
  return { spreadMs, returnWithinMs: Math.round(bounds.reconnectMaxMs + neededMs - spreadMs) };
}

/** How often it is looked whether all have gone. */
const LOOK_MS = 20;

/** Resolves when all clients have gone, or `drainMs` are over. */
export async function drain({ system, limits, random, guests, meter }: DrainPorts): Promise<void> {
  const { clock } = system;
  const untilMs = clock.monotonicMs() + limits.drainMs;
  const { spreadMs, returnWithinMs } = planDrain(guests.size, limits);
  const slotMs = spreadMs / Math.max(1, guests.size);
  const told = new Set<SessionPid>();
  while (guests.size > 0 && clock.monotonicMs() < untilMs) {
    // Also who was on his way in when the door was closed.
    for (const session of guests) {
      if (told.has(session)) continue;
      const afterMs = slotMs * (told.size + random.fraction());
      system.cast(session, { type: 'drain', afterMs: Math.min(afterMs, spreadMs), returnWithinMs });
      told.add(session);
    }
    await new Promise<void>((resolve) => clock.schedule(LOOK_MS, resolve));
  }
  if (guests.size > 0) meter.limited('drainMs');
}
