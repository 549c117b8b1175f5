import {
  ChangeResourceRecordSetsCommand,
  ChangeTagsForResourceCommand,
  CreateHealthCheckCommand,
  DeleteHealthCheckCommand,
  type HealthCheck,
  type Route53Client,
  UpdateHealthCheckCommand,
} from '@aws-sdk/client-route-53';
import type { Clock } from '../../failover/clock.ts';
import type { EffectOf, Look } from '../../failover/effect.ts';
import type { Plan } from '../../failover/plan.ts';
import { PortError } from '../../failover/port-error.ts';
import type { EffectHandler } from '../../failover/ports.ts';
import { mutatingCall } from '../bounded-call.ts';
import { hostedZoneOf, recordSetsOf } from '../route53/hosted-zone.ts';
import { Settling } from '../route53/settling.ts';
import {
  callerReference,
  looksForTheSame,
  type ObjectCheck,
  type SwitchChecks,
  switchChecks,
} from '../route53/switch-checks.ts';
import {
  allHealthChecks,
  endpointCheckOf,
  healthCheck,
  healthRecords,
  readSwitch,
  type SwitchState,
  speakOf,
} from '../route53/switch-state.ts';
import type { EffectContext } from './effect-context.ts';

type Repoint = EffectOf<'repoint-switch'>;

/**
 * Makes Route 53 look for the objects of the present activation term: new checks of them are made and watched until they
 * have settled, and only then do the calculated checks, which the records follow, get them as children; the active's
 * first. An attached check is never disabled, deleted or recreated, and no record changes its role.
 *
 * All of it is the control plane, in calm time; and Route 53 takes five calls a second from a whole account. So a round
 * does a few calls, one after the other, and while checks settle the next rounds wait without any.
 *
 * What is left behind when an actor dies after the last swap are old checks that nothing follows: they cost money and do
 * no harm, and their tags say what they were.
 */
export class RepointSwitch implements EffectHandler<'repoint-switch'> {
  readonly #context: EffectContext;
  readonly #clock: Pick<Clock, 'now'>;
  readonly #settling: Settling;
  #zoneId: string | null = null;
  /** Ids of the checks of a term, by what they are. */
  #made: { readonly term: number; readonly ids: Map<string, string> } | null = null;
  /** Former children that this process has seen replaced. */
  readonly #replaced = new Set<string>();
  #quietUntilMs = Number.NEGATIVE_INFINITY;
  #awaited = '';

  constructor(context: EffectContext, clock: Pick<Clock, 'now'>) {
    this.#context = context;
    this.#clock = clock;
    // Checkers look each 10 s, which is a plan's interval; what is in between is their spread and Route 53's own.
    this.#settling = new Settling(clock, context.plan.intervalMs * 3);
  }

  async check({ active, activationTerm }: Repoint): Promise<Look> {
    const { plan } = this.#context;
    if (plan.dns === undefined) return { state: 'Done', detail: 'the plan names no DNS record' };
    if (this.#clock.now().monotonicMs < this.#quietUntilMs) return { state: 'NotYet', detail: this.#awaited };
    const limit = this.#limit();
    const wanted = switchChecks(plan, active, activationTerm);
    const state = await this.#read(plan.dns, limit);
    for (const role of ['active', 'standby'] as const) {
      const { site, children } = wanted[role];
      if (await this.#follows(state.calculated[site], children, limit)) continue;
      return { state: 'NotDone', detail: `the records of ${site} do not follow term ${activationTerm} as ${role} yet` };
    }
    if (!speakOf(plan, active, state.health)) {
      return { state: 'NotDone', detail: `${plan.dns.healthName} does not speak of ${active} yet` };
    }
    return { state: 'Done', detail: `${plan.dns.name} follows the markers of term ${activationTerm + 1}` };
  }

  /** @throws PortError `NotYet` while the new checks settle: nothing has been re-pointed then. */
  async perform({ active, activationTerm }: Repoint): Promise<void> {
    const { plan } = this.#context;
    if (plan.dns === undefined) return;
    const limit = this.#limit();
    const client = this.#context.clients.route53();
    const wanted = switchChecks(plan, active, activationTerm);
    const ids = await this.#make(client, wanted, limit);
    await this.#waitUntilSettled(client, wanted, ids, limit);
    const state = await this.#read(plan.dns, limit);
    await this.#follow(client, state, wanted.active, ids, limit);
    await this.#follow(client, state, wanted.standby, ids, limit);
    const checks = await allHealthChecks(client, limit);
    await this.#speak(client, plan.dns, state, wanted, checks, limit);
    await this.#cleanUp(client, plan.dns, checks, limit);
  }

  async #follows(calculated: HealthCheck, wanted: readonly ObjectCheck[], limit: AbortSignal): Promise<boolean> {
    const ids = calculated.HealthCheckConfig?.ChildHealthChecks ?? [];
    if (ids.length !== wanted.length) return false;
    const client = this.#context.clients.route53();
    const left = [...wanted];
    for (const id of ids) {
      const config = (await healthCheck(client, id, limit)).HealthCheckConfig;
      const index = left.findIndex((each) => config !== undefined && looksForTheSame(config, each.config));
      if (index === -1) return false;
      left.splice(index, 1);
    }
    return true;
  }

  /** Makes what is missing of the term's checks, with tags. The same reference again gives the same check. */
  async #make(client: Route53Client, wanted: SwitchChecks, limit: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const { plan } = this.#context;
    const term = wanted.activationTerm;
    const made = this.#made?.term === term ? this.#made : { term, ids: new Map<string, string>() };
    this.#made = made;
    for (const { what, config } of [...wanted.active.children, ...wanted.standby.children]) {
      if (made.ids.has(what)) continue;
      const CallerReference = callerReference(plan.name, term, what);
      const command = new CreateHealthCheckCommand({ CallerReference, HealthCheckConfig: config });
      const { HealthCheck } = await mutatingCall(limit, (options) => client.send(command, options));
      if (HealthCheck?.Id === undefined) throw new PortError('OutcomeUnknown', 'NoId', `${what} got no id`);
      const tags = new ChangeTagsForResourceCommand({
        ResourceType: 'healthcheck',
        ResourceId: HealthCheck.Id,
        AddTags: [
          { Key: 'Name', Value: `${plan.name}-${what}-${term}` },
          { Key: 'ManagedBy', Value: 'understudy' },
        ],
      });
      await mutatingCall(limit, (options) => client.send(tags, options));
      made.ids.set(what, HealthCheck.Id);
    }
    return made.ids;
  }

  async #waitUntilSettled(
    client: Route53Client,
    wanted: SwitchChecks,
    ids: ReadonlyMap<string, string>,
    limit: AbortSignal,
  ): Promise<void> {
    const awaited: string[] = [];
    for (const check of [...wanted.active.children, ...wanted.standby.children]) {
      const what = await this.#settling.awaits(client, ids.get(check.what) ?? '', check, limit);
      if (what !== null) awaited.push(what);
    }
    if (awaited.length === 0) return;
    this.#awaited = `the new health checks settle (${awaited.join('; ')})`;
    this.#quietUntilMs = this.#clock.now().monotonicMs + this.#context.plan.intervalMs / 2;
    throw new PortError('NotYet', 'Settling', this.#awaited);
  }

  /** Conditional on the version that was read: who changed the check since then wins, and is looked at again. */
  async #follow(
    client: Route53Client,
    state: SwitchState,
    { site, children, threshold }: SwitchChecks['active'],
    ids: ReadonlyMap<string, string>,
    limit: AbortSignal,
  ): Promise<void> {
    const { Id, HealthCheckVersion, HealthCheckConfig } = state.calculated[site];
    const before = HealthCheckConfig?.ChildHealthChecks ?? [];
    const after = children.flatMap(({ what }) => ids.get(what) ?? []);
    if (before.length === after.length && after.every((id) => before.includes(id))) return;
    const command = new UpdateHealthCheckCommand({
      HealthCheckId: Id,
      HealthCheckVersion,
      ChildHealthChecks: after,
      HealthThreshold: threshold,
    });
    await mutatingCall(limit, (options) => client.send(command, options));
    for (const id of before) this.#replaced.add(id);
  }

  /** Lets the health records speak of the active, by the check of its endpoint. */
  async #speak(
    client: Route53Client,
    { healthName }: NonNullable<Plan['dns']>,
    { health }: SwitchState,
    { active }: SwitchChecks,
    checks: readonly HealthCheck[],
    limit: AbortSignal,
  ): Promise<void> {
    const { plan } = this.#context;
    if (health.length === 0 || speakOf(plan, active.site, health)) return;
    const endpoint = endpointCheckOf(plan, active.site, checks)?.Id;
    if (endpoint === undefined) {
      const message = `${healthName} cannot follow ${active.site}: no health check looks at its health URL`;
      throw new PortError('Refused', 'NoEndpointCheck', message);
    }
    const Changes = healthRecords(plan, active.site, health, endpoint).map((ResourceRecordSet) => ({
      Action: 'UPSERT' as const,
      ResourceRecordSet,
    }));
    const HostedZoneId = await this.#zone(plan.dns?.name ?? '', limit);
    const command = new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch: { Changes } });
    await mutatingCall(limit, (options) => client.send(command, options));
  }

  /** Deletes former children that no other check and no record of the plan refers to. */
  async #cleanUp(
    client: Route53Client,
    dns: NonNullable<Plan['dns']>,
    checks: readonly HealthCheck[],
    limit: AbortSignal,
  ): Promise<void> {
    if (this.#replaced.size === 0) return;
    const zoneId = await this.#zone(dns.name, limit);
    const names = [dns.name, dns.databaseName, dns.healthName].filter((name) => name !== undefined);
    const inUse = new Set<string | undefined>();
    for (const name of names) {
      for (const { HealthCheckId } of await recordSetsOf(client, zoneId, name, limit)) inUse.add(HealthCheckId);
    }
    // The list is from after the swaps.
    for (const { HealthCheckConfig } of checks) {
      for (const child of HealthCheckConfig?.ChildHealthChecks ?? []) inUse.add(child);
    }
    for (const id of this.#replaced) {
      if (!inUse.has(id)) {
        const command = new DeleteHealthCheckCommand({ HealthCheckId: id });
        await mutatingCall(limit, (options) => client.send(command, options));
      }
      this.#replaced.delete(id);
    }
  }

  async #read(dns: NonNullable<Plan['dns']>, limit: AbortSignal): Promise<SwitchState> {
    const zoneId = await this.#zone(dns.name, limit);
    return readSwitch(this.#context.clients.route53(), this.#context.plan, dns, zoneId, limit);
  }

  async #zone(name: string, limit: AbortSignal): Promise<string> {
    this.#zoneId ??= await hostedZoneOf(this.#context.clients.route53(), name, limit);
    return this.#zoneId;
  }

  /** For a round's calls together, which is shorter than a lease. */
  #limit(): AbortSignal {
    return AbortSignal.timeout(this.#context.timing.callMs * 2);
  }
}
