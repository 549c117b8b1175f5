import { defaultLeaseName } from '../../api/controller-flags.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { agoText } from './texts.ts';

/** Where the manifests put the controller. */
const controllerNamespace = 'understudy-system';

/** Whether a controller is there to act, as far as its Lease tells. */
export type ControllerState =
  | { readonly kind: 'Leads'; readonly holder: string }
  /** The lease has run out: nobody has renewed it for longer than it lasts. */
  | { readonly kind: 'Gone'; readonly text: string }
  | { readonly kind: 'CannotTell'; readonly text: string };

/** A lease that is so many times its duration old has no holder any more, whatever the two clocks say. */
const leasesUntilGone = 4;

/** Reads the Lease by which the controller's replicas elect who leads. */
export async function controllerState(cluster: Cluster, nowMs: number): Promise<ControllerState> {
  const lease = await cluster.lease(defaultLeaseName, controllerNamespace);
  if (lease === 'forbidden') {
    return { kind: 'CannotTell', text: `you may not read its Lease in ${controllerNamespace}` };
  }
  if (lease === 'none') {
    return {
      kind: 'Gone',
      text: `it has no Lease ${defaultLeaseName} in ${controllerNamespace}: none has ever led here`,
    };
  }
  const { holderIdentity, renewTime, leaseDurationSeconds = 15 } = lease.spec ?? {};
  if (renewTime === undefined) return { kind: 'CannotTell', text: 'its Lease says nothing of when it was renewed' };
  const ageMs = nowMs - Date.parse(String(renewTime));
  if (ageMs > leaseDurationSeconds * leasesUntilGone * 1000 || !holderIdentity) {
    return { kind: 'Gone', text: `its Lease was last renewed ${agoText(ageMs)} ago, by ${holderIdentity || 'nobody'}` };
  }
  return { kind: 'Leads', holder: holderIdentity };
}
