/** The examples of the README, run as they are printed, against a node on another port. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { repository, Spawned, startNode, temporaryFolder } from '../support/node-process.ts';
import { SseParser } from '../support/sse-reader.ts';

interface Example {
  readonly title: string;
  readonly script: string;
}

const printedAt = 'http://127.0.0.1:8080';
/** After this long a stream, which never ends, is cut. */
const CUT_SECONDS = 2;

const examples: readonly Example[] = [
  ...readFileSync(join(repository, 'README.md'), 'utf8').matchAll(
    /^```sh\n# example:? ?(.*)\n([\s\S]*?)^```$/gm,
  ),
].map(([, title = '', script = '']) => ({ title, script }));

it('has examples, and each of them asks the node of the page', () => {
  expect(examples.length).toBeGreaterThanOrEqual(4);
  for (const { title, script } of examples) {
    expect(title).toMatch(/\S/);
    expect(script).toContain(`${printedAt}/`);
    expect(script.replaceAll(printedAt, '')).not.toMatch(/https?:/);
  }
});

it.each(examples)('$title', async ({ title, script }) => {
  const token = /ZENO_ADMIN_TOKEN=([^\s)]+)/.exec(title)?.[1];
  const { url } = await startNode({
    data: temporaryFolder(),
    env: token === undefined ? {} : { ZENO_ADMIN_TOKEN: token },
  });
  // The one change besides the port: curl is told when to stop, where a person would press Ctrl-C.
  const curl = `curl() { command curl --max-time ${CUT_SECONDS} "$@"; }`;
  const { PATH } = process.env;
  const shell = new Spawned('sh', ['-c', `${curl}\n${script.replaceAll(printedAt, url)}`], {
    cwd: temporaryFolder(),
    env: { PATH },
  });
  const { code } = await shell.exit();
  // 28 is curl's word for a stream that we have cut.
  expect([0, 28], shell.said()).toContain(code);
  expect(shell.stderr).toBe('');
  expect(shell.stdout).not.toContain('urn:zeno:problem');

  const answers = shell.stdout;
  if (/curl -sN/.test(script)) {
    // Whole answers may stand before the stream.
    const events = new SseParser().push(answers.slice(Math.max(0, answers.search(/^(retry|event):/m))));
    expect(events.length, answers).toBeGreaterThan(1);
    for (const { data } of events) expect(() => JSON.parse(data)).not.toThrow();
    if (script.includes('Last-Event-ID')) {
      expect(JSON.parse(events[0]?.data ?? '')).toMatchObject({ recovered: true });
    }
  } else {
    const answer: unknown = JSON.parse(answers);
    if (script.includes('/v1/supervision/kill')) expect(answer).toMatchObject({ outcome: 'restarted' });
  }
});
