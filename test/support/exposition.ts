/** Reads Prometheus' text format, as far as tests need it. */
import { ask } from './http-client.ts';

/** The samples of one name, by what stands in their braces; '' for one that has none. */
export function samplesOf(text: string, name: string): Record<string, number> {
  const found: Record<string, number> = {};
  for (const line of text.split('\n')) {
    const [, of, labels = '', value] = /^([a-z_0-9]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (of === name) found[labels] = Number(value);
  }
  return found;
}

/** One sample of a node at this moment, 0 where there is none. `labels` as they stand in its braces. */
export async function sampleAt(url: string, name: string, labels = ''): Promise<number> {
  const { text } = await ask(`${url}/metrics`);
  return samplesOf(text, name)[labels] ?? 0;
}
