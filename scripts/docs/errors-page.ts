import type { ErrorEntry } from '../../src/api/errors.ts';

const ranges = [
  { prefix: 'US1', title: 'Input' },
  { prefix: 'US2', title: 'AWS' },
  { prefix: 'US3', title: 'Kubernetes' },
  { prefix: 'US4', title: 'Engine' },
  { prefix: 'US5', title: 'Sandbox' },
] as const;

/** Reference page of every error, in the order of its codes. */
export function errorsPage(errors: Readonly<Record<string, ErrorEntry>>): string {
  const sorted = Object.entries(errors).sort(([a], [b]) => a.localeCompare(b, 'en'));
  const sections = ranges.flatMap(({ prefix, title }) => {
    const ours = sorted.filter(([code]) => code.startsWith(prefix));
    return ours.length === 0 ? [] : [`## ${title}`, ...ours.map(([code, entry]) => errorSection(code, entry))];
  });
  return [
    '# Errors',
    'Every error has a code that never changes its meaning. The message names the case; this page says why it happens and what to do.',
    ...sections,
  ]
    .join('\n\n')
    .concat('\n');
}

function errorSection(code: string, { title, cause, remedy }: ErrorEntry): string {
  return `### ${code}\n\n**${title}.** ${cause}\n\nWhat to do: ${remedy}`;
}
