import { isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { RateBudget } from './rate-budget.js';

/** Addresses that are remembered at least. */
const MOST = 10_000;

interface Bucket {
  units: number;
  countedAt: number;
}

/** Token buckets of callers without credentials, by address, in the memory of one node. Whoever has not come while as many others came as are kept is forgotten. */
export class AddressBuckets {
  private young = new Map<string, Bucket>();
  private old = new Map<string, Bucket>();

  constructor(
    private readonly budget: RateBudget,
    private readonly most = MOST,
  ) {}

  /** Buckets held; at most twice as many as are kept. */
  get size(): number {
    return this.young.size + this.old.size;
  }

  /** Spends units of an address; gives undefined, or the seconds until they are there. */
  spend(ip: string | undefined, cost: number, now: number): number | undefined {
    const { size, rate } = this.budget;
    const bucket = this.filled(ip, now);
    const units = Math.min(cost, size);
    if (bucket.units < units) return (units - bucket.units) / rate;
    bucket.units -= units;
    return undefined;
  }

  /** True while an address has nothing left. */
  isSpent(ip: string | undefined, now: number): boolean {
    return this.filled(ip, now).units < 1;
  }

  private filled(ip: string | undefined, now: number): Bucket {
    const { size, rate } = this.budget;
    const bucket = this.bucket(networkOf(ip), now);
    bucket.units = Math.min(size, bucket.units + (Math.max(0, now - bucket.countedAt) / 1000) * rate);
    bucket.countedAt = Math.max(now, bucket.countedAt);
    return bucket;
  }

  private bucket(network: string, now: number): Bucket {
    const known = this.young.get(network);
    if (known !== undefined) return known;
    const bucket = this.old.get(network) ?? { units: this.budget.size, countedAt: now };
    if (this.young.size >= this.most) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(network, bucket);
    return bucket;
  }
}

// Who has one address of IPv6 has 2^64 of them.
function networkOf(ip = ''): string {
  return isIPv6(ip) ? (ipaddr.parse(ip) as ipaddr.IPv6).parts.slice(0, 4).map((part) => part.toString(16)).join(':') : ip;
}
