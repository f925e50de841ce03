/** A logical name, resolved to the pid of the present incarnation at each use; what others hold of a process that may restart. */

declare const accepts: unique symbol;

export interface ProcessName<in M> {
  readonly text: string;
  readonly [accepts]: (message: M) => void;
}

class Name implements ProcessName<unknown> {
  declare readonly [accepts]: (message: unknown) => void;
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Names are equal by their text. `M` is what the process of this name accepts; nothing checks that it does. */
export function processName<M>(text: string): ProcessName<M> {
  return new Name(text);
}

/** Whether a value is a name. */
export function isName(value: unknown): boolean {
  return value instanceof Name;
}
