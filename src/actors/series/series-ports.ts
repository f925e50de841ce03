/** What a Series is given besides its run, and the type of its process. */
import type { Random } from '../../lib/random.ts';
import type { NodeId } from '../../protocols/identity.ts';
import type { Limits } from '../../protocols/limits.ts';
import type { SeriesCall, SeriesCast } from '../../protocols/mailbox/series.ts';
import type { Meter } from '../../protocols/ports/meter.ts';
import type { Store } from '../../protocols/ports/store.ts';
import type { Context } from '../../runtime/context.ts';

export interface SeriesPorts {
  readonly store: Store;
  readonly limits: Limits;
  readonly node: NodeId;
  readonly random: Random;
  readonly meter: Meter;
}

export type SeriesContext = Context<SeriesCall, SeriesCast>;
