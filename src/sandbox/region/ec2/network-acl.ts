import { containsCidr } from 'cidr-tools';
import type { NetworkAclConfig } from '../region-config.ts';

/** One entry of a network ACL. */
export interface AclEntry {
  readonly ruleNumber: number;
  readonly egress: boolean;
  readonly action: 'allow' | 'deny';
  /** IP protocol number, `-1` for all. */
  readonly protocol: string;
  readonly cidr: string;
  /** For TCP and UDP; absent means every port. */
  readonly ports?: { readonly from: number; readonly to: number };
}

/** As of a default network ACL: everything is allowed, and what no entry fits is denied. */
export const defaultEntries: readonly AclEntry[] = [false, true].flatMap((egress) => [
  { ruleNumber: 100, egress, action: 'allow' as const, protocol: '-1', cidr: '0.0.0.0/0' },
  { ruleNumber: 32767, egress, action: 'deny' as const, protocol: '-1', cidr: '0.0.0.0/0' },
]);

/**
 * The network ACL of the database subnets. It is stateless: a connection lives only while packets may pass in both
 * directions, so a deny cuts established ones too.
 *
 * Source: Amazon VPC User Guide, "Control subnet traffic with network access control lists".
 */
export class NetworkAcl {
  readonly config: NetworkAclConfig;
  #entries: readonly AclEntry[];
  readonly #listeners = new Set<() => void>();

  constructor(config: NetworkAclConfig, entries: readonly AclEntry[] = defaultEntries) {
    this.config = config;
    this.#entries = entries;
  }

  get entries(): readonly AclEntry[] {
    return this.#entries;
  }

  /** Replaces all entries, and tells those who watch. */
  replace(entries: readonly AclEntry[]): void {
    this.#entries = entries;
    for (const listener of this.#listeners) listener();
  }

  /** @returns a function that ends the watch. */
  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Whether the application may talk to a database port from one of its own ephemeral ports. */
  permits(databasePort: number, clientPort: number): boolean {
    return this.#verdict(false, databasePort) === 'allow' && this.#verdict(true, clientPort) === 'allow';
  }

  /** The first fitting entry by rule number decides. */
  #verdict(egress: boolean, port: number): 'allow' | 'deny' {
    const fitting = this.#entries
      .filter((entry) => entry.egress === egress && this.#fits(entry, port))
      .sort((a, b) => a.ruleNumber - b.ruleNumber);
    return fitting[0]?.action ?? 'deny';
  }

  #fits(entry: AclEntry, port: number): boolean {
    if (entry.protocol !== '-1' && entry.protocol !== tcp) return false;
    if (!containsCidr(entry.cidr, this.config.applicationCidr)) return false;
    if (entry.protocol === '-1' || entry.ports === undefined) return true;
    return entry.ports.from <= port && port <= entry.ports.to;
  }
}

const tcp = '6';
