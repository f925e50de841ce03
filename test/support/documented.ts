/**
 * Real answers held against the OpenAPI document as it is served: the status has to be documented, and type, headers and
 * body have to be as it says, with no field beyond.
 */
import type { IncomingHttpHeaders } from 'node:http';
import Schema from 'typebox/schema';
import { child, isRecord } from './json-walk.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export class Documented {
  readonly #document: unknown;
  /** What has been held against it so far, as `<operationId> <status>`. */
  readonly seen = new Set<string>();

  constructor(document: unknown) {
    this.#document = document;
  }

  /** Every answer that is documented, as `<operationId> <status>`; the one for faults of the server is left out. */
  all(): readonly string[] {
    return this.#operations().flatMap(({ operation }) =>
      Object.keys(recordOf(child(operation, 'responses')))
        .filter((status) => status !== 'default')
        .map((status) => `${child(operation, 'operationId')} ${status}`),
    );
  }

  /** Throws what is wrong with the answer to `method` at `path`. */
  hold(method: string, path: string, answer: Answer): void {
    const operation = this.#operationOf(method, path);
    const name = `${child(operation, 'operationId')} ${answer.status}`;
    const response = child(operation, 'responses', String(answer.status));
    if (response === undefined) throw new Error(`${name} is not documented: ${answer.text}`);
    for (const header of Object.keys(recordOf(child(response, 'headers') ?? {}))) {
      if (answer.headers[header] === undefined) throw new Error(`${name} lacks the header ${header}`);
    }
    const content = child(response, 'content');
    if (content === undefined) {
      if (answer.text !== '') throw new Error(`${name} has a body: ${answer.text}`);
    } else this.#holdBody(name, recordOf(content), answer);
    this.seen.add(name);
  }

  #holdBody(name: string, content: Readonly<Record<string, unknown>>, { headers, text }: Answer): void {
    const type = headers['content-type']?.split(';')[0] ?? 'none';
    const media = content[type];
    if (media === undefined) throw new Error(`${name} is of type ${type}`);
    const value: unknown = /[/+]json$/.test(type) ? JSON.parse(text) : text;
    const schema = recordOf(child(media, 'schema'));
    const [ok, errors] = Schema.Errors({ ...schema, components: child(this.#document, 'components') }, value);
    if (!ok) throw new Error(`${name}: ${JSON.stringify(errors)}\n${text.slice(0, 2_000)}`);
  }

  #operationOf(method: string, path: string): unknown {
    const plain = path.split('?')[0] ?? '';
    const fitting = this.#operations()
      .filter((operation) => operation.method === method.toLowerCase())
      .filter((operation) => operation.pattern.test(plain))
      // A path without parameters comes before one with them.
      .toSorted((a, b) => a.path.split('{').length - b.path.split('{').length);
    const [first] = fitting;
    if (first === undefined) throw new Error(`${method} ${path} is not documented`);
    return first.operation;
  }

  #operations() {
    return Object.entries(recordOf(child(this.#document, 'paths'))).flatMap(([path, item]) =>
      Object.entries(recordOf(item)).map(([method, operation]) => ({
        path,
        method,
        operation,
        pattern: new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{[^}]+\}/g, '[^/]+')}$`),
      })),
    );
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) throw new Error(`the document has no object here: ${JSON.stringify(value)}`);
  return value;
}
