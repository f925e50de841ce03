/** What happens in the supervision tree, into the log: the ordinary quietly, what an operator should see aloud. */
import type { Feed } from '../protocols/ports/feed.ts';
import type { SupervisionEvent } from '../protocols/wire/supervision.ts';
import type { Logger } from './logger.ts';

export function logFeed(feed: Feed, log: Logger): void {
  feed.subscribe((event) => {
    const { seq: _seq, at: _at, ...what } = event;
    log[levelOf(event)](what, event.type);
  });
}

function levelOf(event: SupervisionEvent): 'debug' | 'info' | 'warn' | 'error' {
  switch (event.type) {
    case 'intensity-exceeded':
      return 'error';
    case 'restart':
    case 'dropped':
      return 'warn';
    case 'exit':
      return event.reason.startsWith('error') ? 'error' : 'debug';
    case 'note':
      return 'info';
    default:
      return 'debug';
  }
}
