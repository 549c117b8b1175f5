import {
  CreateNetworkAclEntryCommand,
  DeleteNetworkAclEntryCommand,
  DescribeNetworkAclsCommand,
  type EC2Client,
  type NetworkAclEntry,
} from '@aws-sdk/client-ec2';
import { PortError } from '../failover/port-error.ts';
import { mutatingCall, readCall } from './bounded-call.ts';

/** A fence as the plan describes it. */
export interface Fence {
  /** Id (`acl-…`) or `Name` tag of the network ACL. */
  readonly networkAcl: string;
  readonly applicationCidrs: readonly string[];
  readonly databasePort: number;
}

/** What stands of a fence. */
export interface FenceState {
  readonly aclId: string;
  /** Entries of the fence that are missing. */
  readonly missing: readonly FenceEntry[];
  /** Entries of the fence that are there. */
  readonly present: readonly FenceEntry[];
}

/** One deny entry of a fence: nothing from the range comes in at the database port. */
interface FenceEntry {
  readonly ruleNumber: number;
  readonly cidr: string;
}

/**
 * The entries of a fence, one for each of the application's ranges, in the ACL of the database's subnets. Network ACLs
 * keep no state, so they cut connections that are already open.
 *
 * They name the application's ranges and nobody else's: Understudy's own functions and controller still reach the fenced
 * database, which is how they see that nobody else does, and what a replica is built from keeps its way.
 *
 * The numbers begin at 1: entries are evaluated from the lowest number, so no allow entry can stand before the fence,
 * and everyone else's begin at 100.
 *
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/nacl-basics.html
 */
function fenceEntries(fence: Fence): FenceEntry[] {
  return fence.applicationCidrs.map((cidr, index) => ({ ruleNumber: index + 1, cidr }));
}

/**
 * Reads a fence back.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkAcls.html
 * @throws PortError; `Refused` if there is no such ACL, or another entry has a number of the fence.
 */
export async function readFence(client: EC2Client, fence: Fence, limit: AbortSignal): Promise<FenceState> {
  const { networkAcl, databasePort } = fence;
  const by = networkAcl.startsWith('acl-')
    ? { NetworkAclIds: [networkAcl] }
    : { Filters: [{ Name: 'tag:Name', Values: [networkAcl] }] };
  const { NetworkAcls = [] } = await readCall(limit, (options) =>
    client.send(new DescribeNetworkAclsCommand(by), options),
  );
  const [acl] = NetworkAcls;
  if (acl?.NetworkAclId === undefined || NetworkAcls.length > 1) {
    const found = NetworkAcls.length > 1 ? `${NetworkAcls.length} network ACLs are` : 'no network ACL is';
    throw new PortError('Refused', 'NetworkAclNotFound', `${found} named ${networkAcl}`);
  }
  const missing: FenceEntry[] = [];
  const present: FenceEntry[] = [];
  for (const entry of fenceEntries(fence)) {
    const standing = (acl.Entries ?? []).find((each) => each.RuleNumber === entry.ruleNumber && !each.Egress);
    if (standing === undefined) missing.push(entry);
    else if (isSame(standing, entry, databasePort)) present.push(entry);
    else {
      throw new PortError(
        'Refused',
        'RuleNumberTaken',
        `rule ${entry.ruleNumber} (ingress) of ${acl.NetworkAclId} is not the fence's: rules 1 to ${fence.applicationCidrs.length} must be free for it`,
      );
    }
  }
  return { aclId: acl.NetworkAclId, missing, present };
}

/**
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkAclEntry.html
 * @throws PortError
 */
export async function addFence(client: EC2Client, fence: Fence, state: FenceState, limit: AbortSignal): Promise<void> {
  await Promise.all(
    state.missing.map(({ ruleNumber, cidr }) =>
      mutatingCall(limit, (options) =>
        client.send(
          new CreateNetworkAclEntryCommand({
            NetworkAclId: state.aclId,
            RuleNumber: ruleNumber,
            Egress: false,
            Protocol: tcp,
            RuleAction: 'deny',
            CidrBlock: cidr,
            PortRange: { From: fence.databasePort, To: fence.databasePort },
          }),
          options,
        ),
      ),
    ),
  );
}

/**
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNetworkAclEntry.html
 * @throws PortError
 */
export async function removeFence(client: EC2Client, state: FenceState, limit: AbortSignal): Promise<void> {
  await Promise.all(
    state.present.map(({ ruleNumber }) =>
      mutatingCall(limit, (options) =>
        client.send(
          new DeleteNetworkAclEntryCommand({ NetworkAclId: state.aclId, RuleNumber: ruleNumber, Egress: false }),
          options,
        ),
      ),
    ),
  );
}

/** Protocol number. */
const tcp = '6';

function isSame(standing: NetworkAclEntry, entry: FenceEntry, databasePort: number): boolean {
  return (
    standing.RuleAction === 'deny' &&
    standing.Protocol === tcp &&
    standing.CidrBlock === entry.cidr &&
    standing.PortRange?.From === databasePort &&
    standing.PortRange.To === databasePort
  );
}
