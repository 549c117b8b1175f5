import { queueArn } from '../../src/api/arns.ts';
import { functionSettings } from '../../src/api/function-settings.ts';
import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import {
  regionalName,
  type SiteFunctionName,
  type SiteNames,
  scopeOf,
  siteFunctionNames,
  siteNames,
} from '../../src/api/names.ts';
import { regionalStackSchema } from '../../src/api/regional-stack.ts';
import { bucket } from '../bucket.ts';
import { type CapabilityScope, capability } from '../builder/capability.ts';
import { ref } from '../builder/references.ts';
import { deadLetterQueue } from '../functions/dead-letter-queue.ts';
import { lambdaFunction } from '../functions/lambda-function.ts';
import { inRegion, inRegions } from '../in-region.ts';
import { functionPermissions } from '../permissions/function-permissions.ts';
import { policyDocument } from '../policy-document.ts';
import { allow, securityGroup } from './security-groups.ts';
import { commonNames, named, type StackCapability, zonesOf } from './stack.ts';

type Scope = CapabilityScope<typeof regionalStackSchema>;

/**
 * The Lambda functions of a site. Their bundles come as objects of the code bucket, under keys that name their content,
 * so a new bundle is a new key in `spec.code` and a plain update. Without `spec.code` there are no functions.
 */
export function functions(app: MultiRegionApp): StackCapability {
  const scope = scopeOf(app);
  const names = commonNames(app);
  return capability(regionalStackSchema, (stack) => {
    const { xr } = stack;
    const { region } = xr.spec;
    const code = bucket(stack, 'code-bucket', {
      region,
      name: inRegion(region, (each) => siteNames({ ...scope, region: each }).codeBucket),
      tags: named(xr, regionalName(scope, 'code')),
      deletion: app.spec.deletion,
    });
    xr.status.buckets.code.from(code.status.atProvider.id);

    deadLetterQueue(stack, { region, name: names.deadLetterQueue, tags: named(xr, names.deadLetterQueue) });
    functionAccess(app, stack);
    for (const name of siteFunctionNames) {
      oneFunction(app, name, stack);
    }
  });
}

/** To the database, to AWS, and to the applications of both sites. */
function functionAccess(app: MultiRegionApp, stack: Scope): void {
  const { certificate, database } = app.spec;
  const group = securityGroup(
    stack,
    'function',
    regionalName(scopeOf(app), 'function-sg'),
    'Functions that talk to the database',
  );
  allow(stack, 'function-to-database', database.port, { from: group, to: { name: 'database-security-group' } });
  for (const port of certificate === 'None' ? [80, 443] : [443]) {
    allow(stack, `function-to-internet-${port}`, port, { from: group, to: '0.0.0.0/0' });
  }
}

function oneFunction(app: MultiRegionApp, name: SiteFunctionName, stack: Scope): void {
  const { xr } = stack;
  const scope = scopeOf(app);
  const names = commonNames(app);
  const functionName = names.functions[name];
  const { region, peerRegion } = xr.spec;
  const own = (write: (names: SiteNames) => string) =>
    inRegion(region, (each) => write(siteNames({ ...scope, region: each })));
  const made = lambdaFunction(stack, name, {
    region,
    functionName,
    settings: functionSettings[name],
    roleName: own(({ roles }) => roles[name]),
    policy: inRegions(region, peerRegion, (here, there) =>
      policyDocument(functionPermissions(app, name, { ...scope, region: here }, { ...scope, region: there })),
    ),
    codeBucket: own(({ codeBucket }) => codeBucket),
    codeKey: xr.spec.code[name],
    environment: { UNDERSTUDY_SITE: xr.spec.site, UNDERSTUDY_PARAMETERS: names.parameterPrefix },
    deadLetterQueue: inRegion(region, (each) => queueArn({ ...scope, region: each }, names.deadLetterQueue)),
    ...(functionSettings[name].inVpc ? { vpc: vpcOf(app) } : {}),
    tags: named(xr, functionName),
    roleTags: xr.spec.tags,
  });
  xr.status.functions[name].from(made.status.atProvider.arn);
}

function vpcOf(app: MultiRegionApp) {
  return {
    subnetIdRefs: zonesOf(app).map((zone) => ref(`subnet-application-${zone}`)),
    securityGroupIdRefs: [ref('function-security-group')],
  };
}
