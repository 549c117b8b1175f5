import { type Document, LineCounter, type ParsedNode, parseAllDocuments } from 'yaml';
import { type UserKind, type UserObject, userKinds } from './kinds.ts';
import { nearest } from './nearest.ts';
import { apiGroup, apiVersion } from './object-meta.ts';
import { type FieldProblem, type Problem, problemOf } from './problems.ts';
import { repeatedNames } from './repeated-names.ts';
import { type SourceMap, sourceMapOf } from './source-map.ts';
import { validate } from './validate.ts';

/** A user's file, already read. */
export interface SourceFile {
  /** As the user named it; problems are reported by it. */
  readonly path: string;
  readonly text: string;
}

/** An object with every default filled in, and where it came from. */
export interface LoadedObject {
  readonly file: string;
  readonly line: number;
  readonly object: UserObject;
}

export interface Loaded {
  /** Objects without errors, in the order of the files. Complete only if no problem is an error. */
  readonly objects: readonly LoadedObject[];
  readonly problems: readonly Problem[];
}

/**
 * Reads objects of any kind from the text of files, each of one or more YAML documents. Nothing is thrown: everything
 * that is wrong is in `problems`, sorted by file and line.
 *
 * @example
 * const { objects, problems } = load([{ path: 'trading.yaml', text }]);
 * throwOnErrors(problems);
 */
export function load(files: readonly SourceFile[]): Loaded {
  const results = files.map(loadFile);
  const objects = results.flatMap((result) => result.objects);
  const problems = results.flatMap((result) => [...result.problems].sort((a, b) => (a.line ?? 0) - (b.line ?? 0)));
  return { objects, problems: [...problems, ...repeatedNames(objects)] };
}

function loadFile({ path, text }: SourceFile): Loaded {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines });
  const filled = 'empty' in documents ? [] : documents.filter(isFilled);
  if (filled.length === 0) {
    return { objects: [], problems: [problemOf(nothing, path, 1)] };
  }
  const results = filled.map((document) => loadDocument(document, path, lines));
  return {
    objects: results.flatMap((result) => result.objects),
    problems: results.flatMap((result) => result.problems),
  };
}

const nothing: FieldProblem = { code: 'US1003', severity: 'error', path: [], message: 'holds no object' };

/** A document may be left empty by a separator at either end of the file. */
function isFilled({ contents, errors }: Document.Parsed): boolean {
  const isNull = contents === null || ('value' in contents && contents.value === null);
  return errors.length > 0 || !isNull;
}

function loadDocument(document: Document.Parsed<ParsedNode>, file: string, lines: LineCounter): Loaded {
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => {
      // yaml appends the place and an excerpt to its message, which the report has already.
      const message = error.message.replace(/ at line \d+, column \d+:[\s\S]*$/, '');
      return problemOf({ ...notYaml, message }, file, lines.linePos(error.pos[0]).line);
    });
    return { objects: [], problems };
  }
  const map = sourceMapOf(document.contents, lines);
  const value = contentOf(document);
  if (value instanceof Error) {
    return { objects: [], problems: located([{ ...notYaml, message: value.message }], file, map) };
  }
  const kind = kindOf(value);
  if (Array.isArray(kind)) {
    return { objects: [], problems: located(kind, file, map) };
  }
  const { object, problems } = validate(kind, value);
  return {
    objects: object === undefined ? [] : [{ file, line: map.lineOf([]) ?? 1, object }],
    problems: located(problems, file, map),
  };
}

const notYaml = { code: 'US1002', severity: 'error', path: [] } as const;

/** The value of a document, or why its aliases have none: an anchor is missing, or they multiply without end. */
function contentOf(document: Document.Parsed<ParsedNode>): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    if (error instanceof ReferenceError) {
      return error;
    }
    throw error;
  }
}

function located(problems: readonly FieldProblem[], file: string, map: SourceMap): Problem[] {
  return problems.map((problem) => problemOf(problem, file, map.lineOf(problem.path)));
}

/** The kind that a document says it is, or why it cannot be told. */
function kindOf(value: unknown): UserKind | FieldProblem[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [{ ...unknownKind, path: [], message: 'is not an object with apiVersion, kind, metadata and spec' }];
  }
  const named: { apiVersion?: unknown; kind?: unknown } = value;
  const kinds = userKinds.map(({ kind }): string => kind);
  const found = userKinds.find(({ kind }) => kind === named.kind);
  const problems: FieldProblem[] = [];
  if (named.apiVersion !== apiVersion) {
    problems.push(wordProblem('apiVersion', named.apiVersion, [apiVersion]));
  }
  if (found === undefined) {
    problems.push(wordProblem('kind', named.kind, kinds));
    return problems;
  }
  return problems.length === 0 ? found : problems;
}

const unknownKind = { code: 'US1004', severity: 'error' } as const;

function wordProblem(key: string, word: unknown, valid: readonly string[]): FieldProblem {
  if (word === undefined) {
    return { ...unknownKind, path: [key], message: `is missing; it is one of ${valid.join(', ')}` };
  }
  const near = nearest(String(word), valid);
  const advice = near === undefined ? `; it is one of ${valid.join(', ')}` : `; did you mean ${near}?`;
  return { ...unknownKind, path: [key], message: `${JSON.stringify(word)} is not of ${apiGroup}${advice}` };
}
