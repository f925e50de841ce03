/** The page in a real browser, of a node whose readers need tokens: a link with one is all it takes. */
import { expect, it } from 'vitest';
import { launchBrowser, visit } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { startNode, temporaryFolder } from '../support/node-process.ts';
import { inSeconds, mayWatchAll, secretToken, tokenSecret } from '../support/tokens.ts';

it.each(['websocket', 'sse'])('shows by %s what the token of its link permits', async (transport) => {
  const browser = await launchBrowser();
  try {
    const env = { ZENO_AUTH: 'jwt', ZENO_JWT_SECRET: tokenSecret };
    const { url } = await startNode({ data: temporaryFolder(), env });
    const { page, faults } = await visit(browser, `${url}/healthz`);
    await page.evaluate((name) => localStorage.setItem('transport', name), transport);
    const token = await secretToken({ sub: 'ada', exp: inSeconds(300), ...mayWatchAll });
    await page.goto(`${url}/#token=${token}`);
    const received = page.locator('#received');
    await eventually('estimates', async () => Number((await received.innerText()).replaceAll(',', '')) > 3);
    expect(page.url()).not.toContain(token);
    expect(faults).toEqual([]);
  } finally {
    await browser.close();
  }
});
