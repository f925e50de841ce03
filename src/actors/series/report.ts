/** What a run says of itself: to whoever asks, to its hubs, to the lobby. */
import type { NodeId } from '../../protocols/identity.ts';
import type { Standing } from '../../protocols/mailbox/hub.ts';
import type { SeriesReport } from '../../protocols/mailbox/series.ts';
import type { LobbyItem } from '../../protocols/wire/lobby.ts';
import { runState, stateReason, watchers } from './run-state.ts';
import type { Place, SeriesState } from './series-state.ts';

export function report(state: SeriesState, place: Place, node: NodeId): SeriesReport {
  return {
    record: state.record,
    state: runState(state),
    reason: stateReason(state),
    owner: node,
    watchers: watchers(state),
    position: place.position,
    estimate: place.estimate,
    curve: place.curve,
  };
}

/** Null while the run has no place: its hubs go on with what they know. */
export function standing(state: SeriesState): Standing | null {
  if (state.place === null) return null;
  const { position, estimate } = state.place;
  return { position, estimate, state: runState(state), reason: stateReason(state) };
}

export function lobbyItem(state: SeriesState, node: NodeId): LobbyItem {
  const { place, record, definition } = state;
  return {
    run: record.run,
    series: definition.id,
    state: runState(state),
    n: place?.n ?? 0,
    digits: place?.digits ?? null,
    rate: state.computing ? Math.round(state.rate?.termsPerSecond ?? 0) : 0,
    watchers: watchers(state),
    owner: node,
    offset: place?.position.offset ?? 0,
  };
}
