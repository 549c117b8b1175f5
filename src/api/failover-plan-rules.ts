/**
 * Rules across fields of a FailoverPlan, in CEL: the API server refuses a plan that could never fail over, whoever
 * applies it. `checkFailoverPlan` has the same rules for files, with the values in its messages.
 *
 * @see https://kubernetes.io/docs/reference/using-api/cel/
 */
export interface CelRule {
  readonly rule: string;
  readonly message: string;
}

export const planDatabaseRules: readonly CelRule[] = [
  {
    rule: "self.kind != 'AuroraGlobal' || has(self.globalClusterIdentifier)",
    message: 'kind AuroraGlobal needs globalClusterIdentifier',
  },
];

export const planSiteRules: readonly CelRule[] = [
  {
    rule: 'has(self.endpointUrl) || has(self.targetGroup)',
    message: 'endpointUrl or targetGroup is needed: without one the health of the site cannot be seen',
  },
  {
    rule: '!has(self.autoScalingGroup) || self.capacity.active > 0',
    message: 'capacity.active must be above 0: the autoScalingGroup would be scaled to nothing',
  },
];

export const planRules: readonly CelRule[] = [
  {
    rule: 'self.sites.primary.region != self.sites.secondary.region',
    message: 'sites must be in different regions',
  },
  {
    rule: '!has(self.witness) || !(self.witness.region in [self.sites.primary.region, self.sites.secondary.region])',
    message: 'witness must be in a region that is neither of the sites',
  },
  {
    rule: `self.policy.singleDomain == 'Act' || (${twoSee('primary')} && ${twoSee('secondary')})`,
    message:
      'with either region dark, vantages of two other failure domains must be left, or an outage could never be agreed on: add a vantage, or set policy.singleDomain to Act',
  },
];

/** Two failure domains are left while the region of this site is dark. */
function twoSee(site: 'primary' | 'secondary'): string {
  const vantages = 'self.detection.vantages';
  const isDark = (vantage: string) => `${vantage}.domain == self.sites.${site}.region`;
  return `${vantages}.exists(a, !(${isDark('a')}) && ${vantages}.exists(b, !(${isDark('b')}) && b.domain != a.domain))`;
}
