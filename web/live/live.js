/**
 * What the page asks of a transport, the same for both: watch a run, follow the list of runs and the supervision feed,
 * and tell honestly how the connection is. Each comes back by itself and resumes where it was, unless it is refused: then
 * asking again would only be refused again.
 */
/** @import { Estimate } from '../../src/protocols/wire/estimate.ts' */
/** @import { LobbyView } from '../../src/protocols/wire/lobby.ts' */
/** @import { StateChange } from '../../src/protocols/wire/stream.ts' */
/** @import { SupervisionEvent } from '../../src/protocols/wire/supervision.ts' */
/** @import { Position } from '../model/continuity.js' */

/**
 * @typedef {object} RunListener
 * @property {(position: Position, estimate: Estimate | null, reason: string) => void} snapshot
 * @property {(position: Position, estimate: Estimate) => void} estimate
 * @property {(change: StateChange) => void} state
 * @property {(missed: number) => void} recovered
 * @property {(why: EndOfRun) => void} ended There is nothing (more) to come.
 */

/** @typedef {'ended' | 'unknown' | 'denied'} EndOfRun It is gone for good, never was, or is not permitted. */

/**
 * `unauthorized`: whoever this is may read nothing, and the transport has given up until it is opened anew.
 * `disconnected`: it has given up for another reason.
 * @typedef {'connecting' | 'live' | 'reconnecting' | 'unauthorized' | 'disconnected'} Phase
 * @typedef {{ phase: Phase, detail: string }} Status
 */

/**
 * @typedef {object} Live
 * @property {(run: string, listener: RunListener) => () => void} watch Returns how to stop.
 * @property {() => void} close
 */

/**
 * @typedef {object} Hearing
 * @property {(status: Status) => void} status
 * @property {(view: LobbyView) => void} lobby
 * @property {(event: SupervisionEvent) => void} event
 * @property {() => void} noLobby The list of runs is not permitted.
 * @property {(channel: string) => boolean} mayWatch Whether it is worth asking.
 */

export {};
