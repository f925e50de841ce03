/**
 * One node that all tests of a file, or of a `describe`, share. It ends after them, and so does its folder, also where it
 * never came as far as its link.
 */
import { afterAll, beforeAll } from 'vitest';
import type { Limits } from '../../src/protocols/limits.ts';
import { type AtEnd, type RunningNode, startNode, temporaryFolder } from './node-process.ts';

interface Settings {
  /** On top of what every node of a test is started with. */
  readonly env?: Readonly<Record<string, string>>;
  readonly limits?: Partial<Limits>;
}

export interface SharedNode extends RunningNode {
  /** Starts a node that has ended anew, with its folder; it may say another url. */
  startAgain(): Promise<void>;
}

/** `settings` may be a function, which is asked after the hooks that were registered before this one. */
export function sharedNode(settings: Settings | (() => Settings) = {}): SharedNode {
  const ends = new AsyncDisposableStack();
  const atEnd: AtEnd = (end) => ends.defer(end);
  let data: string;
  let node: RunningNode | null = null;

  async function start(): Promise<void> {
    const { env, limits = {} } = typeof settings === 'function' ? settings() : settings;
    node = await startNode({ data, env: { ZENO_LIMITS: JSON.stringify(limits), ...env }, atEnd });
  }

  function started(): RunningNode {
    if (node === null) throw new Error('the shared node has not started');
    return node;
  }

  // Not a clean-up that `beforeAll` returns: there is none when it throws.
  afterAll(() => ends.disposeAsync());
  beforeAll(() => {
    data = temporaryFolder(atEnd);
    return start();
  }, 60_000);

  return {
    get url() {
      return started().url;
    },
    get process() {
      return started().process;
    },
    startAgain: start,
  };
}
