/**
 * What the page asks of a transport, the same for both: watch a run, follow the list of runs and the supervision feed,
 * and tell honestly how the connection is. Each comes back by itself and resumes where it was.
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
 * @property {(why: string) => void} ended The run is gone for good, or never was.
 */

/** @typedef {{ phase: 'connecting' | 'live' | 'reconnecting', detail: string }} Status */

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
 */

export {};
