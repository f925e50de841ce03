/**
 * The meter of a node, and the text of its figures for a Prometheus server. Counting is a number in a map; the library
 * is asked only when somebody looks, so that a counter may stand in the hottest loop. Each node has a registry of its
 * own: two nodes in one process do not share figures, but those of the process itself.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { reachable } from '../protocols/limit-answers.ts';
import type { Limits } from '../protocols/limits.ts';
import { type CounterName, type GaugeName, type HistogramName, metrics } from '../protocols/metrics.ts';
import type { Exposition } from '../protocols/ports/exposition.ts';
import type { Meter } from '../protocols/ports/meter.ts';
import { Figures } from './figures.ts';

export interface Metrics {
  readonly meter: Meter;
  readonly exposition: Exposition;
}

type SummedName = CounterName | GaugeName;

/** `process` adds what the process says of itself (memory, event loop, garbage collection) to what is counted. */
export function createMetrics({ metricLabels }: Pick<Limits, 'metricLabels'>, process: boolean): Metrics {
  const registry = new Registry();
  if (process) collectDefaultMetrics({ register: registry });
  const figures = new Map<string, Figures>();
  const histograms = new Map<string, Histogram>();
  for (const [name, metric] of Object.entries(metrics)) {
    const { help, label } = metric;
    const registers = [registry];
    if (metric.kind === 'histogram') {
      histograms.set(name, new Histogram({ name, help, buckets: [...metric.buckets], registers }));
      continue;
    }
    const counted = new Figures(metric.kind, metricLabels);
    figures.set(name, counted);
    const labelNames = label === null ? [] : [label];
    if (metric.kind === 'gauge') {
      new Gauge({
        name,
        help,
        labelNames,
        registers,
        collect() {
          this.reset();
          for (const [value, sum] of counted.sums()) this.set(labelled(label, value), sum);
        },
      });
    } else {
      new Counter({
        name,
        help,
        labelNames,
        registers,
        collect() {
          this.reset();
          for (const [value, sum] of counted.sums()) this.inc(labelled(label, value), sum);
        },
      });
    }
  }

  const of = (name: SummedName): Figures => known(figures, name);
  const meter: Meter = {
    count: (name, label = '', by = 1) => of(name).add(label, by),
    limited: (limit) => of('zeno_limits_reached_total').add(limit, 1),
    observe: (name: HistogramName, value) => known(histograms, name).observe(value),
    read: (name, values) => of(name).read(values),
  };
  // A counter that is not there before it first counts is blind to that first time.
  for (const limit of reachable) of('zeno_limits_reached_total').add(limit, 0);
  return {
    meter,
    exposition: async () => ({ type: registry.contentType, text: await registry.metrics() }),
  };
}

function known<T>(all: ReadonlyMap<string, T>, name: string): T {
  const found = all.get(name);
  if (found === undefined) throw new Error(`there is no metric ${name} of that kind`);
  return found;
}

function labelled(label: string | null, value: string): Record<string, string> {
  return label === null ? {} : { [label]: value };
}
