/** The hub of a run on this node, started if there is none. */
import type { RunId } from '../protocols/identity.ts';
import type { HubPid } from '../protocols/mailbox/hub.ts';
import type { System } from '../runtime/system.ts';
import { startChild } from '../supervision/supervisor-admin.ts';
import { hubName, hubsName } from './names.ts';

/** Null when it can't be had right now; ask again in a moment. */
export async function findHub(run: RunId, { system }: { readonly system: System }): Promise<HubPid | null> {
  const found = system.whereis(hubName(run));
  if (found !== null) return found;
  const hubs = system.whereis(hubsName);
  if (hubs === null) return null;
  await startChild(system, hubs, run);
  return system.whereis(hubName(run));
}
