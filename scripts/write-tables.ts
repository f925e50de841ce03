/** Writes the tables of docs/metrics.md and docs/limits.md anew from the code; the text around them is left alone. */
import { readFileSync, writeFileSync } from 'node:fs';
import { type DocsTable, docsTables, tableIn } from '../test/support/docs-tables.ts';

function write({ file, head, rows }: DocsTable): void {
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(tableIn(text, head), [head, ...rows].join('\n')));
}

for (const table of docsTables) write(table);
