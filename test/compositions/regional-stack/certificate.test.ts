import { describe, expect, it } from '@jest/globals';
import { appOf, everything, firstRoles, forProvider, namesOf, renderSite } from './rendered-site.ts';

const name = 'trading.example.com';

describe('a certificate that ACM manages', () => {
  const app = appOf({ domain: { name, existingZoneId: 'Z0123456789' } });

  it('covers the name of the application and those of its sites', () => {
    expect(forProvider(renderSite(app, 'secondary'), 'certificate')).toMatchObject({
      region: 'us-west-2',
      domainName: name,
      subjectAlternativeNames: [`*.${name}`],
      validationMethod: 'DNS',
    });
  });

  it('is validated and listened with once the controller has seen it', () => {
    const waiting = renderSite(app, 'primary', firstRoles.primary);
    expect(namesOf(waiting, 'Record')).toEqual([]);
    expect(namesOf(waiting, 'LBListener')).toEqual(['listener-http']);

    const site = renderSite(app, 'primary', everything);
    expect(forProvider(site, 'certificate-validation')).toMatchObject({
      zoneId: 'Z0123456789',
      name: '_x',
      type: 'CNAME',
      records: ['_y'],
    });
    expect(forProvider(site, 'listener-https')).toHaveProperty('certificateArn', everything.certificate?.arn);
  });

  it('reports what ACM asks for', () => {
    const domainValidationOptions = [{ domainName: name, resourceRecordName: '_x', resourceRecordValue: '_y' }];
    const atProvider = { arn: 'arn', status: 'PENDING_VALIDATION', domainValidationOptions };
    const { composite } = renderSite(
      app,
      'primary',
      firstRoles.primary,
      new Map([['certificate', { status: { atProvider } }]]),
    );
    expect(composite).toHaveProperty('status.certificate', {
      arn: 'arn',
      status: 'PENDING_VALIDATION',
      validationName: '_x',
      validationValue: '_y',
    });
  });

  it('is validated in the zone that GlobalServices makes, where there is none yet', () => {
    const site = renderSite(appOf({ domain: { name }, certificate: 'Managed' }), 'primary', everything);
    expect(forProvider(site, 'certificate-validation')).toHaveProperty('zoneIdRef', { name: 'trading-global-zone' });
    expect(forProvider(site, 'certificate-validation')).not.toHaveProperty('zoneId');
  });

  it('is not asked for otherwise', () => {
    expect(namesOf(renderSite(appOf({ domain: { name } }), 'primary'), 'Certificate')).toEqual([]);
  });
});
