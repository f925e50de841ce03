/** What a session knows: its client, what was said, and what the client watches. */
import type { Random } from '../../lib/random.ts';
import type { TokenBucket } from '../../lib/token-bucket.ts';
import type { Turns } from '../../lib/turns.ts';
import type { RunId, UserId } from '../../protocols/identity.ts';
import type { Limits } from '../../protocols/limits.ts';
import type { HubPid, Start } from '../../protocols/mailbox/hub.ts';
import type { LobbyPid } from '../../protocols/mailbox/lobby.ts';
import type { SessionCast, Subject } from '../../protocols/mailbox/session.ts';
import type { Connection } from '../../protocols/ports/connection.ts';
import type { Feed } from '../../protocols/ports/feed.ts';
import type { LobbyOutbox } from '../../protocols/ports/lobby-outbox.ts';
import type { Log } from '../../protocols/ports/log.ts';
import type { Meter } from '../../protocols/ports/meter.ts';
import type { Outbox } from '../../protocols/ports/outbox.ts';
import type { Credentials } from '../../protocols/ports/service.ts';
import type { Store } from '../../protocols/ports/store.ts';
import type { Reading, Rights } from '../../protocols/rights.ts';
import type { Command, CommandOf } from '../../protocols/wire/centrifugal/commands.ts';
import type { FarewellName } from '../../protocols/wire/farewell.ts';
import type { Context } from '../../runtime/context.ts';
import type { MonitorRef } from '../../runtime/info.ts';
import type { Guests } from '../drain.ts';
import type { RunFinder } from '../find-run.ts';
import type { PageTurn } from '../page-turn.ts';

export interface SessionPorts {
  readonly limits: Limits;
  readonly random: Random;
  readonly feed: Feed;
  readonly store: Store;
  readonly finder: RunFinder;
  /** Of this program, as clients are told it. */
  readonly version: string;
  readonly meter: Meter;
  /** Whether everybody may read, or only who has a token that permits it. */
  readonly reading: Reading;
  readonly log: Pick<Log, 'debug'>;
  /** The sessions that live. */
  readonly guests: Guests;
  /** Of all sessions: what clients look at is found by turns. */
  readonly looks: Turns;
}

export type SessionContext = Context<never, SessionCast>;

/** A process that serves a seat, while there is one. */
export interface Source<P> {
  readonly pid: P;
  readonly monitor: MonitorRef;
}

interface SeatBase {
  /** By which name the client knows it. */
  readonly channel: string;
  /** Tells this seat from an earlier one of the same channel. */
  readonly id: number;
}

/** Asked for by a command; whether the client may have it is being found out. */
export interface AskedSeat extends SeatBase {
  readonly kind: 'asked';
  readonly command: CommandOf<'subscribe'>;
}

export interface RunSeat extends SeatBase {
  readonly kind: 'run';
  readonly run: RunId;
  readonly outbox: Outbox;
  /** `continue` once a hub has begun to serve it. */
  readonly start: Start;
  readonly hub: Source<HubPid> | null;
  /** The command that has to be answered; null for a connection without commands. */
  readonly commandId: number | null;
}

export interface LobbySeat extends SeatBase {
  readonly kind: 'lobby';
  readonly outbox: LobbyOutbox;
  readonly lobby: Source<LobbyPid> | null;
  readonly commandId: number;
}

export interface FeedSeat extends SeatBase {
  readonly kind: 'supervision';
  stop(): void;
}

export type Seat = AskedSeat | RunSeat | LobbySeat | FeedSeat;

/** A command whose answer has to be looked up, and may be long. */
export type Look = CommandOf<'history'> | CommandOf<'presence_stats'>;

/** The talk with a client that gives commands. */
export interface Dialogue {
  /** The connect command, from when it came until it has been answered. */
  readonly connect: CommandOf<'connect'> | null;
  /** What the client said while it was being let in. */
  readonly held: readonly Command[];
  readonly bucket: TokenBucket;
  /** A ping has not been answered yet. */
  readonly awaitsPong: boolean;
  /** Not answered yet, in the order they were asked for. */
  readonly looks: readonly Look[];
  /** The answer to the first of them is on its way. */
  readonly looking: boolean;
}

export interface Data {
  /** A UUID; names the session in the tree, and to its client. */
  readonly id: string;
  /** Id of the request that it came by. */
  readonly request: string;
  /** What it came for. */
  readonly subject: Subject;
  /** Who it was before anybody had looked at what it shows. */
  readonly cameAs: UserId;
  /** What its request showed, until it is let in. */
  readonly credentials: Credentials;
  readonly connection: Connection;
  readonly turn: PageTurn<Outbox>;
  /** Null for a client that can only listen. */
  readonly dialogue: Dialogue | null;
  /** Since the clock's beginning: until then the client has to be let in, however often it tries. */
  readonly authenticateByMs: number;
  /** Who the client is; before it is let in, as whom it came. */
  readonly user: UserId;
  readonly rights: Rights;
  /** When the token of the connect command ends, since the Unix epoch; null where there is none that does. */
  readonly tokenEndsAtMs: number | null;
  /** The same of what the request itself showed, which can't be renewed on this connection. */
  readonly visitEndsAtMs: number | null;
  /** Channels that the client has shown a token of their own for. */
  readonly tickets: ReadonlySet<string>;
  /** By channel. */
  readonly seats: ReadonlyMap<string, Seat>;
  /** Seats so far. */
  readonly seated: number;
  /** How long after its goodbye the client may take to come back. */
  readonly returnWithinMs: number;
  /** What the goodbye says when this session ends by itself. */
  readonly farewell: FarewellName;
}

/** What every session begins with, in common. */
export const noSeats: Data['seats'] = new Map();
export const noTickets: Data['tickets'] = new Set();

export function withSeat(data: Data, seat: Seat): Data {
  return {
    ...data,
    seats: new Map(data.seats).set(seat.channel, seat),
    seated: Math.max(data.seated, seat.id),
  };
}

export function withoutSeat(data: Data, channel: string): Data {
  const seats = new Map(data.seats);
  seats.delete(channel);
  if (!data.tickets.has(channel)) return { ...data, seats };
  const tickets = new Set(data.tickets);
  tickets.delete(channel);
  return { ...data, seats, tickets };
}

export function withTicket(data: Data, channel: string): Data {
  return { ...data, tickets: new Set(data.tickets).add(channel) };
}

/** The seat that a late message is about, unless it has been left meanwhile. */
export function seatOf(
  data: Data,
  { channel, seat: id }: { readonly channel: string; readonly seat: number },
): Seat | null {
  const seat = data.seats.get(channel);
  return seat?.id === id ? seat : null;
}
