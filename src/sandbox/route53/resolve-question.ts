import { chooseRecord } from './choose-record.ts';
import { canonicalName, type ZoneRecord } from './record.ts';

/** TTL of an alias for a load balancer, and of a load balancer's own name. */
const awsNameTtlSeconds = 60;

// Longer chains are loops: RFC 1034, section 3.6.2, wants them noticed.
const maxChain = 8;

export interface DnsAnswer {
  readonly name: string;
  readonly type: 'A' | 'CNAME' | 'TXT';
  readonly ttlSeconds: number;
  readonly value: string;
}

export interface Resolution {
  readonly code: 'NOERROR' | 'NXDOMAIN' | 'SERVFAIL';
  readonly answers: readonly DnsAnswer[];
}

/** Everything an answer depends on. */
export interface DnsView {
  readonly records: readonly ZoneRecord[];
  /** Of a health check, by id. */
  readonly isHealthy: (healthCheckId: string) => boolean;
  /** Of a load balancer, by name: whether it has a healthy target. */
  readonly targetIsHealthy: (hostname: string) => boolean;
  /** Address of an AWS name as this place sees it; null if it is none. */
  readonly addressOf: (hostname: string) => string | null;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
}

/**
 * Answers one question as a resolver in this place would: CNAMEs are followed through the zone to the AWS names behind
 * it, so the answer ends in an address. Aliases answer under the name that was asked for, with a TTL of 60 s.
 *
 * Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html
 */
export function resolveQuestion(name: string, type: string, view: DnsView): Resolution {
  return follow(name, type, view, maxChain);
}

/** @param hops CNAMEs and aliases that may still be followed. */
function follow(name: string, type: string, view: DnsView, hops: number): Resolution {
  const answers: DnsAnswer[] = [];
  let current = name;
  for (let left = hops; left > 0; left -= 1) {
    const step = resolveStep(current, type, view, left - 1);
    answers.push(...step.answers);
    if (step.next === null) {
      const code = step.exists || answers.length > 0 ? 'NOERROR' : 'NXDOMAIN';
      return { code, answers };
    }
    current = step.next;
  }
  return { code: 'SERVFAIL', answers: [] };
}

interface Step {
  readonly answers: readonly DnsAnswer[];
  /** The name to go on with. */
  readonly next: string | null;
  readonly exists: boolean;
}

function resolveStep(name: string, type: string, view: DnsView, hops: number): Step {
  const named = view.records.filter((record) => canonicalName(record.name) === canonicalName(name));
  const cname = type === 'CNAME' ? null : choose(named, 'CNAME', view);
  const chosen = cname ?? choose(named, type, view);
  if (chosen === null) {
    const address = named.length > 0 ? null : view.addressOf(canonicalName(name));
    const answers = address !== null && type === 'A' ? [answer(name, 'A', awsNameTtlSeconds, address)] : [];
    return { answers, next: null, exists: named.length > 0 || address !== null };
  }
  if (chosen.data.kind === 'Alias')
    return { answers: resolveAlias(name, type, chosen.data.target, view, hops), ...end };
  const { ttlSeconds, values } = chosen.data;
  const answers = values.map((value) => answer(name, chosen.type, ttlSeconds, value));
  return cname === null ? { answers, ...end } : { answers, next: values[0] ?? null, exists: true };
}

const end = { next: null, exists: true } as const;

function resolveAlias(name: string, type: string, target: string, view: DnsView, hops: number): readonly DnsAnswer[] {
  // An alias hides its target: the answer is the target's, under the alias's name.
  const { answers } = follow(target, type, view, hops);
  return answers.filter((found) => found.type === type).map((found) => ({ ...found, name }));
}

function choose(named: readonly ZoneRecord[], type: string, view: DnsView): ZoneRecord | null {
  const group = named.filter((record) => record.type === type);
  return chooseRecord(group, (record) => recordIsHealthy(record, view), view.random());
}

/**
 * By its health check and, for an alias that evaluates its target, by the target: a load balancer's targets, or whether
 * any record of that name is healthy.
 */
function recordIsHealthy(record: ZoneRecord, view: DnsView): boolean {
  if (record.healthCheckId !== undefined && !view.isHealthy(record.healthCheckId)) return false;
  if (record.data.kind === 'Values' || !record.data.evaluateTargetHealth) return true;
  const target = canonicalName(record.data.target);
  const others = view.records.filter((other) => other !== record && canonicalName(other.name) === target);
  if (others.length === 0) return view.targetIsHealthy(target);
  return others.some((other) => other.data.kind === 'Alias' || recordIsHealthy(other, view));
}

function answer(name: string, type: DnsAnswer['type'], ttlSeconds: number, value: string): DnsAnswer {
  return { name, type, ttlSeconds, value };
}
