import {
  CreateNetworkAclEntryCommand,
  DeleteNetworkAclEntryCommand,
  DescribeNetworkAclsCommand,
  type Filter,
  type NetworkAcl as NetworkAclDescription,
  type NetworkAclEntry,
  ReplaceNetworkAclEntryCommand,
} from '@aws-sdk/client-ec2';
import { AwsError, notImplemented } from '../wire/aws-error.ts';
import { operation } from '../wire/operation.ts';
import { queryService } from '../wire/query-service.ts';
import type { Service } from '../wire/service.ts';
import type { AclEntry, NetworkAcl } from './network-acl.ts';

export interface Ec2Options {
  readonly accountId: string;
  readonly acls: readonly NetworkAcl[];
  /** Called after a change, before it is answered. */
  readonly onChange: (acl: NetworkAcl) => Promise<void>;
}

interface EntryInput {
  readonly NetworkAclId?: string | undefined;
  readonly RuleNumber?: number | undefined;
  readonly Egress?: boolean | undefined;
  readonly RuleAction?: string | undefined;
  readonly Protocol?: string | undefined;
  readonly CidrBlock?: string | undefined;
  readonly PortRange?: { readonly From?: number | undefined; readonly To?: number | undefined } | undefined;
  readonly DryRun?: boolean | undefined;
}

/** Sources: Amazon EC2 API Reference, DescribeNetworkAcls, CreateNetworkAclEntry; "Error codes for the EC2 API". */
export function ec2Service(options: Ec2Options): Service {
  const find = (id: string | undefined): NetworkAcl => {
    const acl = options.acls.find(({ config }) => config.id === id);
    if (acl !== undefined) return acl;
    throw new AwsError('InvalidNetworkAclID.NotFound', `The networkAcl ID '${id}' does not exist`);
  };
  const change = async (acl: NetworkAcl, entries: readonly AclEntry[]) => {
    acl.replace(entries);
    await options.onChange(acl);
    return {};
  };

  return queryService({
    signingName: 'ec2',
    xmlNamespace: 'http://ec2.amazonaws.com/doc/2016-11-15/',
    dialect: 'Ec2',
    operations: [
      operation(DescribeNetworkAclsCommand, ({ NetworkAclIds, Filters }) => {
        const listed = NetworkAclIds?.length ? NetworkAclIds.map(find) : options.acls;
        return {
          NetworkAcls: listed
            .filter((acl) => (Filters ?? []).every((filter) => fits(acl, filter)))
            .map((acl) => describe(acl, options.accountId)),
        };
      }),
      operation(CreateNetworkAclEntryCommand, async (input) => {
        const acl = find(input.NetworkAclId);
        const entry = readEntry(input);
        if (acl.entries.some((each) => sameRule(each, entry))) {
          const message = `The network acl entry identified by ${entry.ruleNumber} already exists.`;
          throw new AwsError('NetworkAclEntryAlreadyExists', message);
        }
        refuseDryRun(input);
        return change(acl, [...acl.entries, entry]);
      }),
      operation(ReplaceNetworkAclEntryCommand, async (input) => {
        const acl = find(input.NetworkAclId);
        const entry = readEntry(input);
        requireEntry(acl, entry);
        refuseDryRun(input);
        return change(acl, [...acl.entries.filter((each) => !sameRule(each, entry)), entry]);
      }),
      operation(DeleteNetworkAclEntryCommand, async (input) => {
        const acl = find(input.NetworkAclId);
        const rule = { ruleNumber: input.RuleNumber ?? 0, egress: input.Egress ?? false };
        requireEntry(acl, rule);
        refuseDryRun(input);
        return change(
          acl,
          acl.entries.filter((each) => !sameRule(each, rule)),
        );
      }),
    ],
  });
}

type Rule = Pick<AclEntry, 'ruleNumber' | 'egress'>;

function sameRule(a: Rule, b: Rule): boolean {
  return a.ruleNumber === b.ruleNumber && a.egress === b.egress;
}

function requireEntry(acl: NetworkAcl, rule: Rule): void {
  if (acl.entries.some((each) => sameRule(each, rule))) return;
  const message = `The network acl entry identified by ${rule.ruleNumber} does not exist.`;
  throw new AwsError('InvalidNetworkAclEntry.NotFound', message);
}

/** A dry run that would have succeeded is answered with an error, by EC2's design. */
function refuseDryRun(input: { readonly DryRun?: boolean | undefined }): void {
  if (!input.DryRun) return;
  throw new AwsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
}

function readEntry(input: EntryInput): AclEntry {
  const { RuleNumber, Egress = false, RuleAction, Protocol, CidrBlock, PortRange } = input;
  if (RuleNumber === undefined || RuleNumber < 1 || RuleNumber > 32766) {
    throw new AwsError('InvalidParameterValue', `Value (${RuleNumber}) for parameter ruleNumber is invalid.`);
  }
  if (RuleAction !== 'allow' && RuleAction !== 'deny') {
    throw new AwsError('InvalidParameterValue', `Value (${RuleAction}) for parameter ruleAction is invalid.`);
  }
  if (CidrBlock === undefined) throw notImplemented('ec2', 'network ACL entries without an IPv4 CidrBlock');
  if (Protocol === undefined) throw new AwsError('MissingParameter', 'The request must contain the parameter protocol');
  const { From, To } = PortRange ?? {};
  return {
    ruleNumber: RuleNumber,
    egress: Egress,
    action: RuleAction,
    protocol: Protocol,
    cidr: CidrBlock,
    ...(From === undefined || To === undefined ? {} : { ports: { from: From, to: To } }),
  };
}

function fits(acl: NetworkAcl, { Name = '', Values = [] }: Filter): boolean {
  const { id, name, vpcId, subnetIds } = acl.config;
  const facts: Readonly<Record<string, readonly string[]>> = {
    'tag:Name': [name],
    'network-acl-id': [id],
    'vpc-id': [vpcId],
    'association.subnet-id': subnetIds,
    'association.network-acl-id': [id],
  };
  const known = facts[Name];
  if (known === undefined) throw notImplemented('ec2', `DescribeNetworkAcls with the filter ${Name}`);
  return known.some((value) => Values.includes(value));
}

function describe(acl: NetworkAcl, accountId: string): NetworkAclDescription {
  const { id, name, vpcId, subnetIds } = acl.config;
  return {
    NetworkAclId: id,
    VpcId: vpcId,
    OwnerId: accountId,
    IsDefault: false,
    Tags: [{ Key: 'Name', Value: name }],
    Associations: subnetIds.map((SubnetId, index) => ({
      NetworkAclAssociationId: `aclassoc-${id.slice(4)}${index}`,
      NetworkAclId: id,
      SubnetId,
    })),
    Entries: acl.entries.map(describeEntry),
  };
}

function describeEntry(entry: AclEntry): NetworkAclEntry {
  return {
    RuleNumber: entry.ruleNumber,
    Egress: entry.egress,
    RuleAction: entry.action,
    Protocol: entry.protocol,
    CidrBlock: entry.cidr,
    ...(entry.ports === undefined ? {} : { PortRange: { From: entry.ports.from, To: entry.ports.to } }),
  };
}
