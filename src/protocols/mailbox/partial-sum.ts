/** What the process behind one request for a partial is asked: its partial, once it is summed. */
import type { From } from '../../runtime/call.ts';
import type { ServerPid } from '../../runtime/server-message.ts';
import type { SeriesId } from '../identity.ts';
import type { Answer } from '../refusal.ts';
import type { PartialView } from '../wire/partial.ts';
import type { GiverCast } from './dispatcher.ts';

export interface PartialRequest {
  /** Unique among the requests of a node. */
  readonly id: string;
  readonly series: SeriesId;
  readonly from: number;
  readonly to: number;
}

/** A partial in canonical text; with its description where a worker has made it, for it takes long to make. */
export interface SummedPartial {
  readonly partial: string;
  readonly view: PartialView | null;
}

export interface PartialSumCall {
  readonly type: 'sum';
  readonly from: From<Answer<SummedPartial>>;
}

export type PartialSumPid = ServerPid<PartialSumCall, GiverCast>;
