/** What the API says of itself: sound documents, and committed copies that are of today. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ask, startGateway } from '../../../integration/gateway/start-gateway.ts';
import { asyncApiShape } from '../../../support/asyncapi-shape.ts';
import { schema202012, schemaDraft7 } from '../../../support/json-schema-shape.ts';
import { at, child, dangling, isRecord, objectsIn } from '../../../support/json-walk.ts';
import { openApiShape } from '../../../support/openapi-shape.ts';

const served = await (async () => {
  await using gateway = await startGateway();
  const openapi = await ask(gateway, 'GET', '/openapi.json');
  const asyncapi = await ask(gateway, 'GET', '/asyncapi.json');
  return { openapi: openapi.json, asyncapi: asyncapi.json };
})();

const operations = Object.entries(recordOf(child(served.openapi, 'paths'))).flatMap(([path, item]) =>
  Object.entries(recordOf(item)).map(([method, operation]) => ({
    path,
    method,
    operation: recordOf(operation),
  })),
);

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  if (!isRecord(value)) throw new Error(`no object: ${JSON.stringify(value)}`);
  return value;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

it.each(['openapi', 'asyncapi'] as const)('docs/%s.json is what a node serves today', (name) => {
  const committed: unknown = JSON.parse(readFileSync(`docs/${name}.json`, 'utf8'));
  expect(committed, `docs/${name}.json is of another day: run npm run docs:api and commit it`).toEqual(
    served[name],
  );
});

describe('the OpenAPI document', () => {
  it('has the form of OpenAPI 3.1', () => {
    expect([...openApiShape.Errors(served.openapi)]).toEqual([]);
  });

  it('holds JSON Schemas of known keywords only', () => {
    const inPlace = objectsIn(child(served.openapi, 'paths')).flatMap(({ found }) => {
      const events = child(found, 'x-events');
      return [
        ...('schema' in found ? [child(found, 'schema')] : []),
        ...(isRecord(events) ? Object.values(events) : []),
      ];
    });
    const named = Object.values(recordOf(child(served.openapi, 'components', 'schemas')));
    expect(named.length).toBeGreaterThan(10);
    for (const schema of [...inPlace, ...named]) {
      expect([...schema202012.Errors(schema)], JSON.stringify(schema)).toEqual([]);
    }
  });

  it('refers to nothing that is not there, and holds nothing that is not referred to', () => {
    expect(dangling(served.openapi)).toEqual([]);
    const used = new Set(objectsIn(served.openapi).map(({ found }) => child(found, '$ref')));
    const names = Object.keys(recordOf(child(served.openapi, 'components', 'schemas')));
    expect(names.filter((name) => !used.has(`#/components/schemas/${name}`))).toEqual([]);
  });

  it('names each operation once, with a tag and securities that are explained', () => {
    const names = operations.map(({ operation }) => child(operation, 'operationId'));
    expect(names).toEqual([...new Set(names)]);
    const tags = listOf(child(served.openapi, 'tags')).map((tag) => child(tag, 'name'));
    const schemes = Object.keys(recordOf(child(served.openapi, 'components', 'securitySchemes')));
    for (const { operation } of operations) {
      expect(tags).toEqual(expect.arrayContaining([...listOf(child(operation, 'tags'))]));
      for (const way of listOf(child(operation, 'security'))) {
        expect(schemes).toEqual(expect.arrayContaining(Object.keys(recordOf(way))));
      }
    }
  });

  it('declares exactly the parameters that stand in a path', () => {
    for (const { path, operation } of operations) {
      const inPath = listOf(child(operation, 'parameters')).filter(
        (parameter) => child(parameter, 'in') === 'path',
      );
      const placed = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name);
      expect(inPath.map((parameter) => child(parameter, 'name'))).toEqual(placed);
    }
  });

  it('says of every operation how it succeeds, and of every refusal that may pass when to come back', () => {
    for (const { path, operation } of operations) {
      const responses = recordOf(child(operation, 'responses'));
      const good = Object.keys(responses).filter((status) => /^[12]/.test(status));
      expect(good, path).not.toEqual([]);
      for (const status of ['429', '503']) {
        if (status in responses) expect(child(responses[status], 'headers', 'retry-after')).toBeDefined();
      }
    }
  });

  it('leaves no field open in what is answered', () => {
    const answered = operations.flatMap(({ operation }) =>
      Object.values(recordOf(child(operation, 'responses'))),
    );
    expect(open(answered, served.openapi)).toEqual([]);
  });

  it('describes the API and not the files of the page', () => {
    const paths = Object.keys(recordOf(child(served.openapi, 'paths')));
    expect(paths).toEqual(expect.arrayContaining(['/v1/series', '/v1/series/{run}/events', '/openapi.json']));
    expect(paths.filter((path) => path === '/' || path.includes('*'))).toEqual([]);
  });
});

it.each([
  ['runEvents', '/v1/series/{run}/events'],
  ['runsEvents', '/v1/events'],
  ['supervisionEvents', '/v1/supervision/events'],
])('both documents name the same events of %s', (channel, path) => {
  const answer = child(served.openapi, 'paths', path, 'get', 'responses', '200');
  const events = child(answer, 'content', 'text/event-stream', 'x-events');
  const described = child(served.asyncapi, 'channels', channel);
  expect(Object.keys(recordOf(child(described, 'messages')))).toEqual(Object.keys(recordOf(events)));
  expect(child(described, 'description')).toBe(child(answer, 'description'));
});

describe('the AsyncAPI document', () => {
  it('has the form of AsyncAPI 3.0, and schemas of draft 7', () => {
    expect([...asyncApiShape.Errors(served.asyncapi)]).toEqual([]);
    for (const schema of Object.values(recordOf(child(served.asyncapi, 'components', 'schemas')))) {
      expect([...schemaDraft7.Errors(schema)], JSON.stringify(schema)).toEqual([]);
    }
  });

  it('refers to nothing that is not there, and holds nothing that is not referred to', () => {
    expect(dangling(served.asyncapi)).toEqual([]);
    const used = new Set(objectsIn(served.asyncapi).map(({ found }) => child(found, '$ref')));
    for (const part of ['schemas', 'messages']) {
      const names = Object.keys(recordOf(child(served.asyncapi, 'components', part)));
      expect(names.filter((name) => !used.has(`#/components/${part}/${name}`))).toEqual([]);
    }
  });

  it('sends or receives every message of every channel in some operation of that channel', () => {
    const used = new Set(
      objectsIn(child(served.asyncapi, 'operations')).map(({ found }) => child(found, '$ref')),
    );
    for (const [channel, described] of Object.entries(recordOf(child(served.asyncapi, 'channels')))) {
      for (const message of Object.keys(recordOf(child(described, 'messages')))) {
        expect(used).toContain(`#/channels/${channel}/messages/${message}`);
      }
      const placed = [...String(child(described, 'address')).matchAll(/\{([^}]+)\}/g)].map(
        ([, name]) => name,
      );
      expect(Object.keys(recordOf(child(described, 'parameters') ?? {}))).toEqual(placed);
    }
  });

  it('leaves no field open in what is sent', () => {
    const sent = Object.values(recordOf(child(served.asyncapi, 'operations'))).map((operation) =>
      child(child(operation, 'action') === 'send' ? operation : child(operation, 'reply'), 'messages'),
    );
    expect(open(sent, served.asyncapi)).toEqual([]);
  });
});

/** Schemas of objects, reached from `part` by any number of references, that would let unknown fields pass. */
function open(part: unknown, document: unknown): readonly string[] {
  const reached = new Set<unknown>();
  const look = (value: unknown): string[] => {
    if (reached.has(value)) return [];
    reached.add(value);
    return objectsIn(value).flatMap(({ path, found }) => {
      const reference = child(found, '$ref');
      const further = typeof reference === 'string' ? look(at(document, reference)) : [];
      const isOpen =
        child(found, 'type') === 'object' &&
        isRecord(child(found, 'properties')) &&
        child(found, 'additionalProperties') !== false;
      return isOpen ? [`${path} ${JSON.stringify(found)}`, ...further] : further;
    });
  };
  return look(part);
}
