/** Real worker threads whose results come late and out of order, by a seed. */
import type { Random } from '../../../src/lib/random.ts';
import type { StartThread } from '../../../src/protocols/ports/compute-thread.ts';

export function shuffled(start: StartThread, random: Random, latestMs: number): StartThread {
  return (events) => {
    const late = new Set<NodeJS.Timeout>();
    const thread = start({
      ready: events.ready,
      result(result) {
        const timer = setTimeout(() => {
          late.delete(timer);
          events.result(result);
        }, random.fraction() * latestMs);
        late.add(timer);
      },
      exit: events.exit,
    });
    return {
      run: (task) => thread.run(task),
      terminate() {
        for (const timer of late) clearTimeout(timer);
        return thread.terminate();
      },
    };
  };
}
