/** Which run a text means, and whether there is one: the first question of whoever names a run from outside. */
import { parseRunId, type RunId, sharedRun } from '../protocols/identity.ts';
import type { RunRecord } from '../protocols/ports/store.ts';
import { type Answer, done, refuse } from '../protocols/refusal.ts';
import type { From } from '../runtime/call.ts';
import type { System } from '../runtime/system.ts';
import type { SeriesDefinition } from '../series/definition.ts';
import { ask } from './ask.ts';
import { runsName, seriesName } from './names.ts';

export interface NamedRun {
  readonly run: RunId;
  readonly definition: SeriesDefinition;
  readonly shared: boolean;
}

export interface RunFinder {
  /** The run that `text` means (aliases resolved), whether or not it exists. */
  named(text: string): Answer<NamedRun>;
  /** As `named`, and the run exists. */
  existing(text: string): Promise<Answer<NamedRun>>;
  /** As it was last put; null for a run that is not there. */
  record(run: RunId): Promise<Answer<RunRecord | null>>;
}

/** The channel of the run or series that `text` means, under its own id; `text` itself where there is none. */
export function channelOf(text: string, finder: RunFinder): string {
  const name = finder.named(text);
  return name.ok ? name.value.run : text;
}

/** `findSeries` knows the catalogue with its aliases. */
export function runFinder(system: System, findSeries: (id: string) => SeriesDefinition | null): RunFinder {
  function named(text: string): Answer<NamedRun> {
    const parsed = parseRunId(text);
    const definition = parsed === null ? null : findSeries(parsed.series);
    if (parsed === null || definition === null) {
      return refuse(
        'unknown-run',
        `There is no run ${JSON.stringify(text)}. See /v1/series for those there are.`,
      );
    }
    const { shared } = parsed;
    return done({ run: shared ? sharedRun(definition.id) : parsed.run, definition, shared });
  }

  async function record(run: RunId): Promise<Answer<RunRecord | null>> {
    const answer = await ask(system, runsName, (from: From<Answer<RunRecord | null>>) => ({
      type: 'find',
      run,
      from,
    }));
    return answer.ok ? answer.value : answer;
  }

  return {
    named,
    record,
    async existing(text) {
      const name = named(text);
      if (!name.ok || name.value.shared || system.whereis(seriesName(name.value.run)) !== null) return name;
      const { run } = name.value;
      const found = await record(run);
      if (!found.ok) return found;
      return found.value === null
        ? refuse('unknown-run', `The run ${run} does not exist or has ended.`)
        : name;
    },
  };
}
