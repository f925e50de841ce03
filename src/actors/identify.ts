/** Asks the keeper of credentials; patient while it is being restarted, or waits for an issuer's keys. */
import type { Limits } from '../protocols/limits.ts';
import type { Ticket } from '../protocols/mailbox/auth.ts';
import type { Credentials, Identity } from '../protocols/ports/service.ts';
import type { Answer } from '../protocols/refusal.ts';
import type { From } from '../runtime/call.ts';
import type { System } from '../runtime/system.ts';
import { ask } from './ask.ts';
import { authName } from './names.ts';

/** What is left for a restart of the keeper when the keys have taken all their time. */
const RESTART_MS = 2_000;

/** Who somebody is. */
export function identify(
  system: System,
  credentials: Credentials,
  limits: Limits,
): Promise<Answer<Identity>> {
  const build = (from: From<Identity>) => ({ type: 'identify' as const, credentials, from });
  return ask(system, authName, build, limits.jwksMs + RESTART_MS);
}

/** What a ticket is worth: an admin's, or a user's who may watch that one channel. */
export function identifyTicket(system: System, ticket: Ticket, limits: Limits): Promise<Answer<Identity>> {
  const build = (from: From<Identity>) => ({ type: 'ticket' as const, ticket, from });
  return ask(system, authName, build, limits.jwksMs + RESTART_MS);
}
