/**
 * Several processes of one kind instead of one that everybody has to go through: each partition is a child of its own,
 * and a key always leads to the same one. What falls with a partition is its share only.
 */
import type { Behaviour } from '../runtime/behaviour.ts';
import { type ProcessName, processName } from '../runtime/process-name.ts';
import type { ChildSpec } from './child-spec.ts';
import { SpecFault } from './spec-fault.ts';
import { type Flags, type SupervisorDeps, type SupervisorMessage, supervisor } from './supervisor.ts';

/** The names of all partitions. What others hold of a partitioned process. */
export interface Partitions<in M> {
  readonly names: readonly ProcessName<M>[];
  /** The partition of a key; the same for the same key, evenly spread over many. */
  of(key: string): ProcessName<M>;
}

export interface PartitionSpec<M> extends Flags {
  readonly partitions: Partitions<M>;
  /** The child of a partition, 0 up to their count; its id and name are given to it. */
  child(partition: number): Omit<ChildSpec<M>, 'id' | 'name'>;
}

/** Partitions are named `<name>/0`, `<name>/1` … Throws a `SpecFault` for a count that is no whole number ≥ 1. */
export function partitions<M>(name: string, count: number): Partitions<M> {
  if (!(Number.isInteger(count) && count >= 1)) {
    throw new SpecFault('bad_start_spec', `${count} partitions of ${name}`);
  }
  const names = Array.from({ length: count }, (_, index) => processName<M>(`${name}/${index}`));
  const [first = processName<M>(`${name}/0`)] = names;
  return { names, of: (key) => names[partitionOf(key, count)] ?? first };
}

/** FNV-1a (Fowler, Noll, Vo; 32 bits) over UTF-16 code units, and a last mixing step so that low bits are even too. */
export function partitionOf(key: string, count: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i += 1) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return ((hash ^ (hash >>> 15)) >>> 0) % count;
}

/** one_for_one over the partitions, which have their numbers as ids. */
export function partitionSupervisor<M>(
  spec: PartitionSpec<M>,
  deps: SupervisorDeps,
): Behaviour<SupervisorMessage> {
  const { partitions: all, child, ...flags } = spec;
  return supervisor(
    {
      ...flags,
      strategy: 'one_for_one',
      children: all.names.map((name, index) => ({ ...child(index), id: String(index), name })),
    },
    deps,
  );
}
