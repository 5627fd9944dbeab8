import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Actor } from '../../sdk/client/index.js';
import { Reports } from './reports.js';

/** What Polity keeps in `demo.json` about the demo that its first start has made. */
export interface DemoFile {
  readonly url: string;
  readonly apiKey: string;
  readonly userId: string;
  readonly memberId: string;
  readonly userMemberId: string;
  readonly spaceId: string;
  readonly resourceType: string;
  readonly action: string;
  readonly allowedResourceId: string;
  readonly deniedResourceId: string;
}

/** @throws Error when there is no demo: Polity has not been started yet, or runs on a database of its own */
export function readDemoFile(folder: string): DemoFile {
  const path = join(folder, 'demo.json');
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as DemoFile;
  } catch (cause) {
    throw new Error(`${path} cannot be read: start Polity first, with npm start`, { cause });
  }
}

/** Alice, two reports, and how Polity knows them: one lies in the groups that she approves for, one does not. */
export function demoData(demo: DemoFile): { people: ReadonlyMap<string, Actor>; reports: Reports; protects: { resourceType: string; action: string } } {
  const { userId, memberId, userMemberId, spaceId, resourceType, action } = demo;
  return {
    people: new Map([['alice', { userId, memberId, userMemberId, spaceId }]]),
    reports: new Reports([
      { id: 'er-001', title: 'Flight to Singapore (finance.apac)', amount: '1200.00 USD', resourceId: demo.allowedResourceId, status: 'submitted' },
      { id: 'er-002', title: 'Hotel in Munich (legal.emea)', amount: '480.00 EUR', resourceId: demo.deniedResourceId, status: 'submitted' },
    ]),
    protects: { resourceType, action },
  };
}
