/**
 * A user's own series: a module beside ours, named by ZENO_SERIES, that exports `series`, one definition or an array of
 * them. It is loaded by the process, which checks it, and by each of its threads.
 */
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { parseSeriesId } from '../protocols/identity.ts';
import { BoundKind } from '../protocols/wire/estimate.ts';
import { findSeries } from '../series/catalogue.ts';
import type { SeriesDefinition } from '../series/definition.ts';
import { faultsOf } from '../series/self-check.ts';

const words = Compile(
  Type.Object({
    id: Type.String(),
    aliases: Type.Array(Type.String()),
    title: Type.String({ minLength: 1 }),
    formula: Type.String({ minLength: 1 }),
    source: Type.String({ minLength: 1 }),
    start: Type.Integer(),
    version: Type.Integer({ minimum: 1 }),
    limit: Type.Union([
      Type.Object({ name: Type.String(), decimal: Type.String({ pattern: '^-?[0-9]+(\\.[0-9]+)?$' }) }),
      Type.Null(),
    ]),
    bound: BoundKind,
    // Compiled kernels are ours alone.
    kernel: Type.Null(),
    order: Type.Union([Type.Literal('any'), Type.Literal('adjacent'), Type.Literal('sequential')]),
    heavy: Type.Boolean(),
    grain: Type.Integer(),
    termsMax: Type.Integer(),
    empty: Type.String(),
  }),
);
/** What stands behind the union types, for people. */
const allowed: Readonly<Record<string, string>> = {
  bound: "'rigorous', 'statistical', 'conditional' or 'exact'",
  order: "'any', 'adjacent' or 'sequential'",
  limit: '{ name, decimal } with plain decimal digits, or null',
};
const functions = ['partial', 'merge', 'evaluate', 'exhausted', 'describe'] as const;

export type LoadedSeries =
  | { readonly kind: 'loaded'; readonly series: readonly SeriesDefinition[] }
  /** `detail` says to a person what is wrong and where. */
  | { readonly kind: 'refused'; readonly detail: string };

/** Loads and checks the module at the URL `file`. */
export async function loadOwnSeries(file: string): Promise<LoadedSeries> {
  try {
    const series = await importSeries(file);
    const faults = [...nameFaults(series), ...series.flatMap(allFaults)];
    if (faults.length === 0) return { kind: 'loaded', series };
    return {
      kind: 'refused',
      detail: `The series in ${file} can't be used:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'refused', detail: `The series in ${file} can't be loaded: ${reason}` };
  }
}

/** The definitions in the module at the URL `file`. Throws where it cannot be read or exports something else. */
export async function importSeries(file: string): Promise<readonly SeriesDefinition[]> {
  const module: unknown = await import(file);
  const exported =
    typeof module === 'object' && module !== null && 'series' in module ? module.series : undefined;
  const series: readonly unknown[] = Array.isArray(exported) && exported.length > 0 ? exported : [exported];
  return series.map((candidate, place) => {
    if (isDefinition(candidate)) return candidate;
    throw new TypeError(
      `${series.length > 1 ? `number ${place + 1} of its series: ` : ''}${shapeFault(candidate)}`,
    );
  });
}

function isDefinition(candidate: unknown): candidate is SeriesDefinition {
  return shapeFault(candidate) === null;
}

/** What a candidate lacks to be a definition; null where it is one. */
function shapeFault(candidate: unknown): string | null {
  if (typeof candidate !== 'object' || candidate === null || Array.isArray(candidate))
    return 'it has to export `series`: a definition, or an array of them';
  const missing = functions.find((name) => typeof Reflect.get(candidate, name) !== 'function');
  if (missing !== undefined) return `${missing} is not a function`;
  const accelerate: unknown = Reflect.get(candidate, 'accelerate');
  if (accelerate !== null && typeof accelerate !== 'function')
    return 'accelerate is neither a function nor null';
  const leastRange: unknown = Reflect.get(candidate, 'leastRange');
  if (leastRange !== undefined && typeof leastRange !== 'function')
    return 'leastRange is neither a function nor left out';
  const [error] = words.Errors(candidate);
  if (error === undefined) return null;
  const member = error.instancePath.slice(1);
  const right = allowed[member];
  return right === undefined ? `${member || 'a definition'} ${error.message}` : `${member} must be ${right}`;
}

function nameFaults(series: readonly SeriesDefinition[]): string[] {
  const names = series.flatMap(({ id, aliases }) => [id, ...aliases]);
  return names.flatMap((name, place) => {
    if (parseSeriesId(name) === null)
      return [`"${name}" is no id of a series: lower-case letters, digits and -, a letter first, 32 at most`];
    if (findSeries(name) !== null || names.indexOf(name) !== place) return [`"${name}" is taken already`];
    return [];
  });
}

function allFaults(series: SeriesDefinition): string[] {
  return faultsOf(series).map((fault) => `${series.id}: ${fault}`);
}
