import { ApiException } from '@kubernetes/client-node';
import { UnderstudyError } from '../../api/errors.ts';
import { apiGroup } from '../../api/object-meta.ts';

/** What was asked of the API server, for the message that says what became of it. */
export interface Asked {
  readonly verb: 'get' | 'list' | 'watch' | 'create' | 'patch';
  /** With its group, such as `failovers.understudy.dev`. */
  readonly resource: string;
  readonly name?: string | undefined;
  /** Absent: all of them. */
  readonly namespace?: string | undefined;
}

/** As much of a Kubernetes Status as is read here. */
interface Status {
  readonly reason?: string;
  readonly message?: string;
}

/** How much of an answer that nobody expected is shown. */
const longestReason = 300;

/** The error that an operator can act on, of whatever the client threw. */
export function clusterError(error: unknown, asked: Asked, server: string): UnderstudyError {
  if (!(error instanceof ApiException)) return unreachable(error, server);
  const { message = `HTTP ${error.code}`, reason } = statusIn(error.body);
  switch (error.code) {
    case 401:
      return new UnderstudyError('US3003', `${server} does not accept your credentials`, {
        cause: error,
        remedy: 'Log in to the cluster again; `kubectl auth whoami` shows who you are to it.',
      });
    case 403:
      return forbidden(error, asked);
    case 404:
      return reason === 'NotFound' && asked.name !== undefined
        ? new UnderstudyError('US3002', `there is no ${asked.resource} ${asked.name}${inNamespace(asked)}`, {
            cause: error,
          })
        : new UnderstudyError('US3010', `${server} knows no ${asked.resource}`, { cause: error });
    case 400:
    case 409:
    case 422:
      return new UnderstudyError('US3011', message, { cause: error });
    default:
      return new UnderstudyError('US3001', `${server} answers ${asked.verb} ${asked.resource}: ${message}`, {
        cause: error,
        remedy: 'Try again; `kubectl get --raw /readyz?verbose` shows what is wrong with the API server.',
      });
  }
}

/** There is none of that name: the kind is known, and who asks may look. */
export function isNotFound(error: unknown): boolean {
  return error instanceof UnderstudyError && error.code === 'US3002';
}

export function isForbidden(error: unknown): boolean {
  return error instanceof UnderstudyError && error.code === 'US3003';
}

function unreachable(error: unknown, server: string): UnderstudyError {
  return new UnderstudyError('US3001', `${server} does not answer: ${reasonOf(error)}`, { cause: error });
}

/** fetch says `fetch failed`, and keeps the reason in its cause: of several addresses, one each. */
function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Failure;
  if (name === 'TimeoutError') return 'nothing came in time';
  return cause?.errors?.[0]?.message ?? (cause?.message || message || String(error));
}

interface Failure {
  readonly name?: string;
  readonly message?: string;
  readonly cause?: { readonly message?: string; readonly errors?: readonly { readonly message?: string }[] };
}

function forbidden(error: ApiException<unknown>, asked: Asked): UnderstudyError {
  const { verb, resource, namespace } = asked;
  const where = namespace === undefined ? '--all-namespaces' : `-n ${namespace}`;
  const otherwise = namespace === undefined ? ' Or ask for one namespace, with -n.' : '';
  return new UnderstudyError('US3003', `you may not ${verb} ${resource}${inNamespace(asked)}`, {
    cause: error,
    remedy: `Have your role allow it: apiGroups [${resource.slice(resource.indexOf('.') + 1)}], resources [${resource.split('.')[0]}], verbs [${verb}]. \`kubectl auth can-i ${verb} ${resource} ${where}\` shows when it does.${otherwise}`,
  });
}

function inNamespace({ namespace }: Asked): string {
  return namespace === undefined ? ' in all namespaces' : ` in namespace ${namespace}`;
}

/** The body comes as text where the client has no model for the answer's status. */
function statusIn(body: unknown): Status {
  if (typeof body !== 'string') return typeof body === 'object' && body !== null ? (body as Status) : {};
  try {
    return JSON.parse(body) as Status;
  } catch {
    return { message: body.trim().slice(0, longestReason) };
  }
}

/** `failovers` → `failovers.understudy.dev` */
export function withGroup(plural: string): string {
  return `${plural}.${apiGroup}`;
}
