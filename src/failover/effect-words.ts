import { openKey, takeoverKey } from '../api/switch-objects.ts';
import type { Effect } from './effect.ts';
import { type Plan, regionOf } from './plan.ts';

/** What an effect does, as a sentence without its subject, for a person who is about to allow it. */
export function effectWords(plan: Plan, effect: Effect): string {
  const at = (site: 'primary' | 'secondary'): string => `${site} (${regionOf(plan, site)})`;
  switch (effect.kind) {
    case 'close-traffic':
      return `deletes ${openKey(effect.activationTerm)} at ${at(effect.site)}: its records become unhealthy`;
    case 'fence-database':
      return `denies the application at ${at(effect.site)} its database, by network ACL`;
    case 'lift-fence':
      return `removes the deny entries at ${at(effect.site)}`;
    case 'entitle':
      return `puts ${openKey(effect.activationTerm)} at ${at(effect.site)}: its entitlement to traffic`;
    case 'unfence':
      return `gives ${at(effect.site)} its database and its traffic back`;
    case 'prove-fence':
      return `sees that no write reaches ${effect.database} at ${at(effect.site)} any more`;
    case 'verify-replayed':
      return `sees that ${effect.database} has replayed all that ${effect.source.database} ever wrote`;
    case 'pause-reconciliation':
      return `keeps Crossplane from touching the database at ${at(effect.site)}`;
    case 'resume-reconciliation':
      return `lets Crossplane see to the database at ${at(effect.site)} again`;
    case 'promote':
      return `promotes ${effect.database} at ${at(effect.site)}: this cannot be undone`;
    case 'scale':
      return `brings ${at(effect.site)} to ${effect.desired} instances`;
    case 'verify-writable':
      return `sees a write return from ${effect.database} at ${at(effect.site)}`;
    case 'open-traffic':
      return `puts ${takeoverKey(effect.activationTerm)} at ${at(effect.site)}: the name leads there`;
    case 'mark-witness':
      return `puts ${takeoverKey(effect.activationTerm)} into the witness region`;
    case 'verify-traffic':
      return `sees the name lead to ${at(effect.site)} and answer`;
    case 'snapshot':
      return `keeps ${effect.database} as snapshot ${effect.snapshot} at ${at(effect.site)}`;
    case 'create-replica':
      return `makes ${effect.database} at ${at(effect.site)}, a replica of ${effect.source.database}`;
    case 'verify-replica':
      return `sees ${effect.database} follow ${effect.source.database} closely`;
    case 'repoint-switch':
      return `makes Route 53 look for the markers of term ${effect.activationTerm}, with ${at(effect.active)} active`;
    case 'retire-database':
      return `deletes ${effect.database} at ${at(effect.site)}${effect.snapshot === null ? '' : `, of which ${effect.snapshot} is kept`}`;
    case 'update-desired-state':
      return `writes the new roles where Crossplane reads them`;
    case 'notify':
      return `tells the plan's topic: ${effect.subject}`;
  }
}
