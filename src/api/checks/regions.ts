import type { FieldPath } from '../field-path.ts';
import type { MultiRegionAppSpec } from '../multi-region-app.ts';
import { nearest } from '../nearest.ts';
import type { FieldProblem } from '../problems.ts';
import { hasKnownAuthority, regionFacts, regionNames } from '../regions.ts';
import { type Site, sites } from '../site.ts';

/** Regions exist and differ, and have the zones that are asked for. */
export function checkRegions(spec: MultiRegionAppSpec): FieldProblem[] {
  return [
    ...checkKnown(spec),
    ...checkDistinct(spec),
    ...checkWitness(spec),
    ...checkAuthorities(spec),
    ...sites.flatMap((site) => checkZones(spec, site)),
  ];
}

function checkKnown(spec: MultiRegionAppSpec): FieldProblem[] {
  const named: [FieldPath, string | undefined][] = [
    [['spec', 'primary', 'region'], spec.primary.region],
    [['spec', 'secondary', 'region'], spec.secondary.region],
    [['spec', 'witness'], spec.witness === 'none' ? undefined : spec.witness],
    [['spec', 'operations', 'region'], spec.operations.region],
  ];
  return named.flatMap(([path, region]): FieldProblem[] => {
    if (region === undefined || regionFacts(region) !== undefined) {
      return [];
    }
    const near = nearest(region, regionNames);
    const advice = near === undefined ? '' : `; did you mean ${near}?`;
    return [{ code: 'US1011', severity: 'error', path, message: `${region} is not a known AWS region${advice}` }];
  });
}

function checkDistinct({ primary, secondary, witness }: MultiRegionAppSpec): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (primary.region === secondary.region) {
    problems.push({
      code: 'US1012',
      severity: 'error',
      path: ['spec', 'secondary', 'region'],
      involves: [['spec', 'primary', 'region']],
      message: `${secondary.region} is the primary's region too`,
    });
  }
  const clash = sites.find((site) => ({ primary, secondary })[site].region === witness);
  if (clash !== undefined) {
    problems.push({
      code: 'US1012',
      severity: 'error',
      path: ['spec', 'witness'],
      involves: [['spec', clash, 'region']],
      message: `${witness} is the ${clash}'s region too, and a witness must survive both sites`,
    });
  }
  return problems;
}

/** A function that looks from the witness's region needs one, and has a vote only where nobody else is. */
function checkWitness({ detection, witness, operations }: MultiRegionAppSpec): FieldProblem[] {
  if (!detection.witness) {
    return [];
  }
  const path: FieldPath = ['spec', 'detection', 'witness'];
  if (witness === 'none') {
    return [
      {
        code: 'US1021',
        severity: 'error',
        path,
        involves: [['spec', 'witness']],
        message: 'there is no witness whose function could look',
        remedy: 'Set witness to a region or to auto, or leave detection.witness out.',
      },
    ];
  }
  if (operations.region !== witness) {
    return [];
  }
  return [
    {
      code: 'US1021',
      severity: 'warning',
      path,
      involves: [
        ['spec', 'witness'],
        ['spec', 'operations', 'region'],
      ],
      message: `${witness} is the controller's region too, and both are one vote`,
      remedy: 'Set witness to a region in which nobody else looks, or leave detection.witness out.',
    },
  ];
}

/** The controller looks into the databases itself, over TLS. */
function checkAuthorities(spec: MultiRegionAppSpec): FieldProblem[] {
  return sites.flatMap((site): FieldProblem[] => {
    const { region } = spec[site];
    if (regionFacts(region) === undefined || hasKnownAuthority(region)) return [];
    const message = `the controller's image has no certificate authority for databases in ${region}`;
    return [{ code: 'US1033', severity: 'warning', path: ['spec', site, 'region'], message }];
  });
}

function checkZones(spec: MultiRegionAppSpec, site: Site): FieldProblem[] {
  const { region, zones } = spec[site];
  const path: FieldPath = ['spec', site, 'zones'];
  const involves: FieldPath[] = [
    ['spec', site, 'region'],
    ['spec', 'network', 'zones'],
  ];
  const problems: FieldProblem[] = [];
  const known = regionFacts(region)?.zones;
  const unknown = known === undefined ? [] : zones.filter((zone) => !known.includes(zone));
  if (known !== undefined && unknown.length > 0) {
    const names = unknown.map((zone) => region + zone).join(', ');
    const message = `${region} has no ${names}; its zones are ${known.join(', ')}`;
    problems.push({ code: 'US1013', severity: 'error', path, involves, message });
  }
  const repeated = zones.filter((zone, index) => zones.indexOf(zone) !== index);
  if (repeated.length > 0) {
    const message = `${repeated.join(', ')} is listed twice`;
    problems.push({ code: 'US1020', severity: 'error', path, involves, message });
  }
  if (zones.length !== spec.network.zones) {
    const message = `${region} gets ${zones.length} zones (${zones.join(', ')}), and network.zones is ${spec.network.zones}`;
    const remedy = `List ${spec.network.zones} letters, or set network.zones to ${zones.length}.`;
    problems.push({ code: 'US1013', severity: 'error', path, involves, message, remedy });
  }
  return problems;
}
