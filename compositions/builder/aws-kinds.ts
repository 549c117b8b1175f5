/**
 * The AWS services that compositions use, each with all of its kinds: `rds.Instance`, `route53.Record`. They are the
 * namespaced kinds of Crossplane v2 (`*.aws.m.upbound.io`). Another service is one line more.
 */
import type * as Rds from '@crossplane-models/provider-upjet-aws/rds.aws.m.upbound.io/v1beta1';
import type * as Route53 from '@crossplane-models/provider-upjet-aws/route53.aws.m.upbound.io/v1beta1';
import { kindsOf } from './kind.ts';

export const rds = kindsOf<typeof Rds>('rds.aws.m.upbound.io/v1beta1');
export const route53 = kindsOf<typeof Route53>('route53.aws.m.upbound.io/v1beta1');
