/**
 * The branch of the tree that faces clients: a process for each, shared out among supervisors, and the door, which starts
 * last and stops first.
 */
import { Turns } from '../lib/turns.ts';
import type { Visit } from '../protocols/mailbox/session.ts';
import type { Front } from '../protocols/ports/front.ts';
import type { ChildSpec } from '../supervision/child-spec.ts';
import { partitionSupervisor, partitions } from '../supervision/partition-supervisor.ts';
import {
  type DynamicMessage,
  dynamicSupervisor,
  type Flags,
  type SupervisorDeps,
  supervisor,
} from '../supervision/supervisor.ts';
import { listener } from './listener.ts';
import { listenerName } from './names.ts';
import type { SessionPorts } from './session/session-data.ts';
import { sessions } from './session.ts';

export interface EdgePorts extends Omit<SessionPorts, 'looks'> {
  readonly front: Front;
}

/** `usual` is the intensity of its supervisors. */
export function edge(
  { front, ...ports }: EdgePorts,
  usual: Pick<Flags, 'intensity' | 'periodMs'>,
  deps: SupervisorDeps,
) {
  const { limits } = ports;
  const sessionOf = sessions({ ...ports, looks: new Turns(limits.looksAtOnce) });
  const sessionsOfPartition = dynamicSupervisor(
    {
      strategy: 'simple_one_for_one',
      ...usual,
      maxChildren: limits.connections,
      child: (visit: Visit): ChildSpec => ({
        id: visit.id,
        restart: 'temporary',
        shutdown: limits.goodbyeMs,
        start: () => sessionOf(visit),
      }),
    },
    deps,
  );
  const partitionsOfSessions = partitions<DynamicMessage<Visit>>('sessions', limits.sessionPartitions);
  const allSessions = partitionSupervisor(
    { partitions: partitionsOfSessions, ...usual, child: () => ({ start: () => sessionsOfPartition }) },
    deps,
  );
  return supervisor(
    {
      strategy: 'rest_for_one',
      ...usual,
      children: [
        { id: 'sessions', start: () => allSessions },
        { id: 'listener', name: listenerName, start: () => listener(front, partitionsOfSessions) },
      ],
    },
    deps,
  );
}
