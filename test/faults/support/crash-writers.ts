import type { GraphqlCaller } from '../../support/graphql-caller.js';

/** Ids of the demo that a first embedded start leaves in `demo.json`. */
export interface DemoFile {
  readonly email: string;
  readonly password: string;
  readonly userId: string;
  readonly memberId: string;
  readonly userMemberId: string;
  readonly spaceId: string;
  readonly resourceType: string;
  readonly action: string;
  readonly allowedResourceId: string;
  readonly apiKey: string;
}

/** A Member that was asked for; with its id once the server has said that it is there. */
export interface CreatedMember {
  readonly input: { readonly spaceId: string; readonly displayName: string; readonly externalId: string; readonly idempotencyKey: string };
  id?: string;
}

/** A Member that one writer changes, one change after the other. */
export interface UpdatedMember {
  readonly id: string;
  /** Version and name that the server has acknowledged. */
  version: number;
  name: string;
  /** Name of a change that was sent and not answered. */
  pendingName?: string;
}

/** What the writers were told, over all rounds. */
export class AcknowledgedWrites {
  readonly created: CreatedMember[] = [];
  readonly updated: UpdatedMember[] = [];
  /** Audit events of decisions that were answered. */
  readonly decisions: string[] = [];
  /** Number of acknowledgements. */
  count = 0;
  private target = Number.POSITIVE_INFINITY;
  private reached: () => void = () => undefined;

  /** Resolves at the given number of further acknowledgements, in the turn in which the last of them came. */
  async further(count: number): Promise<void> {
    this.target = this.count + count;
    await new Promise<void>((resolve) => {
      this.reached = resolve;
    });
  }

  acknowledge(): void {
    this.count++;
    if (this.count >= this.target) this.reached();
  }
}

type Write = () => Promise<void>;

/** Writers that go on until the server does not answer any more, or says that its database is gone; they resolve then. Any other failure rejects. */
export function startWriters(writes: AcknowledgedWrites, admin: GraphqlCaller, spaceId: string, demo: DemoFile, round: number): Promise<unknown> {
  const backend = admin.withApiKey(demo.apiKey);
  let number = 0;
  const create: Write = async () => {
    const name = `member ${round}.${++number}`;
    const member: CreatedMember = { input: { spaceId, displayName: name, externalId: name, idempotencyKey: name } };
    writes.created.push(member);
    await resend(admin, member);
  };
  const update = (member: UpdatedMember): Write => async () => {
    const displayName = `name ${round}.${++number}`;
    member.pendingName = displayName;
    const { member: answer } = await admin.mutate<{ member: { version: number } }>('updateMember', { id: member.id, displayName, expectedVersion: member.version }, 'member { version }');
    member.version = answer.version;
    member.name = displayName;
    delete member.pendingName;
  };
  const check: Write = async () => {
    const input = {
      actor: { userId: demo.userId, memberId: demo.memberId, userMemberId: demo.userMemberId, spaceId: demo.spaceId },
      resourceType: demo.resourceType, action: demo.action, resourceId: demo.allowedResourceId,
    };
    const answer = await backend.data<{ check: { decision: string; auditEventId: string } }>('query ($input: CheckInput!) { check(input: $input) { decision auditEventId } }', { input });
    if (answer.check.decision !== 'ALLOW') throw new Error('the demo reviewer was denied');
    writes.decisions.push(answer.check.auditEventId);
  };
  return Promise.all([create, create, create, ...writes.updated.map(update), check, check].map((write) => untilGone(write, writes)));
}

/** Sends the creation of a Member, again or for the first time. */
export async function resend(admin: GraphqlCaller, member: CreatedMember): Promise<void> {
  const answer = await admin.mutate<{ member: { id: string } }>('createMember', member.input, 'member { id }');
  member.id = answer.member.id;
}

async function untilGone(write: Write, writes: AcknowledgedWrites): Promise<void> {
  for (;;) {
    try {
      await write();
    } catch (error) {
      if (isGone(error)) return;
      throw error;
    }
    writes.acknowledge();
  }
}

// What fetch throws for a connection that was refused or broke, before the answer or inside it (its errors are not those of jest's
// realm); and what a server answers whose database is gone.
function isGone(error: unknown): boolean {
  const { message } = error as Error;
  return ['fetch failed', 'terminated'].includes(message) || message.includes('SERVICE_UNAVAILABLE');
}
