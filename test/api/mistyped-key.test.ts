import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { load } from '../../src/api/load.ts';
import { appOf } from './app-of.ts';

/** An application with every field written out, one key a line. */
const { certificate: _, ...spec } = appOf({ domain: { name: 'trading.example.com' }, accountId: '111122223333' }).spec;
const text = stringify({
  apiVersion: 'understudy.dev/v1alpha1',
  kind: 'MultiRegionApp',
  metadata: { name: 'trading', namespace: 'trading' },
  spec,
});
const lines = text.split('\n');
const keyLines = lines.flatMap((line, index) => (/^ .*[A-Za-z]{4,}:/.test(line) ? [index] : []));

describe('a file with every field', () => {
  it('is valid, and means the same when it is read again', () => {
    const { objects, problems } = load([{ path: 'app.yaml', text }]);
    expect(problems).toEqual([]);
    expect(objects[0]?.object.spec).toEqual(appOf(parse(text).spec).spec);
  });

  it('is refused if any one key lacks its last letter, by the line of the key and the key that was meant', () => {
    expect(keyLines.length).toBeGreaterThan(40);
    fc.assert(
      fc.property(fc.constantFrom(...keyLines), (index) => {
        const key = /([A-Za-z]+):/.exec(lines[index] ?? '')?.[1] ?? '';
        const mistyped = lines.with(index, (lines[index] ?? '').replace(`${key}:`, `${key.slice(0, -1)}:`)).join('\n');
        const { objects, problems } = load([{ path: 'app.yaml', text: mistyped }]);
        expect(objects).toEqual([]);
        expect(problems).toContainEqual(
          expect.objectContaining({
            code: 'US1005',
            line: index + 1,
            message: expect.stringContaining(`did you mean ${key}?`),
          }),
        );
      }),
      { numRuns: keyLines.length * 2 },
    );
  });
});

describe('any text', () => {
  it('gives an object or a problem with a line, and never an exception', () => {
    const piece = fc.constantFrom(
      'a',
      ':',
      ' ',
      '\n',
      '-',
      '[',
      ']',
      '{',
      '}',
      '"',
      '&x',
      '*x',
      '? ',
      '|',
      '#',
      '!t',
      '---\n',
      '0x1',
      '~',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const { objects, problems } = load([{ path: 'any.yaml', text: pieces.join('') }]);
        expect(objects).toEqual([]);
        expect(problems).not.toEqual([]);
        expect(problems.every(({ line }) => line !== undefined && line >= 1)).toBe(true);
      }),
    );
  });
});
