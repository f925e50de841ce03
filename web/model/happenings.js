/** What happens in the supervision tree, in sentences; and what of it is worth one. */
/** @import { KillReport, SupervisionEvent } from '../../src/protocols/wire/supervision.ts' */
import { latency } from './format.js';

/** Whether an end is as it should be. @param {SupervisionEvent} event */
export const isOrderly = (event) => event.type === 'exit' && /^(normal|shutdown)/.test(event.reason);

/** Clients come and go all the time: where that is told, nothing else can be seen. @param {SupervisionEvent} event */
export function isWorthTelling(event) {
  if (event.type === 'start') return false;
  return !(isOrderly(event) && event.path?.startsWith('root/edge/sessions/'));
}

/** @param {SupervisionEvent} event */
export function sentence(event) {
  switch (event.type) {
    case 'exit':
      return `${event.path} ${event.pid} ended: ${event.reason}`;
    case 'restart':
      return `${event.path} restarted in ${latency(event.latencyUs)}: ${event.oldPid} → ${event.newPid}`;
    case 'intensity-exceeded':
      return `${event.path} gave up after ${event.restarts} restarts`;
    case 'note':
      return `${event.path}: ${event.note}`;
    case 'dead-letter':
    case 'dropped':
      return `${event.type} at ${event.path ?? 'nobody'} (${event.total} in all)`;
    case 'start':
      return `${event.path} started as ${event.pid}`;
  }
}

/** What has come of a kill. @param {KillReport} report */
export function told({ path, oldPid, newPid, outcome, restartLatencyUs, alsoRestarted }) {
  const others =
    alsoRestarted.length > 0
      ? `, with ${alsoRestarted.map((other) => other.path.split('/').at(-1)).join(', ')}`
      : '';
  switch (outcome) {
    case 'restarted':
      return `${path}: ${oldPid} killed, ${newPid} took its place in ${latency(restartLatencyUs ?? 0)}${others}.`;
    case 'not-restarted':
      return `${path}: ${oldPid} killed. It is not restarted; its client comes back by itself.`;
    case 'escalated':
      return `${path}: ${oldPid} killed; its supervisor gave up and passed it on${others}.`;
    case 'pending':
      return `${path}: ${oldPid} is being killed; see below what comes of it.`;
  }
}
