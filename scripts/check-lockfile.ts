/**
 * Fails when package-lock.json names an optional dependency that it has no entry for. npm writes such a lock where a
 * registry lacks a platform's binary, and `npm ci` then refuses it somewhere else.
 */
import { readFileSync } from 'node:fs';
import { Type } from 'typebox';
import { Value } from 'typebox/value';

const Names = Type.Record(Type.String(), Type.String());
const Lockfile = Type.Object({
  packages: Type.Record(
    Type.String(),
    Type.Object({ optionalDependencies: Type.Optional(Names), resolved: Type.Optional(Type.String()) }),
  ),
});

const lock = Value.Parse(Lockfile, JSON.parse(readFileSync('package-lock.json', 'utf8')));
const entries = Object.entries(lock.packages);
const faults = [
  ...entries.flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !(`node_modules/${name}` in lock.packages))
      .map((name) => `${path || 'package.json'} wants ${name}, which has no entry`),
  ),
  ...entries
    .filter(([, { resolved }]) => resolved?.startsWith('http'))
    .map(([path]) => `${path} names a registry`),
];

for (const fault of faults) console.error(`package-lock.json: ${fault}`);
if (faults.length > 0) process.exitCode = 1;
