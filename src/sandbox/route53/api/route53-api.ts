import { type Listener, listen } from '../../region/listener.ts';
import { createApiServer } from '../../region/wire/api-server.ts';
import { type AwsCall, CallLog } from '../../region/wire/call-log.ts';
import { type Fault, Faults } from '../../region/wire/faults.ts';
import type { Route53 } from '../route53.ts';
import { route53Service } from './route53-service.ts';

/** Route 53's API of a world: one endpoint, wherever it is called from. */
export interface Route53Api extends Listener {
  /** Oldest first. */
  readonly calls: readonly AwsCall[];
  addFault(fault: Fault): void;
}

/** @param zoneName of the world's hosted zone, without a dot at the end. */
export async function startRoute53Api(route53: Route53, zoneName: string): Promise<Route53Api> {
  const faults = new Faults();
  const callLog = new CallLog(() => {});
  const server = createApiServer({
    region: 'us-east-1',
    services: [route53Service(route53, zoneName)],
    anonymousService: 'route53',
    faults,
    callLog,
  });
  const listener = await listen(server);
  return {
    port: listener.port,
    close: listener.close,
    get calls() {
      return callLog.calls;
    },
    addFault: (fault) => faults.add(fault),
  };
}
