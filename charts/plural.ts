/**
 * The plural of a kind of provider-aws, as its CRDs are named: `Policy` is `policies`, `Options` stays `options`.
 *
 * Source: `Pluralize` of https://github.com/gobuffalo/flect, which the provider's generator uses. A test compares every
 * kind of the services in use with the provider's CRDs.
 */
export function pluralOf(kind: string): string {
  const word = kind.toLowerCase();
  if (/[^aeiou]y$/.test(word)) {
    return `${word.slice(0, -1)}ies`;
  }
  // Options, insights: plural as they are, unlike an alias, a bus or an address.
  if (/[^aisu]s$/.test(word)) {
    return word;
  }
  return /(s|x|ch|sh)$/.test(word) ? `${word}es` : `${word}s`;
}
