import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { regionalName, scopeOf } from '../../src/api/names.ts';
import { regionalStackSchema } from '../../src/api/regional-stack.ts';
import { acm, route53 } from '../builder/aws-kinds.ts';
import { capability } from '../builder/capability.ts';
import { required } from '../builder/policies.ts';
import { inZone } from '../hosted-zone.ts';
import { named, type StackCapability } from './stack.ts';

/**
 * A certificate that ACM issues and renews, where the file asks for one: for the application's name and, as one label
 * more, for those of its sites.
 *
 * What ACM answers is reported; the controller writes it to `spec.failover.certificate`, and from there it goes into the
 * record and the listener: read from a status, it would be lost with it, and take the listener along. ACM asks for the
 * same record for a name and its wildcard, and in every region, so either site may write it.
 *
 * Source: "DNS validation", AWS Certificate Manager User Guide.
 */
export function certificate(app: MultiRegionApp): StackCapability {
  const { certificate, domain } = app.spec;
  return capability(regionalStackSchema, ({ xr, resource }) => {
    if (certificate !== 'Managed' || domain === 'none') {
      return;
    }
    const issued = resource('certificate', acm.Certificate, {
      forProvider: {
        region: xr.spec.region,
        domainName: domain.name,
        subjectAlternativeNames: [`*.${domain.name}`],
        validationMethod: 'DNS',
        tags: named(xr, regionalName(scopeOf(app), 'certificate')),
      },
    });
    const { atProvider } = issued.status;
    const validation = atProvider.domainValidationOptions.at(0);
    xr.status.certificate.arn.from(atProvider.arn);
    xr.status.certificate.status.from(atProvider.status);
    xr.status.certificate.validationName.from(validation.resourceRecordName);
    xr.status.certificate.validationValue.from(validation.resourceRecordValue);

    const { validationName, validationValue } = xr.spec.failover.certificate;
    resource('certificate-validation', route53.Record, {
      forProvider: {
        ...inZone(app, xr),
        name: required(validationName),
        type: 'CNAME',
        ttl: 300,
        records: [required(validationValue)],
        allowOverwrite: true,
      },
    });
  });
}
