import { isJsonObject, type JsonObject } from '../../render/json.ts';

/** Fields that name a resource in AWS, the more telling ones first. */
const namingFields = [
  'identifier',
  'name',
  'bucket',
  'alarmName',
  'dashboardName',
  'domainName',
  'functionName',
] as const;

/**
 * The name by which a person finds a resource in AWS: its own, or else its Name tag. Undefined for what has neither, such
 * as the association of a subnet with a route table.
 */
export function awsNameOf({ metadata, spec }: JsonObject): string | undefined {
  const forProvider = objectAt(spec, 'forProvider');
  const annotations = objectAt(metadata, 'annotations');
  const names = [
    annotations?.['crossplane.io/external-name'],
    ...namingFields.map((field) => forProvider?.[field]),
    objectAt(forProvider, 'tags')?.Name,
  ];
  return names.find((name) => typeof name === 'string');
}

/** The region that a resource is in; undefined for IAM and Route 53, which have none. */
export function regionOf({ spec }: JsonObject): string | undefined {
  const region = objectAt(spec, 'forProvider')?.region;
  return typeof region === 'string' ? region : undefined;
}

function objectAt(value: unknown, key: string): JsonObject | undefined {
  const part = isJsonObject(value) ? value[key] : undefined;
  return isJsonObject(part) ? part : undefined;
}
