/** The names the application's processes are found by; each knows what its process takes. */
import type { RunId } from '../protocols/identity.ts';
import type { AuthCall, AuthCast } from '../protocols/mailbox/auth.ts';
import type { DispatcherCall, DispatcherCast, GiverCast } from '../protocols/mailbox/dispatcher.ts';
import type { HubCall, HubCast } from '../protocols/mailbox/hub.ts';
import type { LobbyCall, LobbyCast } from '../protocols/mailbox/lobby.ts';
import type { PartialRequest, PartialSumCall } from '../protocols/mailbox/partial-sum.ts';
import type { RunsCall, RunsCast } from '../protocols/mailbox/runs.ts';
import type { SeriesCall, SeriesCast } from '../protocols/mailbox/series.ts';
import type { ListenerCall } from '../protocols/mailbox/session.ts';
import type { RunRecord } from '../protocols/ports/store.ts';
import { processName } from '../runtime/process-name.ts';
import type { ServerMessage, ServerName } from '../runtime/server-message.ts';
import type { DynamicName } from '../supervision/supervisor.ts';

export const authName: ServerName<AuthCall, AuthCast> =
  processName<ServerMessage<AuthCall, AuthCast>>('auth');
export const dispatcherName = processName<ServerMessage<DispatcherCall, DispatcherCast>>('dispatcher');
export const lobbyName = processName<ServerMessage<LobbyCall, LobbyCast>>('lobby');
export const runsName = processName<ServerMessage<RunsCall, RunsCast>>('runs');
export const listenerName = processName<ServerMessage<ListenerCall, never>>('listener');

/** The supervisors whose children come and go, with what a child is started from. */
export const seriesSupervisorName: DynamicName<RunRecord> = processName('series');
export const partialsName: DynamicName<
  PartialRequest,
  ServerMessage<PartialSumCall, GiverCast>
> = processName('partials');
export const hubsName: DynamicName<RunId> = processName('hubs');

export function seriesName(run: RunId): ServerName<SeriesCall, SeriesCast> {
  return processName(`series/${run}`);
}

export function hubName(run: RunId): ServerName<HubCall, HubCast> {
  return processName(`hub/${run}`);
}
