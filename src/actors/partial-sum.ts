/**
 * One request for a partial: for as long as it takes, a process that gives work to the dispatcher as a run does, takes
 * its turn as a run does, and answers once the range is summed. It has nothing to do with any run's own sum.
 */
import type { Limits } from '../protocols/limits.ts';
import type { DispatcherPid, GiverCast } from '../protocols/mailbox/dispatcher.ts';
import type { PartialRequest, PartialSumCall, SummedPartial } from '../protocols/mailbox/partial-sum.ts';
import { type Answer, beyond, done, refuse } from '../protocols/refusal.ts';
import type { Behaviour } from '../runtime/behaviour.ts';
import type { From } from '../runtime/call.ts';
import type { Context } from '../runtime/context.ts';
import { genServer, type Next, type ServerMessage, stop } from '../runtime/gen-server.ts';
import type { SeriesDefinition } from '../series/definition.ts';
import { type Prefix, prefixAt } from '../series/progress/prefix.ts';
import { averageNsPerTerm, type Range, rangeSize, ranges } from '../series/progress/ranges.ts';
import { dispatcherName } from './names.ts';
import { acceptPart, aheadMax, rangeLimits } from './range-rules.ts';

interface State {
  readonly dispatcher: DispatcherPid;
  readonly generator: Generator<Range, never, number>;
  readonly handed: number;
  /** Ranges with a worker, or on their way to one. */
  readonly outstanding: number;
  readonly prefix: Prefix;
  readonly nsPerTerm: number | null;
  readonly rangeTerms: number | null;
  readonly asker: From<Answer<SummedPartial>> | null;
  readonly answer: Answer<SummedPartial> | null;
}

type Ctx = Context<PartialSumCall, GiverCast>;

export function partialSum(
  { from, to }: PartialRequest,
  definition: SeriesDefinition,
  limits: Limits,
): Behaviour<ServerMessage<PartialSumCall, GiverCast>> {
  const merge = definition.heavy ? (_empty: string, whole: string) => whole : definition.merge;

  return genServer<State, PartialSumCall, GiverCast>({
    init(ctx) {
      const dispatcher = ctx.system.whereis(dispatcherName);
      if (dispatcher === null) throw new Error('there is no dispatcher');
      ctx.monitor(dispatcher);
      ctx.cast(dispatcher, { type: 'want', giver: ctx.self });
      ctx.setTimer('late', limits.partialMs);
      const generator = ranges(from, definition.grain);
      const prefix = prefixAt(from, definition.empty);
      const begun = { dispatcher, generator, handed: from, outstanding: 0, prefix };
      const answer = from === to ? done({ partial: definition.empty, view: null }) : null;
      return { ...begun, nsPerTerm: null, rangeTerms: null, asker: null, answer };
    },
    handleCall: (request, state, ctx) => answered({ ...state, asker: request.from }, ctx),
    handleCast(message, state, ctx) {
      switch (message.type) {
        case 'pull':
          return give(message.budgetMs, state, ctx);
        case 'done':
          return answered(wantMore(merged(message, state), ctx), ctx);
        case 'blocked':
          return answered(
            {
              ...state,
              answer: refuse('not-ready', `This range keeps ending its worker: ${message.fault}.`),
            },
            ctx,
          );
      }
    },
    handleInfo(info, state, ctx) {
      if (state.asker === null) return stop('normal', state);
      const late = `It took longer than ${limits.partialMs} ms. Ask for a shorter range, or later.`;
      const restarted = 'The workers were restarted while they were at it. Try again in a moment.';
      const answer =
        info.type === 'timeout' ? beyond('partialMs', 'not-ready', late) : refuse('not-ready', restarted);
      return answered({ ...state, answer }, ctx);
    },
  });

  function mayGive({ handed, outstanding, prefix }: State): boolean {
    return handed < to && outstanding + prefix.parked.length < aheadMax(definition, limits);
  }

  /** A heavy series' range stays in one piece, and is described where it is summed: neither is work for the event loop. */
  function give(budgetMs: number, state: State, ctx: Ctx): State {
    const { dispatcher, generator, handed, outstanding, prefix, nsPerTerm, rangeTerms: previous } = state;
    if (!mayGive(state)) {
      ctx.cast(dispatcher, { type: 'pass', giver: ctx.self });
      return state;
    }
    const size = rangeSize({
      nsPerTerm,
      previous,
      targetMs: budgetMs,
      limits: rangeLimits(definition, handed, limits),
    });
    const range = generator.next(definition.heavy ? to - handed : Math.min(size, to - handed)).value;
    const before = definition.order === 'sequential' ? prefix.state : null;
    const { id: series, heavy } = definition;
    const work = { kind: 'range', series, ...range, before, heavy, describe: heavy } as const;
    ctx.cast(dispatcher, { type: 'work', giver: ctx.self, generation: 0, work });
    return {
      ...state,
      handed: range.to,
      outstanding: outstanding + 1,
      rangeTerms: range.to - range.from,
    };
  }

  /** A pull that came when there was nothing to give has been passed. */
  function wantMore(state: State, ctx: Ctx): State {
    if (mayGive(state)) ctx.cast(state.dispatcher, { type: 'want', giver: ctx.self });
    return state;
  }

  function merged({ work, outcome, elapsedMs }: Extract<GiverCast, { type: 'done' }>, state: State): State {
    if (outcome.kind !== 'range') throw new Error(`a ${outcome.kind} came back for a range`);
    const part = { from: work.from, to: work.to, partial: outcome.partial };
    const { kind, prefix } = acceptPart(state.prefix, part, merge, limits, 'a partial');
    const nsPerTerm = averageNsPerTerm(state.nsPerTerm, elapsedMs, work.to - work.from);
    const view = outcome.view ?? null;
    const answer = prefix.n === to ? done({ partial: prefix.state, view }) : state.answer;
    const outstanding = kind === 'duplicate' ? state.outstanding : state.outstanding - 1;
    return { ...state, outstanding, prefix, nsPerTerm, answer };
  }
}

/** Ends with the answer, once there are both the answer and somebody who waits for it. */
function answered(state: State, ctx: Ctx): Next<State> {
  if (state.asker === null || state.answer === null) return state;
  ctx.reply(state.asker, state.answer);
  return stop('normal', state);
}
