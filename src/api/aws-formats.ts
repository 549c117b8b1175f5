import { z } from 'zod';

/** `us-east-1`, `ap-southeast-2`, `us-gov-west-1`: the shape of a region's name; regions.ts knows which exist. */
export const regionSchema = z
  .string()
  .regex(/^[a-z]{2,4}(-[a-z]+)+-[0-9]$/, 'is not the name of an AWS region, such as us-east-1');

export const accountIdSchema = z.string().regex(/^[0-9]{12}$/, 'is not an AWS account id: twelve digits, in quotes');

export const arnSchema = z
  .string()
  .regex(
    /^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:[0-9]*:.+$/,
    'is not an ARN, such as arn:aws:sns:us-east-1:111122223333:ops',
  );

/** A DNS name of at least two labels, without a final dot; RFC 1035's limits, and `_` for labels such as `_health`. */
export const domainNameSchema = z
  .string()
  .min(3)
  .max(253)
  .regex(
    /^([a-z0-9_]([-a-z0-9_]{0,61}[a-z0-9])?\.)+[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/,
    'is not a domain name in lower case, such as trading.example.com',
  );

/** Shape only; whether the range is private, disjoint and large enough is for the cross-field rules. */
export const cidrSchema = z.cidrv4({ error: 'is not an IPv4 range, such as 10.0.0.0/16' });

export const portSchema = z.int().min(1).max(65_535);
