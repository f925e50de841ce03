/** What happens in the supervision tree, as it happens. */
import type { SupervisionEvent } from '../wire/supervision.ts';

export interface Feed {
  /** The newest events, oldest first, as many as are kept. */
  recent(): readonly SupervisionEvent[];
  /** Returns how to stop listening. */
  subscribe(listener: (event: SupervisionEvent) => void): () => void;
}
