import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { errorsPage } from '../../../scripts/docs/errors-page.ts';
import { findingsPage } from '../../../scripts/docs/findings-page.ts';
import { kindPage } from '../../../scripts/docs/kind-page.ts';
import { multiRegionAppSchema } from '../../../src/api/multi-region-app.ts';

describe('kindPage', () => {
  const schema = z
    .strictObject({
      spec: z
        .strictObject({
          size: z.int().min(1).max(9).default(3).describe('How many.'),
          mode: z.enum(['A', 'B']).describe('A | B.'),
          parts: z
            .array(z.strictObject({ name: z.string().describe('Name.') }))
            .optional()
            .describe('Parts.'),
          zone: z.union([z.literal('none'), z.strictObject({ id: z.string().describe('Id.') })]).describe('Zone.'),
        })
        .describe('What it is.'),
    })
    .describe('A thing.');
  const page = kindPage({ kind: 'Thing', schema, lives: 'Nowhere.' });

  it.each([
    '# Thing\n\nA thing.\n\nNowhere.\n\n## spec\n\nWhat it is.\n',
    '| `spec.size` | integer, 1 to 9 | `3` | How many. |',
    '| `spec.mode` | `A`, `B` | required | A \\| B. |',
    '| `spec.parts` | list of object |  | Parts. |',
    '| `spec.parts[].name` | string | required | Name. |',
    '| `spec.zone` | `none` or object | required | Zone. |',
    '| `spec.zone.id` | string | required | Id. |',
  ])('has %j', (text) => {
    expect(page).toContain(text);
  });

  it('leaves no field of MultiRegionApp without a description', () => {
    const rows = kindPage({ kind: 'MultiRegionApp', schema: multiRegionAppSchema, lives: '' })
      .split('\n')
      .filter((line) => line.startsWith('| `spec'));
    expect(rows.length).toBeGreaterThan(50);
    expect(rows.filter((row) => row.endsWith('|  |'))).toEqual([]);
  });
});

describe('errorsPage', () => {
  it('lists codes in order, by range, with cause and remedy', () => {
    const entry = (title: string) => ({ title, cause: 'Because.', remedy: 'Mend it.' });
    const page = errorsPage({ US2001: entry('C'), US1002: entry('B'), US1001: entry('A') });
    expect(page.match(/^##.*$/gm)).toEqual(['## Input', '### US1001', '### US1002', '## AWS', '### US2001']);
    expect(page).toContain('**A.** Because.\n\nWhat to do: Mend it.');
  });
});

describe('findingsPage', () => {
  const entry = (severity: 'Error' | 'Warning' | 'Info', asks: string[] = []) => ({
    severity,
    title: 'T',
    message: '{a} is off',
    why: 'It may s3:Get*.',
    remedy: 'Turn {a} on.',
    asks,
  });
  const page = findingsPage({ B: entry('Error', ['rds:Describe']), A: entry('Warning'), C: entry('Error') });

  it('lists the worst first, then by code, and leaves out severities that nothing has', () => {
    expect(page.match(/^##.*$/gm)).toEqual(['## Error', '### B', '### C', '## Warning', '### A']);
  });

  it('says what is wrong, why, what to do and what looking needs', () => {
    expect(page).toContain(
      '### B\n\n**T.** It may s3:Get\\*.\n\nSays: `{a} is off`\n\nWhat to do: Turn {a} on.\n\nWhoever looks needs: `rds:Describe`.',
    );
  });
});
