import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EC2Client } from '@aws-sdk/client-ec2';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { RDSClient } from '@aws-sdk/client-rds';
import { Route53Client } from '@aws-sdk/client-route-53';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';

export interface AwsClientsOptions {
  /** Named in the user agent of every call, so that CloudTrail tells the controller's calls from the Lambda's. */
  readonly actor: string;
  /** The longest that one call may take, milliseconds. Half of it may go into connecting. */
  readonly callMs: number;
  /** One endpoint for all services, as `AWS_ENDPOINT_URL` gives it. @default the SDK's own choice */
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Calls under way to a service of a region at once; more wait. */
const connections = 500;

interface Destroyable {
  destroy(): void;
}

/**
 * The SDK's clients, one a service and region, made when first asked for. Connections stay open between calls: a look
 * every few seconds keeps them warm, so that a promotion does not begin with a TLS handshake.
 *
 * The SDK's own retries are off, because it would repeat a call whose outcome is unknown; the engine looks first.
 * Connecting has a limit of its own, shorter than the call's, so that a region that is gone shows as a call that was
 * never sent. The limit of the whole call is {@link readCall}'s and {@link mutatingCall}'s.
 *
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html for `AWS_ENDPOINT_URL` and
 * `AWS_ENDPOINT_URL_<SERVICE>`, which the SDK itself honours.
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/feature-appid.html for the application id in the user agent.
 */
export class AwsClients {
  readonly #options: AwsClientsOptions;
  readonly #clients = new Map<string, Destroyable>();

  constructor(options: AwsClientsOptions) {
    this.#options = options;
  }

  rds(region: string): RDSClient {
    return this.#once('rds', region, () => new RDSClient(this.#config(region)));
  }

  dynamoDb(region: string): DynamoDBClient {
    return this.#once('dynamodb', region, () => new DynamoDBClient(this.#config(region)));
  }

  s3(region: string): S3Client {
    // With an endpoint of one's own there are no `<bucket>.` names below it.
    const forcePathStyle = this.#endpointOf('S3') !== undefined;
    return this.#once('s3', region, () => new S3Client({ ...this.#config(region), forcePathStyle }));
  }

  cloudWatch(region: string): CloudWatchClient {
    return this.#once('cloudwatch', region, () => new CloudWatchClient(this.#config(region)));
  }

  autoScaling(region: string): AutoScalingClient {
    return this.#once('autoscaling', region, () => new AutoScalingClient(this.#config(region)));
  }

  loadBalancing(region: string): ElasticLoadBalancingV2Client {
    return this.#once('elbv2', region, () => new ElasticLoadBalancingV2Client(this.#config(region)));
  }

  ec2(region: string): EC2Client {
    return this.#once('ec2', region, () => new EC2Client(this.#config(region)));
  }

  sns(region: string): SNSClient {
    return this.#once('sns', region, () => new SNSClient(this.#config(region)));
  }

  ssm(region: string): SSMClient {
    return this.#once('ssm', region, () => new SSMClient(this.#config(region)));
  }

  /** Route 53 has one endpoint, whose signatures name us-east-1. Not for the failover path. */
  route53(): Route53Client {
    return this.#once('route53', 'us-east-1', () => new Route53Client(this.#config('us-east-1')));
  }

  /** S3 as anybody on the Internet meets it: without a signature. */
  anonymousS3(region: string): S3Client {
    const forcePathStyle = this.#endpointOf('S3') !== undefined;
    const signer = { sign: async <Request>(request: Request) => request };
    return this.#once('anonymous-s3', region, () => new S3Client({ ...this.#config(region), forcePathStyle, signer }));
  }

  /** Ends every connection; calls under way fail. */
  close(): void {
    for (const client of this.#clients.values()) client.destroy();
    this.#clients.clear();
  }

  #once<Client extends Destroyable>(service: string, region: string, create: () => Client): Client {
    const key = `${service} ${region}`;
    // The key pairs each service with its own class, which the map's type cannot say.
    const client = (this.#clients.get(key) as Client | undefined) ?? create();
    this.#clients.set(key, client);
    return client;
  }

  #config(region: string) {
    const { actor, callMs, endpoint, credentials } = this.#options;
    return {
      region,
      maxAttempts: 1,
      userAgentAppId: applicationId(actor),
      requestHandler: {
        connectionTimeout: Math.ceil(callMs / 2),
        // The SDK's fifty would be taken by calls to a region that does not answer, and the wait for one of them counts
        // as connecting.
        httpsAgent: { keepAlive: true, maxSockets: connections },
        httpAgent: { keepAlive: true, maxSockets: connections },
      },
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(credentials === undefined ? {} : { credentials }),
    };
  }

  #endpointOf(service: string): string | undefined {
    return this.#options.endpoint ?? process.env[`AWS_ENDPOINT_URL_${service}`] ?? process.env.AWS_ENDPOINT_URL;
  }
}

/** At most 50 characters of those that a user agent may carry. */
function applicationId(actor: string): string {
  return actor.replaceAll(/[^A-Za-z0-9!$%&*+.^_`|~-]/g, '-').slice(0, 50);
}
