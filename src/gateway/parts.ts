/** What the routes are made of: the core's port, and the gateway's own organs, put together once in `app.ts`. */

import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { Limits } from '../protocols/limits.ts';
import type { Service } from '../protocols/ports/service.ts';
import type { Admission } from './admission.ts';
import type { FanOut } from './fan-out.ts';
import type { ErrorLog, SendRefusal } from './problem.ts';

export interface Parts {
  readonly service: Service;
  readonly limits: Limits;
  readonly admission: Admission;
  readonly fanOut: FanOut;
  readonly refuse: SendRefusal;
  readonly log: ErrorLog;
}

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;
