/**
 * The small S3 objects that switch traffic. Their keys and their content are agreed between whoever writes them (the
 * engine's adapters) and whoever reads them (Route 53's health checks), so both take them from here.
 */

/** Key of a site's entitlement to traffic in an activation term. Deleting it is the first act of fencing. */
export function openKey(activationTerm: number): string {
  return `open/${activationTerm}`;
}

/** Key of the marker that gives a site the traffic in an activation term. */
export function takeoverKey(activationTerm: number): string {
  return `takeover/${activationTerm}`;
}

/**
 * Content of either object, and what a health check searches for: it names the plan and the term, so that an object
 * copied to the wrong bucket or key switches nothing. The closing brace keeps term 2 from matching term 21.
 *
 * Route 53 searches the first 5,120 bytes of a response for a string of at most 255 characters.
 *
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
 *
 * @example
 * switchObjectBody('trading', 2); // {"plan":"trading","term":2}
 */
export function switchObjectBody(plan: string, activationTerm: number): string {
  return JSON.stringify({ plan, term: activationTerm });
}

/** The string that a health check of such an object searches for: all of it. */
export function switchSearchString(plan: string, activationTerm: number): string {
  return switchObjectBody(plan, activationTerm);
}
