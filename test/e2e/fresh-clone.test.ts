/** What the README says first: clone, `npm ci`, `npm start`, on a machine that has Node and npm and nothing of ours. */
import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { ask } from '../support/http-client.ts';
import { repository, Spawned, temporaryFolder } from '../support/node-process.ts';
import { curlStream } from '../support/sse-reader.ts';

const CLONE_MS = 30_000;
const INSTALL_MS = 180_000;
const TEST_MS = 240_000;

/** The surroundings of a person's shell: no variable of npm, vitest or Zeno, and none of our programs on the PATH. */
function strangersEnvironment(): NodeJS.ProcessEnv {
  const { PATH: path = '' } = process.env;
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|ZENO_|VITEST|NODE_|TEST$|DEV$|PROD$|SSR$|MODE$|BASE_URL$|INIT_CWD$)/.test(name),
  );
  const folders = path.split(delimiter).filter((folder) => !folder.includes('node_modules'));
  // What npm itself puts on the path of a script is no place of the host's.
  const hosts = folders.filter((folder) => !folder.endsWith('node-gyp-bin'));
  return { ...Object.fromEntries(own), PATH: hosts.join(delimiter) };
}

it(
  'a fresh clone of what is committed installs, starts, streams, and ends with 0 on SIGTERM',
  async () => {
    const folder = temporaryFolder();
    const env = strangersEnvironment();
    const clone = join(folder, 'zeno');
    const cloning = new Spawned('git', ['clone', '--quiet', repository, clone], { cwd: folder, env });
    expect(await cloning.exit(CLONE_MS), cloning.said()).toEqual({ code: 0, signal: null });

    const installing = new Spawned('npm', ['ci'], { cwd: clone, env });
    expect(await installing.exit(INSTALL_MS), installing.said()).toEqual({ code: 0, signal: null });

    const data = join(folder, 'data');
    const npm = new Spawned('npm', ['start'], {
      cwd: clone,
      env: { ...env, ZENO_PORT: '0', ZENO_DATA: data },
    });
    const url = await npm.link();
    expect((await ask(url)).text).toContain('<!doctype html>');
    const stream = curlStream(`${url}/v1/series/leibniz/events`);
    await stream.more(2);

    // The folder's lock says which process the node is: `npm start` has given its place to it.
    const { pid } = JSON.parse(readFileSync(join(data, 'zeno.lock.json'), 'utf8'));
    expect(parentOf(pid)).toBe(npm.pid);
    process.kill(pid, 'SIGTERM');
    expect(await npm.exit(8_000), npm.said()).toEqual({ code: 0, signal: null });
    await stream.ended;
    expect(stream.events.at(-1)?.event).toBe('bye');
    await eventually('the end of the node', () => !isRunning(pid));
  },
  TEST_MS,
);

function parentOf(pid: number): number {
  // The name in parentheses may hold anything; what follows it is state and parent.
  const [, parent] = /\) \S (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
  return Number(parent);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
