/** What the routes are made of: the core's port, and the gateway's own organs, put together once in `app.ts`. */

import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { Random } from '../lib/random.ts';
import type { Limits } from '../protocols/limits.ts';
import type { Exposition } from '../protocols/ports/exposition.ts';
import type { Log } from '../protocols/ports/log.ts';
import type { Meter } from '../protocols/ports/meter.ts';
import type { Service } from '../protocols/ports/service.ts';
import type { Reading } from '../protocols/rights.ts';
import type { Admission } from './admission.ts';
import type { FanOut } from './fan-out.ts';
import type { SendAnswer, SendRefusal } from './problem.ts';

export interface Parts {
  readonly service: Service;
  readonly limits: Limits;
  readonly admission: Admission;
  readonly fanOut: FanOut;
  /** Whether everybody may read, or only who has a token that permits it. */
  readonly reading: Reading;
  readonly refuse: SendRefusal;
  readonly answer: SendAnswer;
  readonly log: Log;
  readonly meter: Meter;
  readonly random: Random;
  readonly exposition: Exposition;
}

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;
