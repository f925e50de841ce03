/** The examples of the README, run as they are printed, against a node on another port. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { launchBrowser, visit } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
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

/** The JavaScript under this title, as it is printed, with the port changed. */
function printed(title: string, url: string): string {
  const readme = readFileSync(join(repository, 'README.md'), 'utf8');
  const script = new RegExp(`^\`\`\`js\\n// example: ${title}.*\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(
    readme,
  )?.[1];
  if (script === undefined) throw new Error(`the README has no example ${title}`);
  return script.replaceAll('127.0.0.1:8080', new URL(url).host);
}

it('the example for EventSource shows estimates in a browser', async () => {
  const { url } = await startNode({ data: temporaryFolder() });
  await using browser = await launchBrowser();
  const { page } = await visit(browser, `${url}/healthz`);
  const said: string[] = [];
  page.on('console', (message) => said.push(message.text()));
  await page.evaluate(printed('EventSource', url));
  await eventually('three estimates', () => said.filter((line) => /^3\.1\d+$/.test(line)).length >= 3);
});

it('the example for the centrifuge client shows estimates', async () => {
  const { url } = await startNode({ data: temporaryFolder() });
  const script = printed('centrifuge', url);
  const node = new Spawned(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: repository,
    env: {},
  });
  await eventually('three estimates', () => /^from here on\n(\d+ 3\.1\d+\n){3}/.test(node.stdout), 10_000);
  expect(node.stderr).toBe('');
});
