import { z } from 'zod';
import type { FieldPath } from './field-path.ts';

/**
 * Finds the way in a zod schema by the path of a value: which keys are valid here, and where a key would be. It looks
 * through what wraps a schema without changing its keys: optional, default, transform.
 */

/** The schemas that a value at this place may follow: more than one for a union. */
function alternatives(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
  ) {
    return alternatives(schema.def.innerType);
  }
  if (schema instanceof z.ZodPipe) {
    return alternatives(schema.def.in);
  }
  if (schema instanceof z.ZodUnion) {
    return schema.def.options.flatMap(alternatives);
  }
  return [schema];
}

function child(schema: z.core.$ZodType, part: string | number): readonly z.core.$ZodType[] {
  if (schema instanceof z.ZodObject) {
    const field: z.core.$ZodType | undefined = Object.hasOwn(schema.shape, part) ? schema.shape[part] : undefined;
    return field === undefined ? [] : alternatives(field);
  }
  if (schema instanceof z.ZodArray) {
    return alternatives(schema.def.element);
  }
  if (schema instanceof z.ZodRecord) {
    return alternatives(schema.def.valueType);
  }
  return [];
}

function at(schema: z.core.$ZodType, path: FieldPath): readonly z.core.$ZodType[] {
  return path.reduce<readonly z.core.$ZodType[]>(
    (found, part) => found.flatMap((candidate) => child(candidate, part)),
    alternatives(schema),
  );
}

/** Keys that an object at this path may have. */
export function keysAt(schema: z.core.$ZodType, path: FieldPath): string[] {
  return at(schema, path).flatMap((found) => (found instanceof z.ZodObject ? Object.keys(found.shape) : []));
}

/** Words that a value at this path may be, beside whatever else it may be. */
export function wordsAt(schema: z.core.$ZodType, path: FieldPath): string[] {
  return at(schema, path).flatMap((found) => {
    if (found instanceof z.ZodEnum) {
      return Object.values(found.def.entries).map(String);
    }
    return found instanceof z.ZodLiteral ? found.def.values.map(String) : [];
  });
}

/** Paths at which the schema has this key, shallowest first; lists are written as their first entry. */
export function pathsOfKey(schema: z.core.$ZodType, key: string): FieldPath[] {
  const found: FieldPath[] = [];
  const visit = (candidate: z.core.$ZodType, path: FieldPath) => {
    for (const here of alternatives(candidate)) {
      if (here instanceof z.ZodObject) {
        for (const [name, field] of Object.entries<z.core.$ZodType>(here.shape)) {
          if (name === key) {
            found.push([...path, name]);
          }
          visit(field, [...path, name]);
        }
      } else if (here instanceof z.ZodArray) {
        visit(here.def.element, [...path, 0]);
      }
    }
  };
  visit(schema, []);
  return found.sort((a, b) => a.length - b.length);
}
