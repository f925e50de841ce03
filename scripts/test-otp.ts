/**
 * Runs the conformance suite (`test/otp`) and counts the lines of OTP's checklist that hold: a line is met when it has
 * tests and all of them pass. Ends with `N of 68` and fails unless that is all of them.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type } from 'typebox';
import { Value } from 'typebox/value';

const LINES = 68;

const Results = Type.Object({
  testResults: Type.Array(
    Type.Object({
      assertionResults: Type.Array(Type.Object({ title: Type.String(), status: Type.String() })),
    }),
  ),
});

/** Test titles begin with the number of their line. */
function lineOf(title: string): number {
  return Number.parseInt(title, 10);
}

const folder = mkdtempSync(join(tmpdir(), 'zeno-otp-'));
const file = join(folder, 'results.json');
const vitest = ['vitest', 'run', '--project', 'otp', '--reporter=dot', '--reporter=json'];
const run = spawnSync('npx', ['--no-install', ...vitest, `--outputFile.json=${file}`], { stdio: 'inherit' });
const results = Value.Parse(Results, JSON.parse(readFileSync(file, 'utf8')));
rmSync(folder, { recursive: true });

const tests = results.testResults.flatMap(({ assertionResults }) => assertionResults);
const lines = Array.from({ length: LINES }, (_, index) => index + 1);
const met = lines.filter((line) => {
  const own = tests.filter(({ title }) => lineOf(title) === line);
  return own.length > 0 && own.every(({ status }) => status === 'passed');
});
for (const line of lines.filter((line) => !met.includes(line))) {
  const failed = tests.filter(({ title, status }) => lineOf(title) === line && status !== 'passed');
  for (const { title } of failed) console.log(`not met: ${title}`);
  if (failed.length === 0) console.log(`not met: ${line} has no test`);
}
console.log(`lines of OTP's checklist (test/otp/README.md), in ${tests.length} tests:`);
console.log(`${met.length} of ${LINES}`);
process.exitCode = run.status === 0 && met.length === LINES ? 0 : 1;
