/** The exact numbers behind the estimates: partials for clients that split the work themselves, and pages of digits. */
import { Type } from 'typebox';
import { refuse as refusal } from '../../protocols/refusal.ts';
import { DigitsView } from '../../protocols/wire/digits.ts';
import { PartialAnswer } from '../../protocols/wire/partial.ts';
import { Problem } from '../../protocols/wire/problem.ts';
import type { App, Parts } from '../parts.ts';
import { RunParams, SeriesParams, wholeNumber } from '../query.ts';

const Range = Type.Object({
  from: Type.Optional(Type.String({ description: 'first term, counted from 0; 0 without it' })),
  to: Type.Optional(Type.String({ description: 'the term behind the last' })),
});
const Page = Type.Object({
  from: Type.Optional(Type.String({ description: 'index of the first digit, counted from 0; 0 without it' })),
  count: Type.Optional(Type.String({ description: 'digits on the page; 1,000 without it' })),
});
const PAGE = 1_000;

export function arithmeticRoutes(app: App, { service, limits, refuse }: Parts): void {
  app.get(
    '/v1/series/:series/partial',
    {
      schema: { params: SeriesParams, querystring: Range, response: { 200: PartialAnswer, '4xx': Problem } },
    },
    async (request, reply) => {
      const from = wholeNumber('from', request.query.from, 0, Number.MAX_SAFE_INTEGER);
      if (!from.ok) return refuse(reply, from);
      const to = wholeNumber('to', request.query.to, 0, Number.MAX_SAFE_INTEGER);
      if (!to.ok) return refuse(reply, to);
      if (to.value === null) return refuse(reply, missing);
      const partial = await service.partial(request.params.series, { from: from.value ?? 0, to: to.value });
      return partial.ok ? partial.value : refuse(reply, partial);
    },
  );

  app.get(
    '/v1/series/:run/digits',
    { schema: { params: RunParams, querystring: Page, response: { 200: DigitsView, '4xx': Problem } } },
    async (request, reply) => {
      const from = wholeNumber('from', request.query.from, 0, Number.MAX_SAFE_INTEGER);
      if (!from.ok) return refuse(reply, from);
      const count = wholeNumber('count', request.query.count, 1, limits.digitsPage);
      if (!count.ok) return refuse(reply, count);
      const page = { from: from.value ?? 0, count: count.value ?? Math.min(PAGE, limits.digitsPage) };
      const digits = await service.digits(request.params.run, page);
      return digits.ok ? digits.value : refuse(reply, digits);
    },
  );
}

const missing = refusal('bad-request', 'The query parameter to is missing: say where the range ends.', [
  { path: 'to', message: 'is missing' },
]);
