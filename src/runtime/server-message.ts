/** What servers (GenServer, GenStatem, supervisors) accept: calls, which carry their `From`, and casts. */
import type { Pid } from './pid.ts';
import type { ProcessName } from './process-name.ts';

export type ServerMessage<Call, Cast> =
  | { readonly kind: 'call'; readonly request: Call }
  | { readonly kind: 'cast'; readonly message: Cast };

export type ServerPid<Call, Cast = never> = Pid<ServerMessage<Call, Cast>>;
export type ServerName<Call, Cast = never> = ProcessName<ServerMessage<Call, Cast>>;

/** Any server that takes `Cast`, whatever else it takes. */
export type CastTarget<Cast> = ServerPid<never, Cast> | ServerName<never, Cast>;
/** Any server that takes `Call`, whatever else it takes. */
export type CallTarget<Call> = ServerPid<Call> | ServerName<Call>;
