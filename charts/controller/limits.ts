import type { ApiObjectProps } from 'cdk8s';
import { apiGroup, apiVersionName } from '../../src/api/object-meta.ts';
import { controllerNamespace, controllerServiceAccount, serviceAccountUser } from '../cluster-names.ts';
import { pausedKinds } from './application-access.ts';
import { objectLabels } from './installation.ts';

/**
 * What RBAC cannot say: of the objects that the controller may patch, it may change just what is its own. A managed
 * resource it may pause, and a composite resource it may pause and give roles; what they are stays Git's and Crossplane's.
 * Somebody who takes over the process cannot open a database to the world with its rights.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
 */
export function controllerLimits(): ApiObjectProps[] {
  return [
    ...limit('understudy-controller-pauses', {
      resources: pausedKinds.map(({ group, plural }) => ({ apiGroups: [group], resources: [plural] })),
      expression: 'object.spec == oldObject.spec',
      message: 'the controller pauses managed resources, and changes nothing of what they are',
    }),
    ...limit('understudy-controller-roles', {
      resources: [{ apiGroups: [apiGroup], resources: ['regionalstacks', 'globalservices'] }],
      expression: `${sameBut('failover', 'object.spec', 'oldObject.spec')} && ${sameBut('failover', 'oldObject.spec', 'object.spec')}`,
      message: 'the controller writes spec.failover, and nothing else of the spec',
    }),
  ];
}

interface Limit {
  readonly resources: readonly { readonly apiGroups: readonly string[]; readonly resources: readonly string[] }[];
  readonly expression: string;
  readonly message: string;
}

function limit(name: string, { resources, expression, message }: Limit): ApiObjectProps[] {
  const controller = serviceAccountUser(controllerNamespace, controllerServiceAccount);
  const metadata = { name, labels: objectLabels };
  return [
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata,
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: {
          resourceRules: resources.map((which) => ({
            ...which,
            apiVersions: which.apiGroups.includes(apiGroup) ? [apiVersionName] : ['*'],
            operations: ['UPDATE'],
          })),
        },
        matchConditions: [{ name: 'the-controller', expression: `request.userInfo.username == '${controller}'` }],
        validations: [{ expression, message, reason: 'Forbidden' }],
      },
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: { policyName: name, validationActions: ['Deny'] },
    },
  ];
}

/** Every field of one is in the other, with the same value, but for one key. */
function sameBut(key: string, one: string, other: string): string {
  return `${one}.all(k, k == '${key}' || (k in ${other} && ${one}[k] == ${other}[k]))`;
}
