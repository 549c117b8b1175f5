import { excludeCidr } from 'cidr-tools';
import { z } from 'zod';

/**
 * The addresses that Route 53's health checkers in the commercial partition come from. IPv4 alone: an endpoint that is
 * given by its name is looked up and asked over IPv4 only. A range that is missing here makes its checkers blind, which a
 * readiness finding tells; AWS announces changes of the list.
 *
 * Sources: service ROUTE53_HEALTHCHECKS of https://ip-ranges.amazonaws.com/ip-ranges.json, and the operation
 * GetCheckerIpRanges, which lists the same, with 15.177.0.0/18 in parts; "How Route 53 determines whether a health check
 * is healthy", Amazon Route 53 Developer Guide. Written down from published copies of both.
 */
export const healthCheckerRanges: readonly string[] = [
  '15.177.0.0/18',
  '54.183.255.128/26',
  '54.228.16.0/26',
  '54.232.40.64/26',
  '54.241.32.64/26',
  '54.243.31.192/26',
  '54.244.52.192/26',
  '54.245.168.0/26',
  '54.248.220.0/26',
  '54.250.253.192/26',
  '54.251.31.128/26',
  '54.252.79.128/26',
  '54.252.254.192/26',
  '54.255.254.192/26',
  '107.23.255.0/26',
  '176.34.159.192/26',
  '177.71.207.128/26',
];

/** Not before this day was {@link healthCheckerRanges} written down, UTC. */
export const healthCheckerRangesWrittenOn = '2026-11-01';

const rangeSchema = z.union([z.cidrv4(), z.ipv4()]);

/**
 * What of the ranges lies in none of the allowed ones. IPv6 ranges, and texts that are no range, count for nothing on
 * either side.
 *
 * @example
 * rangesOutside(['10.0.0.0/24', '10.0.1.0/24'], ['10.0.0.0/24']); // ['10.0.1.0/24']
 */
export function rangesOutside(ranges: readonly string[], allowed: readonly string[]): string[] {
  const isRange = (text: string): boolean => rangeSchema.safeParse(text).success;
  return excludeCidr(ranges.filter(isRange), allowed.filter(isRange));
}
