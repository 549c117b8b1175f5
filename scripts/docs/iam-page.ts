import { controllerPolicy } from '../../compositions/permissions/controller-policy.ts';
import { functionPermissions, witnessPermissions } from '../../compositions/permissions/function-permissions.ts';
import { unscopedActions } from '../../compositions/permissions/unscoped-actions.ts';
import { type PolicyDocument, policyOf } from '../../compositions/policy-document.ts';
import type { MultiRegionApp } from '../../src/api/multi-region-app.ts';
import { scopeOf, siteFunctionNames } from '../../src/api/names.ts';

/** Reference page of what Understudy's own roles may do, as an example for one application. */
export function iamPage(app: MultiRegionApp): string {
  const scope = scopeOf(app);
  const own = { ...scope, region: app.spec.secondary.region };
  const peer = { ...scope, region: app.spec.primary.region };
  return [
    '# Permissions in AWS',
    'Every role is made for one purpose. No policy has an action with a `*`. Resources are ARNs, but for the actions below, which AWS grants on everything or not at all.',
    "ARNs below are those of an application `trading` with every default. `understudy iam-policy FILE` prints the controller's policy for yours.",
    '## Actions without a resource level',
    table(
      ['Action', 'Why it has no resource'],
      Object.entries(unscopedActions).map(([action, why]) => [code(action), why]),
    ),
    '## The controller',
    permissions(controllerPolicy(app)),
    ...siteFunctionNames.flatMap((name) => [
      `## The ${name} function`,
      `As it is in \`${own.region}\`; in the other site the regions change places.`,
      permissions(policyOf(functionPermissions(app, name, own, peer))),
    ]),
    '## The witness function',
    'With `detection.witness`, in the region of the witness.',
    permissions(policyOf(witnessPermissions(withWitness(app)))),
  ]
    .join('\n\n')
    .concat('\n');
}

function withWitness({ spec, ...app }: MultiRegionApp): MultiRegionApp {
  return { ...app, spec: { ...spec, detection: { ...spec.detection, witness: true } } };
}

function permissions({ Statement }: PolicyDocument): string {
  const rows = Statement.map(({ Action, Resource, Condition }) => [
    Action.map(code).join('<br>'),
    Resource.map(code).join('<br>'),
    Condition === undefined ? '' : code(JSON.stringify(Condition)),
  ]);
  return table(['Actions', 'Resources', 'Condition'], rows);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function code(text: string): string {
  return `\`${text}\``;
}
