/** Anything at all as one short line for people: bounded in time and length whatever it is given. */
import { inspect } from 'node:util';

const textMax = 300;

/** One line of at most `max` characters. */
export function oneLine(text: string, max: number = textMax): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= max ? line : `${line.slice(0, max - 1)}…`;
}

/** A value as JavaScript would write it, cut short. Runs none of its own code. */
export function brief(value: unknown): string {
  const options = {
    breakLength: Infinity,
    customInspect: false,
    maxArrayLength: 10,
    maxStringLength: textMax,
  };
  return oneLine(inspect(value, { ...options, depth: 5 }));
}
