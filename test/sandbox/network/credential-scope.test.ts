import { describe, expect, it } from '@jest/globals';
import { awsTargetOf, regionOfS3Host } from '../../../src/sandbox/network/credential-scope.ts';

const signed =
  'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261121/us-west-2/rds/aws4_request, SignedHeaders=host, Signature=ab';

describe('awsTargetOf', () => {
  it('reads region and service of a signed request from its credential scope', () => {
    expect(awsTargetOf({ authorization: signed, host: '127.1.2.3:20000' }, '/')).toEqual({
      region: 'us-west-2',
      service: 'rds',
    });
  });

  it('prefers the signature over the host', () => {
    expect(awsTargetOf({ authorization: signed, host: 'b.s3.eu-west-1.amazonaws.com' }, '/')?.region).toBe('us-west-2');
  });

  it('reads a presigned URL', () => {
    const url =
      '/bucket/key?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AK%2F20261121%2Feu-west-1%2Fs3%2Faws4_request';
    expect(awsTargetOf({}, url)).toEqual({ region: 'eu-west-1', service: 's3' });
  });

  it('reads the region of an anonymous object read from its host', () => {
    expect(awsTargetOf({ host: 'markers.s3.ap-southeast-2.amazonaws.com:20000' }, '/takeover/2')).toEqual({
      region: 'ap-southeast-2',
      service: 's3',
      bucket: 'markers',
    });
  });

  it.each([
    [{}],
    [{ host: '127.0.0.1:8080' }],
    [{ authorization: 'Bearer abc' }],
    [{ host: 'rds.us-east-1.amazonaws.com' }],
  ])('finds no region in %j', (headers) => {
    expect(awsTargetOf(headers, '/')).toBeNull();
  });
});

describe('regionOfS3Host', () => {
  it.each([
    ['b.s3.us-east-1.amazonaws.com', 'us-east-1'],
    ['a.b.s3.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
    ['B.S3.us-east-1.AMAZONAWS.com', 'us-east-1'],
    ['s3.us-east-1.amazonaws.com', 'us-east-1'],
    ['b.s3-us-west-2.amazonaws.com', 'us-west-2'],
    ['b.s3.amazonaws.com', null],
    ['us-east-1.example.com', null],
    ['b.s3.us-east-1.amazonaws.com.example.com', null],
  ])('%s: %s', (hostname, region) => {
    expect(regionOfS3Host(hostname)).toBe(region);
  });
});
