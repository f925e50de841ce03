/**
 * What a route says of itself for the API's description, beside the schemas that fastify itself reads: which refusals
 * it may answer with, and what its stream consists of.
 */
import type { RouteOptions } from 'fastify';
import type { TSchema } from 'typebox';
import type { RefusalCode } from '../../protocols/refusal.ts';
import type { App } from '../parts.ts';
import type { EventStream } from './event-streams.ts';

export interface StreamSchema {
  readonly mediaTypes: readonly string[];
  readonly description: string;
  /** What it carries, by the event's name; absent where its events have none. */
  readonly sent?: EventStream['sent'];
}

declare module 'fastify' {
  interface FastifySchema {
    /** Beyond those that every request may meet. */
    readonly refusals?: readonly RefusalCode[];
    readonly stream?: StreamSchema;
    /** A request without a body is taken for an empty object. */
    readonly optionalBody?: true;
    /** A body that the route reads itself, by media type. */
    readonly message?: Readonly<Record<string, TSchema>>;
  }
}

/** Security of a route for admins, as OpenAPI has it. */
export const adminSecurity = [{ bearer: [] }, { login: [] }];
/** Of a route that anybody may ask where reading is open; where it takes permission, it takes a token or a login. */
export const anybodySecurity = [{}, ...adminSecurity];

export type Route = Pick<RouteOptions, 'method' | 'url' | 'schema'>;

/** The routes that are added to `app` from now on, as they come. */
export function recordRoutes(app: App): readonly Route[] {
  const routes: Route[] = [];
  app.addHook('onRoute', ({ method, url, schema }) => {
    if (method !== 'HEAD') routes.push({ method, url, ...(schema && { schema }) });
  });
  return routes;
}
