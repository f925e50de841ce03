/** The exact numbers behind the estimates: partials for clients that split the work themselves, and pages of digits. */
import { Type } from 'typebox';
import { refuse as refusal } from '../../protocols/refusal.ts';
import { DigitsView } from '../../protocols/wire/digits.ts';
import { PartialAnswer } from '../../protocols/wire/partial.ts';
import { guestOf, mayRead } from '../admin.ts';
import { anybodySecurity } from '../docs/route-schema.ts';
import type { App, Parts } from '../parts.ts';
import { RunParams, SeriesParams, wholeNumber } from '../query.ts';

const Range = Type.Object({
  from: Type.Optional(Type.String({ description: 'first term, counted from 0; 0 without it' })),
  to: Type.Optional(Type.String({ description: 'the term behind the last; it has to be given' })),
});
const Page = Type.Object({
  from: Type.Optional(Type.String({ description: 'index of the first digit, counted from 0; 0 without it' })),
  count: Type.Optional(Type.String({ description: 'digits on the page; 1,000 without it' })),
});
const PAGE = 1_000;

export function arithmeticRoutes(app: App, parts: Parts): void {
  const { service, limits, answer, refuse } = parts;

  app.get(
    '/v1/series/:series/partial',
    {
      schema: {
        operationId: 'getPartial',
        summary: 'The exact partial of a range of terms',
        description:
          'Computed anew, whatever the runs are doing; partials of adjacent ranges merge to the bits of the runs.',
        tags: ['runs'],
        security: anybodySecurity,
        params: SeriesParams,
        querystring: Range,
        response: { 200: PartialAnswer },
        refusals: ['unknown-run', 'too-many-requests'],
      },
    },
    async (request, reply) => {
      const from = wholeNumber('from', request.query.from, 0, Number.MAX_SAFE_INTEGER);
      if (!from.ok) return refuse(reply, from);
      const to = wholeNumber('to', request.query.to, 0, Number.MAX_SAFE_INTEGER);
      if (!to.ok) return refuse(reply, to);
      if (to.value === null) return refuse(reply, missing);
      const permitted = await mayRead(request, parts, service.channelOf(request.params.series));
      if (!permitted.ok) return refuse(reply, permitted);
      const range = { from: from.value ?? 0, to: to.value };
      const { user } = guestOf(request);
      return answer(
        reply,
        await service.partial(request.params.series, range, { user, gone: request.signal }),
      );
    },
  );

  app.get(
    '/v1/series/:run/digits',
    {
      schema: {
        operationId: 'getDigits',
        summary: 'A page of a run’s digits',
        description: 'Those that both ends of its newest enclosure share.',
        tags: ['runs'],
        security: anybodySecurity,
        params: RunParams,
        querystring: Page,
        response: { 200: DigitsView },
        refusals: ['unknown-run'],
      },
    },
    async (request, reply) => {
      const from = wholeNumber('from', request.query.from, 0, Number.MAX_SAFE_INTEGER);
      if (!from.ok) return refuse(reply, from);
      const count = wholeNumber('count', request.query.count, 1, limits.digitsPage, 'digitsPage');
      if (!count.ok) return refuse(reply, count);
      const page = { from: from.value ?? 0, count: count.value ?? Math.min(PAGE, limits.digitsPage) };
      const permitted = await mayRead(request, parts, service.channelOf(request.params.run));
      if (!permitted.ok) return refuse(reply, permitted);
      return answer(reply, await service.digits(request.params.run, page));
    },
  );
}

const missing = refusal('bad-request', 'The query parameter to is missing: say where the range ends.', [
  { path: 'to', message: 'is missing' },
]);
