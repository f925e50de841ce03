import { describe, expect, test } from 'vitest';
import { Lanes, type Work } from '../../../src/supervision/lanes.ts';

type Step = string;
type Reply = string;

/** Lanes whose steps wait for the test, except those that are answered at once. */
function world(options: { readonly open?: boolean } = {}) {
  const log: string[] = [];
  const resumes = new Map<Step, (reply: Reply) => void>();
  const lanes = new Lanes<Step, Reply>((step, resume) => {
    log.push(`begin ${step}`);
    if (step.startsWith('quick')) return `quick reply to ${step}`;
    resumes.set(step, resume);
    return null;
  });
  if (options.open ?? true) lanes.open();
  return {
    lanes,
    log,
    /** Answers a step that waits. */
    answer(step: Step, reply = 'reply') {
      const resume = resumes.get(step);
      if (resume === undefined) throw new Error(`nobody waits for ${step}`);
      resumes.delete(step);
      resume(reply);
    },
    /** Work of these steps, one after the other. */
    steps: (...steps: readonly Step[]) =>
      function* (): Work<Step, Reply> {
        for (const step of steps) log.push(`${step}: ${yield step}`);
      },
  };
}

describe('lanes', () => {
  test('do one thing after the other on one of them, in the order it came', () => {
    const { answer, lanes, log, steps } = world();
    lanes.run('x', steps('a', 'b'));
    lanes.run('x', steps('c'));
    expect(log).toEqual(['begin a']);
    answer('a', '1');
    answer('b', '2');
    answer('c', '3');
    expect(log).toEqual(['begin a', 'a: 1', 'begin b', 'b: 2', 'begin c', 'c: 3']);
  });

  test('do things side by side on several', () => {
    const { answer, lanes, log, steps } = world();
    lanes.run('x', steps('a'));
    lanes.run('y', steps('b'));
    expect(log).toEqual(['begin a', 'begin b']);
    answer('b');
    lanes.run('y', steps('c'));
    expect(log).toEqual(['begin a', 'begin b', 'b: reply', 'begin c']);
  });

  test('go on at once with what is answered at once, and with what turns out to be nothing', () => {
    const { lanes, log, steps } = world();
    lanes.run('x', steps('quick a', 'quick b'));
    lanes.run('x', () => void log.push('nothing to do'));
    lanes.run('x', steps('quick c'));
    expect(log).toEqual([
      'begin quick a',
      'quick a: quick reply to quick a',
      'begin quick b',
      'quick b: quick reply to quick b',
      'nothing to do',
      'begin quick c',
      'quick c: quick reply to quick c',
    ]);
  });

  test('decide what to do when it is its turn, not when it was asked for', () => {
    const { answer, lanes, log, steps } = world();
    let wanted: boolean = true;
    lanes.run('x', steps('a'));
    lanes.run('x', () => (wanted ? steps('b')() : undefined));
    wanted = false;
    answer('a');
    expect(log).toEqual(['begin a', 'a: reply']);
  });

  test('take work that work itself asks for: on its own lane after it, on another at once', () => {
    const { answer, lanes, log, steps } = world();
    lanes.run('x', function* () {
      lanes.run('x', steps('later'));
      lanes.run('y', steps('beside'));
      log.push(`first: ${yield 'first'}`);
    });
    expect(log).toEqual(['begin beside', 'begin first']);
    answer('first');
    expect(log.slice(2)).toEqual(['first: reply', 'begin later']);
  });

  test('hold everything until they are opened, and then keep its order', () => {
    const { answer, lanes, log, steps } = world({ open: false });
    lanes.run('x', steps('a'));
    lanes.run('y', steps('b'));
    lanes.run('x', steps('c'));
    expect(log).toEqual([]);
    lanes.open();
    expect(log).toEqual(['begin a', 'begin b']);
    answer('a');
    expect(log.at(-1)).toBe('begin c');
  });

  test('begin and resume nothing once they are closed', () => {
    const { answer, lanes, log, steps } = world();
    lanes.run('x', steps('a', 'b'));
    lanes.run('x', steps('c'));
    lanes.close();
    lanes.run('y', steps('d'));
    answer('a');
    expect(log).toEqual(['begin a']);
  });

  test('say when nothing is going on: at once, or when the last lane is done', () => {
    const { answer, lanes, log, steps } = world();
    lanes.whenIdle(() => log.push('idle'));
    expect(log).toEqual(['idle']);
    lanes.run('x', steps('a'));
    lanes.run('y', steps('b'));
    lanes.whenIdle(() => log.push('idle again'));
    answer('a');
    expect(log).not.toContain('idle again');
    answer('b');
    expect(log.at(-1)).toBe('idle again');
  });

  test('tell of idleness one by one, and wait again where one makes work', () => {
    const { answer, lanes, log, steps } = world();
    lanes.run('x', steps('a'));
    lanes.whenIdle(() => lanes.run('x', steps('b')));
    lanes.whenIdle(() => log.push('idle'));
    answer('a');
    expect(log).toEqual(['begin a', 'a: reply', 'begin b']);
    answer('b');
    expect(log.at(-1)).toBe('idle');
  });

  test.each([
    ['that turn out to be nothing', () => undefined],
    [
      'that are answered at once',
      function* (): Work<Step, Reply> {
        yield 'quick';
      },
    ],
  ])('do twenty thousand things %s on one lane without going as deep', (_what, begin) => {
    const { answer, lanes, log, steps } = world();
    lanes.run('x', steps('slow'));
    for (let i = 0; i < 20_000; i += 1) lanes.run('x', begin);
    lanes.run('x', steps('quick last'));
    answer('slow');
    expect(log.at(-1)).toBe('quick last: quick reply to quick last');
  });
});
