/** The tables of the documentation that have to say what the code says. `npm run docs:tables` writes them. */
import { isReachable, limitAnswers } from '../../src/protocols/limit-answers.ts';
import { bounds } from '../../src/protocols/limits.ts';
import { metrics } from '../../src/protocols/metrics.ts';

export interface DocsTable {
  readonly file: URL;
  /** Its first two lines. */
  readonly head: string;
  readonly rows: readonly string[];
}

const docs = (name: string) => new URL(`../../docs/${name}`, import.meta.url);
const none = '–';

export const docsTables: readonly DocsTable[] = [
  {
    file: docs('metrics.md'),
    head: '| metric | kind | label | what it says |\n|---|---|---|---|',
    rows: Object.entries(metrics).map(
      ([name, { kind, label, help }]) =>
        `| \`${name}\` | ${kind} | ${label === null ? none : `\`${label}\``} | ${help} |`,
    ),
  },
  {
    file: docs('limits.md'),
    head: '| limit | default | what it bounds | what happens when it is reached |\n|---|---|---|---|',
    rows: Object.entries(bounds).map(([name, { default: value, description }]) => {
      const answer = isReachable(name) ? limitAnswers[name] : none;
      return `| \`${name}\` | ${value.toLocaleString('en-US')} | ${description} | ${answer} |`;
    }),
  },
];

/** The table that begins with `head`, up to the next line that is none of it; throws where there is none. */
export function tableIn(text: string, head: string): string {
  const from = text.indexOf(head);
  if (from < 0) throw new Error(`there is no table that begins with ${head}`);
  const end = /\n(?!\|)/.exec(text.slice(from));
  return text.slice(from, end === null ? undefined : from + end.index);
}
