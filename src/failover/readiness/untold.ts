import type { Finding } from '../../api/failover-plan-status.ts';
import { findingOf } from '../../api/findings.ts';
import type { Untold } from './context.ts';

const mostNamed = 5;

/** One finding a site and reason: a region that is dark is one thing to mend, however many facts it hides. */
export function untoldFindings(untold: readonly Untold[]): readonly Finding[] {
  const groups = new Map<string, Untold[]>();
  for (const each of untold) {
    const key = JSON.stringify([each.site, each.reason]);
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const what = enumerated([...new Set(group.map((each) => each.what))]);
    return [findingOf('CannotTell', { what, reason: first.reason }, first.site)];
  });
}

/** `a`, `a nor b`, `a, b nor 4 more`. */
function enumerated(texts: readonly string[]): string {
  const named = texts.length > mostNamed ? texts.slice(0, mostNamed - 1) : texts.slice(0, -1);
  const last = texts.length > mostNamed ? `${texts.length - named.length} more` : (texts.at(-1) ?? '');
  return named.length === 0 ? last : `${named.join(', ')} nor ${last}`;
}
