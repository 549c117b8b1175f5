import { bucketArn } from '../src/api/arns.ts';
import { healthCheckerRanges } from '../src/api/health-checker-ranges.ts';
import type { MultiRegionApp } from '../src/api/multi-region-app.ts';
import { s3 } from './builder/aws-kinds.ts';
import type { CapabilityScope } from './builder/capability.ts';
import type { CompositeSchema } from './builder/composite-schema.ts';
import { ref } from './builder/references.ts';
import { externalName } from './external-name.ts';
import type { Tags, Text } from './text.ts';

export interface BucketProps {
  readonly region: Text;
  /** In all of AWS. */
  readonly name: Text;
  readonly tags: Tags;
  readonly deletion: MultiRegionApp['spec']['deletion'];
  /**
   * Who may read what without an identity.
   *
   * @default nobody
   */
  readonly policy?: Text;
}

/**
 * A bucket that keeps versions, encrypts with S3's own keys, and has Block Public Access on. Where the application is
 * destroyable its objects go with it.
 *
 * @param key names the resources of the bucket in the composition.
 */
export function bucket<S extends CompositeSchema>(
  { resource }: Pick<CapabilityScope<S>, 'resource'>,
  key: string,
  { region, name, tags, deletion, policy }: BucketProps,
) {
  const made = resource(
    key,
    s3.Bucket,
    { forProvider: { region, forceDestroy: deletion === 'Destroyable', tags } },
    { annotations: externalName(name) },
  );
  const bucketRef = ref(made);
  resource(`${key}-versions`, s3.BucketVersioning, {
    forProvider: { region, bucketRef, versioningConfiguration: { status: 'Enabled' } },
  });
  resource(`${key}-encryption`, s3.BucketServerSideEncryptionConfiguration, {
    forProvider: {
      region,
      bucketRef,
      rule: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }],
    },
  });
  resource(`${key}-access-block`, s3.BucketPublicAccessBlock, {
    forProvider: {
      region,
      bucketRef,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
  });
  if (policy !== undefined) {
    resource(`${key}-policy`, s3.BucketPolicy, { forProvider: { region, bucketRef, policy } });
  }
  return made;
}

/**
 * Lets Route 53's health checkers read the objects of the switch, and nobody else anything. S3 does not count a policy
 * that is limited to ranges of addresses as public, so Block Public Access lets it be.
 *
 * Source: "The meaning of public" in "Blocking public access to your Amazon S3 storage", Amazon S3 User Guide.
 */
export function healthCheckersMayRead(bucketName: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'HealthCheckers',
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:GetObject',
        Resource: switchObjectPrefixes.map((prefix) => `${bucketArn(bucketName)}/${prefix}*`),
        Condition: { IpAddress: { 'aws:SourceIp': healthCheckerRanges } },
      },
    ],
  });
}

/** Where `openKey` and `takeoverKey` put their objects. */
export const switchObjectPrefixes: readonly string[] = ['open/', 'takeover/'];
