/** Every series Zeno knows, in the order a visitor sees them. A new one is a file of its own and a line here. */
import type { SeriesId } from '../protocols/identity.ts';
import { basel } from './basel.ts';
import type { SeriesDefinition } from './definition.ts';
import { leibniz } from './leibniz.ts';

export const catalogue: readonly SeriesDefinition[] = [leibniz, basel];

/** The series that goes by `id`, its own or an alias; null where there is none. */
export function findSeries(id: SeriesId): SeriesDefinition | null {
  return catalogue.find((series) => series.id === id || series.aliases.includes(id)) ?? null;
}
