/** A run as HTTP shows it, from what its Series says of itself. */
import type { OutstandingRange } from '../protocols/mailbox/dispatcher.ts';
import type { SeriesReport } from '../protocols/mailbox/series.ts';
import { readEstimate } from '../protocols/wire/estimate.ts';
import type { RunView } from '../protocols/wire/run-view.ts';
import type { SeriesDefinition } from '../series/definition.ts';

export function runView(
  report: SeriesReport,
  { id, title, formula, limit, version }: SeriesDefinition,
  ranges: readonly OutstandingRange[],
): RunView {
  const { record, state, owner, watchers, position, estimate, curve } = report;
  return {
    run: record.run,
    series: id,
    title,
    formula,
    limit,
    version,
    state,
    pace: record.pace,
    policy: record.policy,
    owner,
    watchers,
    position: { epoch: position.epoch, offset: position.offset },
    estimate: estimate === null ? null : readEstimate(estimate),
    curve: [...curve],
    ranges: ranges.map(({ from, to, worker }) => ({ from, to, worker, node: owner })),
  };
}
