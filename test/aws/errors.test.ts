import { describe, expect, it } from '@jest/globals';
import { codeTable, portErrorOf } from '../../src/aws/errors.ts';
import { PortError } from '../../src/failover/port-error.ts';

/** An SDK's error, as its deserializers make them. */
function answered(name: string, httpStatusCode: number): Error {
  return Object.assign(new Error(`${name}: as AWS words it`), { name, $metadata: { httpStatusCode } });
}

function socketError(code: string, more: object = {}): Error {
  return Object.assign(new Error(`${code}: as Node words it`), { code, ...more });
}

const kinds = ['Retryable', 'NotYet', 'Refused'] as const;
const rows = kinds.flatMap((kind) => codeTable[kind].map((code) => [code, kind] as const));

describe('portErrorOf', () => {
  it.each(rows)('%s is %s, whatever the call and the status', (code, kind) => {
    for (const nature of ['read', 'mutate'] as const) {
      for (const status of [400, 403, 500, 503]) {
        expect(portErrorOf(answered(code, status), nature)).toMatchObject({ kind, code });
      }
    }
  });

  it('has no code in two rows', () => {
    const codes = rows.map(([code]) => code.replace(/(Fault|Exception)$/, ''));
    expect(new Set(codes).size).toBe(codes.length);
  });

  it.each([
    ['InvalidDBInstanceStateFault', 'NotYet'],
    ['ThrottlingException', 'Retryable'],
    ['ResourceNotFoundException', 'Refused'],
    ['ProvisionedThroughputExceededException', 'Retryable'],
  ])('knows %s by the name that the SDK gives it', (name, kind) => {
    expect(portErrorOf(answered(name, 400), 'mutate').kind).toBe(kind);
  });

  it.each([
    ['an unknown 4xx', answered('SomethingNew', 418), 'Refused', 'Refused'],
    ['an unknown 429', answered('SomethingNew', 429), 'Retryable', 'Retryable'],
    ['a 500', answered('InternalFailure', 500), 'Retryable', 'OutcomeUnknown'],
    ['a 503 that does not say throttled', answered('ServiceUnavailable', 503), 'Retryable', 'OutcomeUnknown'],
    ['an answer that cannot be read', answered('SyntaxError', 200), 'Retryable', 'OutcomeUnknown'],
    ['a connection reset in use', socketError('ECONNRESET', { syscall: 'read' }), 'Retryable', 'OutcomeUnknown'],
    ['a broken pipe', socketError('EPIPE', { syscall: 'write' }), 'Retryable', 'OutcomeUnknown'],
    ['a hang-up', Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }), 'Retryable', 'OutcomeUnknown'],
    ['something that is no error', 'nonsense', 'Retryable', 'OutcomeUnknown'],
  ] as const)('%s: a read may be repeated, a mutation may have happened', (_what, error, read, mutate) => {
    expect(portErrorOf(error, 'read').kind).toBe(read);
    expect(portErrorOf(error, 'mutate').kind).toBe(mutate);
  });

  it.each([
    ['refused', socketError('ECONNREFUSED', { syscall: 'connect' })],
    ['reset while connecting', socketError('ECONNRESET', { syscall: 'connect' })],
    ['timed out while connecting', socketError('ETIMEDOUT', { syscall: 'connect' })],
    ['no route', socketError('EHOSTUNREACH', { syscall: 'connect' })],
    ['no such name', socketError('ENOTFOUND', { syscall: 'getaddrinfo' })],
    ['no DNS', socketError('EAI_AGAIN', { syscall: 'getaddrinfo' })],
    ['no credentials', Object.assign(new Error('none found'), { name: 'CredentialsProviderError' })],
    ['an error of another realm', new Error('AWS SDK error wrapper for Error: connect ECONNREFUSED 127.0.0.1:9')],
    [
      'the time to connect over',
      new Error('the request socket did not establish a connection with the server within …'),
    ],
    ['every address refused', new AggregateError([socketError('ECONNREFUSED'), socketError('ENETUNREACH')])],
  ])('%s: a mutation that was never sent may be repeated', (_what, error) => {
    expect(portErrorOf(error, 'mutate').kind).toBe('Retryable');
  });

  it('does not take one failed address for all', () => {
    const error = new AggregateError([socketError('ECONNREFUSED'), socketError('ECONNRESET', { syscall: 'read' })]);
    expect(portErrorOf(error, 'mutate').kind).toBe('OutcomeUnknown');
  });

  it('keeps what is a PortError already, and the cause of what is not', () => {
    const known = new PortError('NotYet', 'X', 'x');
    expect(portErrorOf(known, 'mutate')).toBe(known);
    const cause = answered('AccessDenied', 403);
    expect(portErrorOf(cause, 'read').cause).toBe(cause);
  });
});
