import type { FindingEntry } from '../../src/api/findings.ts';

const severities = [
  { severity: 'Error', means: 'A failover, or the protection after it, would fail or lose data.' },
  { severity: 'Warning', means: 'A failover would take longer, carry less or be harder to follow.' },
  { severity: 'Info', means: 'Worth knowing.' },
] as const;

/** Reference page of every readiness finding: the worst first, then by code. */
export function findingsPage(findings: Readonly<Record<string, FindingEntry>>): string {
  const sorted = Object.entries(findings).sort(([a], [b]) => a.localeCompare(b, 'en'));
  const sections = severities.flatMap(({ severity, means }) => {
    const ours = sorted.filter(([, entry]) => entry.severity === severity);
    return ours.length === 0
      ? []
      : [`## ${severity}`, means, ...ours.map(([code, entry]) => findingSection(code, entry))];
  });
  return [
    '# Readiness findings',
    'What would make a failover slower, lossier or impossible, found before it is needed: they stand in `status.findings` of a FailoverPlan. Codes never change their meaning. A part in braces stands for a value that was found.',
    'What cannot be looked at is a finding of its own, `CannotTell`, and never an error. Not looked at, because no client for it is part of Understudy: service quotas (instances, IOPS), the state of KMS keys other than through RDS, the validity of certificates.',
    ...sections,
  ]
    .join('\n\n')
    .concat('\n');
}

function findingSection(code: string, { title, message, why, remedy, asks }: FindingEntry): string {
  const needs = asks.length === 0 ? [] : [`Whoever looks needs: ${asks.map(asCode).join(', ')}.`];
  return [
    `### ${code}`,
    `**${asText(title)}.** ${asText(why)}`,
    `Says: ${asCode(message)}`,
    `What to do: ${asText(remedy)}`,
    ...needs,
  ].join('\n\n');
}

function asCode(text: string): string {
  return `\`${text}\``;
}

/** Asterisks of wildcards are no emphasis. */
function asText(text: string): string {
  return text.replaceAll('*', '\\*');
}
