import { AwsError, notImplemented } from './aws-error.ts';
import { type Operation, operationsByName } from './operation.ts';
import { type QueryDialect, readQueryInput } from './query-request.ts';
import type { Service, WireRequest, WireResponse } from './service.ts';
import { xmlMembers, xmlText } from './xml.ts';

export interface QueryServiceOptions {
  readonly signingName: string;
  /** Such as `http://rds.amazonaws.com/doc/2014-10-31/`. */
  readonly xmlNamespace: string;
  /** @default Query */
  readonly dialect?: QueryDialect;
  readonly operations: readonly Operation[];
}

/** A service that speaks awsQuery (RDS, Auto Scaling, ELB, SNS) or ec2Query: form-encoded in, XML out. */
export function queryService(options: QueryServiceOptions): Service {
  const { signingName, xmlNamespace } = options;
  const dialect = options.dialect ?? 'Query';
  const operations = operationsByName(options.operations);

  return {
    signingName,
    throttled:
      dialect === 'Ec2'
        ? new AwsError('RequestLimitExceeded', 'Request limit exceeded.', 503)
        : new AwsError('Throttling', 'Rate exceeded', 400),
    async identify(request) {
      const form = new URLSearchParams(request.body.toString('utf8'));
      const name = form.get('Action');
      if (name === null) throw new AwsError('MissingAction', 'The request names no Action.');
      const known = operations.get(name);
      return { operation: name, parameters: known ? readQueryInput(known.schema, form, dialect) : {} };
    },
    async perform(request, { operation: name, parameters }) {
      const known = operations.get(name);
      if (known === undefined) throw notImplemented(signingName, name);
      const output = await known.handle(parameters as object);
      const members = xmlMembers(known.schema[5], output);
      const body =
        dialect === 'Ec2'
          ? `<requestId>${request.requestId}</requestId>${members}`
          : `<${name}Result>${members}</${name}Result>` +
            `<ResponseMetadata><RequestId>${request.requestId}</RequestId></ResponseMetadata>`;
      return xml(200, request, `<${name}Response xmlns="${xmlNamespace}">${body}</${name}Response>`);
    },
    renderError(error, request) {
      const { code, message, httpStatus } = error;
      const inner = `<Code>${code}</Code><Message>${xmlText(message)}</Message>`;
      if (dialect === 'Ec2') {
        const errors = `<Errors><Error>${inner}</Error></Errors>`;
        return xml(httpStatus, request, `<Response>${errors}<RequestID>${request.requestId}</RequestID></Response>`);
      }
      const type = httpStatus < 500 ? 'Sender' : 'Receiver';
      const body = `<Error><Type>${type}</Type>${inner}</Error><RequestId>${request.requestId}</RequestId>`;
      return xml(httpStatus, request, `<ErrorResponse xmlns="${xmlNamespace}">${body}</ErrorResponse>`);
    },
  };
}

function xml(status: number, request: WireRequest, body: string): WireResponse {
  return {
    status,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': request.requestId },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}`,
  };
}
