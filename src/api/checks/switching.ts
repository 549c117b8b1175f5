import type { FieldPath } from '../field-path.ts';
import type { MultiRegionAppSpec } from '../multi-region-app.ts';
import type { FieldProblem } from '../problems.ts';
import { sites } from '../site.ts';

/** What moves the traffic: domain, certificates, capacity and what is followed. */
export function checkSwitching(spec: MultiRegionAppSpec): FieldProblem[] {
  return [...checkZone(spec), ...checkCertificate(spec), ...checkCapacity(spec), ...checkFollow(spec)];
}

function checkZone({ domain }: MultiRegionAppSpec): FieldProblem[] {
  if (domain === 'none' || domain.name === domain.zoneName || domain.name.endsWith(`.${domain.zoneName}`)) {
    return [];
  }
  const message = `${domain.name} is not in the zone ${domain.zoneName}`;
  return [
    {
      code: 'US1022',
      severity: 'error',
      path: ['spec', 'domain', 'zoneName'],
      involves: [['spec', 'domain', 'name']],
      message,
    },
  ];
}

function checkCertificate({ certificate, domain, ...spec }: MultiRegionAppSpec): FieldProblem[] {
  const path: FieldPath = ['spec', 'certificate'];
  if (typeof certificate === 'object') {
    return sites.flatMap((site): FieldProblem[] => {
      const { region } = spec[site];
      const actual = certificate[site].split(':')[3];
      if (actual === region) {
        return [];
      }
      const message = `the certificate is in ${actual}, the ${site} in ${region}`;
      return [
        { code: 'US1023', severity: 'error', path: [...path, site], involves: [['spec', site, 'region']], message },
      ];
    });
  }
  if (certificate !== 'Managed') {
    return [];
  }
  if (domain === 'none') {
    const message = 'Managed needs a domain to issue a certificate for';
    return [
      {
        code: 'US1021',
        severity: 'error',
        path,
        involves: [['spec', 'domain']],
        message,
        remedy: 'Set domain, or certificate: None.',
      },
    ];
  }
  if (domain.existingZoneId === undefined) {
    const message = `Managed waits until somebody delegates the new zone ${domain.zoneName}; until then nothing listens`;
    return [
      {
        code: 'US1021',
        severity: 'warning',
        path,
        involves: [['spec', 'domain']],
        message,
        remedy: 'Delegate the zone first and set domain.existingZoneId, or start with certificate: None.',
      },
    ];
  }
  return [];
}

function checkCapacity({ instances }: MultiRegionAppSpec): FieldProblem[] {
  const most = Math.max(instances.count, instances.standbyCount);
  if (instances.maxCount >= most) {
    return [];
  }
  return [
    {
      code: 'US1021',
      severity: 'error',
      path: ['spec', 'instances', 'maxCount'],
      involves: [
        ['spec', 'instances', 'count'],
        ['spec', 'instances', 'standbyCount'],
      ],
      message: `maxCount is ${instances.maxCount}, and a site is to have ${most} instances`,
      remedy: `Raise maxCount to ${most} or more.`,
    },
  ];
}

function checkFollow({ traffic }: MultiRegionAppSpec): FieldProblem[] {
  if (traffic.follow === 'Marker') {
    return [];
  }
  return [
    {
      code: 'US1021',
      severity: 'warning',
      path: ['spec', 'traffic', 'follow'],
      message: 'Endpoint lets Route 53 send traffic to a site whose database cannot be written yet',
      remedy: 'Use Marker, unless the application does without the database.',
    },
  ];
}
