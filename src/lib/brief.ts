/** Anything at all as one short line for people, whatever it is given. The time it takes grows with an object's keys. */
import { inspect } from 'node:util';

const textMax = 300;

/** One line of at most `max` characters. */
export function oneLine(text: string, max: number = textMax): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= max ? line : `${line.slice(0, max - 1)}…`;
}

/** A value as JavaScript would write it, cut short; of one that cannot be looked at it says so. */
export function brief(value: unknown): string {
  const options = {
    breakLength: Infinity,
    customInspect: false,
    maxArrayLength: 10,
    maxStringLength: textMax,
  };
  try {
    return oneLine(inspect(value, { ...options, depth: 5 }));
  } catch {
    return 'something that cannot be shown';
  }
}
