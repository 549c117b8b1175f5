import type { ApiObjectProps } from 'cdk8s';
import { apiGroup, apiVersionName } from '../src/api/object-meta.ts';
import { breakGlassGroup, controllerNamespace, controllerServiceAccount, serviceAccountUser } from './cluster-names.ts';

const name = 'understudy-failover';

/**
 * Lets nobody but the controller set, change or remove `spec.failover`: a `kubectl replace`, a GitOps tool that prunes
 * fields, or a hasty edit would promote a database, or attach one to another. Everything else of the objects stays open,
 * and Crossplane's own updates change nothing there.
 *
 * Deleting is not guarded: an object that is made anew comes without the field, and nothing that depends on a role is
 * composed before the controller has asked the journal.
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
 */
export function failoverGuard(): ApiObjectProps[] {
  const controller = serviceAccountUser(controllerNamespace, controllerServiceAccount);
  return [
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name },
      spec: {
        // An API server that cannot evaluate the rule must not let a change through.
        failurePolicy: 'Fail',
        matchConstraints: {
          resourceRules: [
            {
              apiGroups: [apiGroup],
              apiVersions: [apiVersionName],
              operations: ['CREATE', 'UPDATE'],
              resources: ['regionalstacks', 'globalservices'],
            },
          ],
        },
        matchConditions: [
          { name: 'not-the-controller', expression: `request.userInfo.username != '${controller}'` },
          { name: 'not-break-glass', expression: `!('${breakGlassGroup}' in request.userInfo.groups)` },
        ],
        validations: [
          {
            expression:
              "request.operation == 'CREATE' ? !object.?spec.?failover.hasValue() : object.?spec.?failover == oldObject.?spec.?failover",
            message: `spec.failover is written by the controller alone, from the journal. Leave it as it is: use kubectl apply, not replace. To change it by hand while the controller is away, act as a member of the group ${breakGlassGroup} (docs/guides/first-application.md).`,
            reason: 'Forbidden',
          },
        ],
      },
    },
    {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name },
      spec: { policyName: name, validationActions: ['Deny'] },
    },
  ];
}
