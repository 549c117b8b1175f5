import type { ApiObjectProps } from 'cdk8s';
import { metricsPort } from '../../src/api/controller-flags.ts';
import { type Installation, ownMetadata, podLabels } from './installation.ts';

/**
 * Lets Prometheus in, and out what the controller talks to. Addresses are not limited: those of AWS, of load balancers
 * and of databases are many, and change. The kubelet's probes come from the node, which no policy keeps out.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/network-policies/
 */
export function networkPolicy(installation: Installation): ApiObjectProps {
  const { settings, egressPorts } = installation;
  const { metricsNamespace } = settings.network;
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: ownMetadata(installation),
    spec: {
      podSelector: { matchLabels: podLabels(installation) },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        {
          from: [
            {
              namespaceSelector:
                metricsNamespace === undefined
                  ? {}
                  : { matchLabels: { 'kubernetes.io/metadata.name': metricsNamespace } },
            },
          ],
          ports: [{ protocol: 'TCP', port: metricsPort }],
        },
      ],
      egress: [
        // Anywhere: a node-local resolver has an address of its own, and the DNS vantage asks name servers of zones.
        { ports: ['UDP', 'TCP'].map((protocol) => ({ protocol, port: 53 })) },
        { ports: egressPorts.map((port) => ({ protocol: 'TCP', port })) },
      ],
    },
  };
}
