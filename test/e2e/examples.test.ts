/** The examples of docs/supervision.md, started by the commands it prints: each tells its story and ends by itself. */
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { repository, Spawned } from '../support/node-process.ts';

/** Pids and times are masked: who has which does not matter, that there are some does. */
const stories: Readonly<Record<string, string>> = {
  'example:counter': `
cast       add, add, add
call       p_: 3
cast       break
terminate  at 3: error: broken on purpose
DOWN       p_: error: broken on purpose
restart    root/counter: p_ → p_ in _ µs
call       behind the crash: error: broken on purpose
call       p_: 0
terminate  at 0: shutdown
`,
  'example:pipeline': `
pipeline p_ (rest_for_one)
├─ registry p_
├─ source   p_
├─ stage    p_
└─ sink     p_
the sink has had 1, 4, 9

kill  p_
exit  pipeline/stage p_: killed
exit  pipeline/sink p_: shutdown

pipeline p_ (rest_for_one)
├─ registry p_
├─ source   p_
├─ stage    p_
└─ sink     p_
the sink has had 16, 25, 36

exit  pipeline/sink p_: shutdown
exit  pipeline/stage p_: shutdown
exit  pipeline/source p_: shutdown
exit  pipeline/registry p_: shutdown
exit  pipeline p_: shutdown
`,
  'example:machine': `
green
  the first car: drive?
  the first car drives on, at _ ms
  Ada: press?
  the second car: drive?
yellow
red
  Ada walks, at _ ms
  Ben: press?
  Ben walks, at _ ms
green
  the second car drives on, at _ ms
`,
};

const printed = [
  ...readFileSync(join(repository, 'docs/supervision.md'), 'utf8').matchAll(/^npm run (example:\S+)/gm),
].map(([, script = '']) => script);

it('every example there is is printed, and has its story', () => {
  const there = Object.keys(packageJson.scripts).filter((script) => script.startsWith('example:'));
  expect(new Set(printed)).toEqual(new Set(there));
  expect(new Set(Object.keys(stories))).toEqual(new Set(there));
});

it.each(printed)('npm run %s tells its story and ends with 0', async (script) => {
  // The host's own Node, whatever its age, starts npm; npm finds the one that the scripts are to run on.
  const { PATH: path = '', HOME } = process.env;
  const hosts = path.split(delimiter).filter((folder) => !/node_modules|node-gyp-bin/.test(folder));
  const npm = new Spawned('npm', ['run', script], {
    cwd: repository,
    env: { PATH: hosts.join(delimiter), HOME },
  });
  expect(await npm.exit(), npm.said()).toEqual({ code: 0, signal: null });
  expect(npm.stderr.replaceAll(/^npm .*\n/gm, '')).toBe('');
  expect(masked(npm.stdout.replaceAll(/^> .*\n/gm, ''))).toBe(stories[script]?.trim());
});

function masked(text: string): string {
  return text
    .replaceAll(/\bp\d\b/g, 'p_')
    .replaceAll(/\b\d+ (?=µs|ms)/g, '_ ')
    .trim();
}
