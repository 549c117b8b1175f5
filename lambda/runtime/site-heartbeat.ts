import { databaseCredentials } from '../../src/aws/database-credentials.ts';
import type { DatabaseTarget } from '../../src/aws/database-session.ts';
import { DatabaseAccess } from '../../src/aws/effects/database-access.ts';
import { EffectContext } from '../../src/aws/effects/effect-context.ts';
import { HeartbeatRow } from '../../src/aws/heartbeat-row.ts';
import { createResolver } from '../../src/aws/resolver.ts';
import type { Journal } from '../../src/failover/journal.ts';
import { type Plan, planNow } from '../../src/failover/plan.ts';
import type { Heartbeat } from '../../src/failover/ports.ts';
import type { Settings } from './settings.ts';
import type { Connections } from './site-engine.ts';

/** How long it stays known where the database is and who logs in: a beat each two seconds need not ask each time. */
const knownForMs = 30_000;

/**
 * The heartbeat of the function's own site; undefined in a region without one.
 *
 * @param journal says which instance is in use, since a rebuilding changes it.
 */
export function siteHeartbeat(
  { site, timing, dnsServer, databaseAuthorities }: Settings,
  { clients, parameters }: Connections,
  plan: Plan,
  journal: Journal | null,
  actor: string,
): Heartbeat | undefined {
  if (site === null) return undefined;
  const current = journal === null ? plan : planNow(plan, journal);
  const resolver = createResolver({ server: dnsServer, timeoutMs: timing.callMs });
  const context = new EffectContext(current, timing, clients);
  const access = new DatabaseAccess(context, databaseCredentials(parameters, databaseAuthorities), resolver, actor);
  const { identifier } = current.sites[site].database;
  return new HeartbeatRow({
    plan: plan.name,
    site,
    intervalMs: timing.heartbeatMs,
    targetOf: remembered(() => access.targetOf(site, identifier)),
  });
}

function remembered(ask: () => Promise<DatabaseTarget | null>): () => Promise<DatabaseTarget | null> {
  let known: { readonly target: DatabaseTarget; readonly untilMs: number } | undefined;
  return async () => {
    if (known !== undefined && performance.now() < known.untilMs) return known.target;
    const target = await ask();
    known = target === null ? undefined : { target, untilMs: performance.now() + knownForMs };
    return target;
  };
}
