import { findingOf } from '../../api/findings.ts';
import { healthCheckerRangesWrittenOn, rangesOutside } from '../../api/health-checker-ranges.ts';
import { type Site, sites } from '../../api/site.ts';
import { type Outcome, type Rule, whenKnown } from './context.ts';
import { type Fact, ifKnown } from './fact.ts';
import type { ReadinessFacts, SwitchBucketFacts } from './facts.ts';

/** So old a list of addresses is worth a look. */
const oldAfterMonths = 6;
const monthMs = (365.25 / 12) * 24 * 60 * 60_000;

interface Bucket {
  readonly bucket: string;
  readonly region: string;
  readonly site: Site | undefined;
  readonly fact: Fact<SwitchBucketFacts | null>;
}

/** The buckets whose objects switch traffic can be read by Route 53's checkers. Without a name, nothing follows them. */
export const trafficSwitch: Rule = ({ plan, facts, nowMs }) => {
  if (plan.dns === undefined) return [];
  const buckets: Bucket[] = sites.map((site) => {
    const { region, switchBucket: bucket } = plan.sites[site];
    return { bucket, region, site, fact: facts.sites[site].switchBucket };
  });
  if (plan.witness !== undefined) buckets.push({ ...plan.witness, site: undefined, fact: facts.witnessBucket });
  return [
    ...buckets.flatMap((bucket) => ofBucket(bucket, facts)),
    ...(plan.witness === undefined ? [findingOf('NoWitness', {})] : []),
    ...(facts.checkerRanges.known ? [] : age(nowMs)),
  ];
};

function ofBucket({ bucket, region, site, fact }: Bucket, facts: ReadinessFacts): readonly Outcome[] {
  const unreadable = (problem: string) => [findingOf('MarkerUnreadable', { bucket, region, problem }, site)];
  return whenKnown(fact, `the state of s3://${bucket} in ${region}`, site, (found) => {
    if (found === null) return unreadable('there is no such bucket');
    return [
      ...whenKnown(found.encryption, `how s3://${bucket} encrypts`, site, (encryption) =>
        encryption?.startsWith('aws:kms') ? unreadable(`it encrypts with ${encryption}`) : [],
      ),
      ...readers(found, { bucket, region, site }, facts.checkerRanges, unreadable),
    ];
  });
}

/** An object that anybody may read from here, everybody may read; otherwise the policy tells who may. */
function readers(
  { anonymousGet, readableFrom }: SwitchBucketFacts,
  { bucket, region, site }: Omit<Bucket, 'fact'>,
  checkerRanges: Fact<readonly string[]>,
  unreadable: (problem: string) => readonly Outcome[],
): readonly Outcome[] {
  if (ifKnown(anonymousGet) === 'allowed') return [];
  return whenKnown(readableFrom, `who may read s3://${bucket}`, site, (allowed) => {
    if (allowed.length === 0) {
      return whenKnown(anonymousGet, `whether anybody may read s3://${bucket}`, site, () =>
        unreadable('its policy lets nobody read both open/* and takeover/*'),
      );
    }
    const outside = rangesOutside(ifKnown(checkerRanges) ?? [], allowed);
    return outside.length === 0
      ? []
      : [findingOf('CheckersBlind', { bucket, region, ranges: outside.join(', ') }, site)];
  });
}

function age(nowMs: number): readonly Outcome[] {
  const months = Math.floor((nowMs - Date.parse(healthCheckerRangesWrittenOn)) / monthMs);
  return months >= oldAfterMonths
    ? [findingOf('CheckerRangesOld', { writtenOn: healthCheckerRangesWrittenOn, months })]
    : [];
}
