import type { Construct } from 'constructs';
import { userKinds } from '../src/api/kinds.ts';
import type { MultiRegionApp as App, MultiRegionAppInput } from '../src/api/multi-region-app.ts';
import { apiVersion } from '../src/api/object-meta.ts';
import { problemOf, throwOnErrors } from '../src/api/problems.ts';
import { validate } from '../src/api/validate.ts';
import { AppObjects } from './app-objects.ts';
import type { LambdaBundle } from './lambda-bundles.ts';

type Spec = NonNullable<MultiRegionAppInput['spec']>;

/** What `spec` of a MultiRegionApp file holds, field by field; docs/reference/multi-region-app.md describes each. */
export interface MultiRegionAppProps {
  /** First part of every AWS name. @default the construct's id */
  readonly name?: string;
  /** Namespace of the objects. @default 'default' */
  readonly namespace?: string;
  /** Last part of every AWS name. @default 'dev' */
  readonly environment?: Spec['environment'];
  /** AWS account. @default a placeholder: enough to synthesize and read, not to apply */
  readonly accountId?: Spec['accountId'];
  /** Name of the application in DNS. @default 'none' */
  readonly domain?: Spec['domain'];
  /** Tags for every resource that takes tags. @default {} */
  readonly tags?: Spec['tags'];
  /** The site that is active by design. @default us-east-1, 10.0.0.0/16 */
  readonly primary?: Spec['primary'];
  /** The site that takes over. @default us-west-2, 10.1.0.0/16 */
  readonly secondary?: Spec['secondary'];
  /** Shape of both VPCs. @default two zones, a NAT gateway in each */
  readonly network?: Spec['network'];
  /** The application's instances. @default two t3.small in each site, on port 8080 */
  readonly instances?: Spec['instances'];
  /** The relational database. @default PostgreSQL 16 on db.t3.medium, 100 GiB */
  readonly database?: Spec['database'];
  /** DynamoDB global tables. @default one table, `sessions` */
  readonly tables?: Spec['tables'];
  /** Who is told of alarms and operations. @default nobody */
  readonly notifications?: Spec['notifications'];
  /** Recovery time and data loss to stay within. @default 5m and 1m */
  readonly objectives?: Spec['objectives'];
  /** How an outage is told from a blip. @default three failures, 10 s apart */
  readonly detection?: Spec['detection'];
  /** When to act without being asked. @default automatically */
  readonly failover?: Spec['failover'];
  /** Where Understudy itself runs. @default in none of the application's regions, with IRSA */
  readonly operations?: Spec['operations'];
  /** Third region, for a second copy of the takeover marker. @default chosen by a table */
  readonly witness?: Spec['witness'];
  /** What deleting the objects means for AWS. @default 'Destroyable' */
  readonly deletion?: Spec['deletion'];
  /** Kind of the Route 53 records. @default 'failover' */
  readonly routing?: Spec['routing'];
  /** What moves the traffic. @default the takeover marker */
  readonly traffic?: Spec['traffic'];
  /** Certificates of the load balancers. @default managed in an existing zone, else none */
  readonly certificate?: Spec['certificate'];
  /** Code of the Lambda functions, from `readLambdaBundles().built`. @default none: no functions */
  readonly bundles?: readonly LambdaBundle[];
  /** Where the compositions go, which are of no namespace. @default here */
  readonly compositions?: Construct;
}

/**
 * An application in two regions, for a cdk8s app of your own. The cluster needs the charts `0000-packages` and `0001-platform` of
 * `npx cdk8s synth` too.
 *
 * @throws UnderstudyError with every problem of the props at once.
 * @example
 * new MultiRegionApp(chart, 'trading', { namespace: 'trading', accountId: '111122223333', instances: { count: 4 } });
 */
export class MultiRegionApp extends AppObjects {
  constructor(scope: Construct, id: string, props: MultiRegionAppProps = {}) {
    const { bundles = [], compositions, ...settings } = props;
    super(scope, id, {
      app: appOf(id, settings),
      bundles,
      ...(compositions === undefined ? {} : { compositions }),
    });
  }
}

function appOf(
  id: string,
  { name = id, namespace, ...spec }: Omit<MultiRegionAppProps, 'bundles' | 'compositions'>,
): App {
  const kind = userKinds.find((each) => each.kind === 'MultiRegionApp');
  if (kind === undefined) {
    throw new Error('MultiRegionApp is not among the kinds');
  }
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }) };
  const { object, problems } = validate(kind, { apiVersion, kind: kind.kind, metadata, spec });
  throwOnErrors(problems.map((problem) => problemOf(problem, `MultiRegionApp ${id}`, undefined)));
  if (object?.kind !== 'MultiRegionApp') {
    throw new Error(`MultiRegionApp ${id} was neither accepted nor refused`);
  }
  return object;
}
