import type { Site } from '../../api/site.ts';
import type { Plan } from '../../failover/plan.ts';
import type { Timing } from '../../failover/timing.ts';
import type { AwsClients } from '../clients.ts';
import { SwitchBucket } from '../switch-bucket.ts';

/** What every effect's handler works with. */
export class EffectContext {
  readonly plan: Plan;
  readonly timing: Timing;
  readonly clients: AwsClients;

  constructor(plan: Plan, timing: Timing, clients: AwsClients) {
    this.plan = plan;
    this.timing = timing;
    this.clients = clients;
  }

  region(site: Site): string {
    return this.plan.sites[site].region;
  }

  switchBucket(site: Site): SwitchBucket {
    const { region, switchBucket } = this.plan.sites[site];
    return new SwitchBucket(this.clients.s3(region), switchBucket);
  }

  /** The witness region's bucket, if the plan has one. */
  witnessBucket(): SwitchBucket | null {
    const { witness } = this.plan;
    return witness === undefined ? null : new SwitchBucket(this.clients.s3(witness.region), witness.bucket);
  }

  /** For one ordinary call, or a few in a row. */
  callLimit(): AbortSignal {
    return AbortSignal.timeout(this.timing.callMs);
  }

  /** For all that one look at, or act of, fencing does: a region that is gone must not hold up the one that lives. */
  fenceLimit(): AbortSignal {
    return AbortSignal.timeout(this.timing.fenceMs);
  }
}
