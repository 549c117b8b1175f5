import type { FieldPath } from '../field-path.ts';
import type { MultiRegionAppSpec } from '../multi-region-app.ts';
import type { FieldProblem } from '../problems.ts';
import type { Table } from '../table.ts';

/** Names used by the site's own tables. */
const reservedNames = ['journal'];

/** Tables and indexes have names of their own, and keys that make sense. */
export function checkTables({ tables }: MultiRegionAppSpec): FieldProblem[] {
  const names = tables.map(({ name }) => name);
  return tables.flatMap((table, index) => {
    const path: FieldPath = ['spec', 'tables', index];
    return [...checkName(names, index, path), ...checkKeys(table, path), ...checkIndexes(table, path)];
  });
}

function checkName(names: readonly string[], index: number, path: FieldPath): FieldProblem[] {
  const name = names[index] ?? '';
  if (reservedNames.includes(name)) {
    return [twice([...path, 'name'], `${name} is the name of a table that Understudy makes`)];
  }
  const first = names.indexOf(name);
  return first < index ? [twice([...path, 'name'], `${name} is the name of tables[${first}] too`)] : [];
}

function checkIndexes(table: Table, path: FieldPath): FieldProblem[] {
  const names = table.globalIndexes.map(({ name }) => name);
  return table.globalIndexes.flatMap((index, position) => {
    const here: FieldPath = [...path, 'globalIndexes', position];
    return [
      ...(names.indexOf(index.name) < position
        ? [twice([...here, 'name'], `${index.name} is the name of another index of ${table.name}`)]
        : []),
      ...checkKeyPair(index, here),
    ];
  });
}

function checkKeys(table: Table, path: FieldPath): FieldProblem[] {
  const keys = [table, ...table.globalIndexes].flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey]);
  const strays = Object.keys(table.attributeTypes).filter((attribute) => !keys.includes(attribute));
  return [
    ...checkKeyPair(table, path),
    ...strays.map((attribute) =>
      contradiction([...path, 'attributeTypes', attribute], `${attribute} is no key of ${table.name} or its indexes`),
    ),
    ...(table.timeToLive !== undefined &&
    (table.attributeTypes[table.timeToLive] ?? 'S') !== 'N' &&
    keys.includes(table.timeToLive)
      ? [
          contradiction(
            [...path, 'timeToLive'],
            `${table.timeToLive} is a key that is not a number, and DynamoDB expires by numbers only`,
          ),
        ]
      : []),
  ];
}

function checkKeyPair(keys: { partitionKey: string; sortKey?: string | undefined }, path: FieldPath): FieldProblem[] {
  return keys.partitionKey === keys.sortKey
    ? [contradiction([...path, 'sortKey'], `${keys.sortKey} is the partition key too`)]
    : [];
}

function twice(path: FieldPath, message: string): FieldProblem {
  return { code: 'US1020', severity: 'error', path, message };
}

function contradiction(path: FieldPath, message: string): FieldProblem {
  return { code: 'US1024', severity: 'error', path, message };
}
