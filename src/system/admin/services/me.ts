import { createServiceRef } from '../../../kernel/services/index.js';
import { sql, type SqlExecutor } from '../../../persistence/index.js';
import { reach, type CallerGrant, type KernelStatus, type RequestContext } from '../../shared/contracts/index.js';
import { demoPresent } from './setup/demo-presence.js';

/** Where one permission of the caller reaches. */
export interface HeldPermission {
  readonly key: string;
  readonly reach: { readonly instance: boolean; readonly spaces: readonly string[]; readonly groups: readonly string[] };
}

/** Something that the caller should know about this instance. */
export interface Warning {
  readonly code: string;
  readonly message: string;
}

/** Who the caller is and what it may do with the control plane. */
export interface Myself {
  readonly credentialKind: string;
  readonly sessionId: string | undefined;
  readonly user: { readonly id: string; readonly email: string; readonly displayName: string | null } | undefined;
  readonly activeMember: { readonly id: string; readonly displayName: string; readonly spaceId: string; readonly userMemberId: string | undefined } | undefined;
  readonly apiKey: { readonly id: string; readonly name: string; readonly level: string; readonly expiresAt: Date | null } | undefined;
  readonly grants: readonly CallerGrant[];
  readonly permissions: readonly HeldPermission[];
  readonly warnings: readonly Warning[];
  readonly expiresAt: Date | undefined;
}

/** Tells a caller about itself. */
export class MeService {
  constructor(
    private readonly database: SqlExecutor,
    private readonly kernel: KernelStatus,
  ) {}

  async read(context: RequestContext): Promise<Myself> {
    const { caller } = context;
    const isKey = caller.kind === 'api_key';
    const [user, activeMember, apiKey, warnings] = await Promise.all([
      this.user(caller.userId), this.member(context), isKey ? this.apiKey(caller.credentialId) : undefined, this.warnings(context),
    ]);
    return {
      credentialKind: caller.kind,
      sessionId: caller.kind === 'session' ? caller.credentialId : undefined,
      user,
      activeMember,
      apiKey,
      grants: caller.grants,
      permissions: this.permissions(context),
      warnings,
      expiresAt: caller.expiresAt === undefined ? undefined : new Date(caller.expiresAt),
    };
  }

  private permissions({ caller, request }: RequestContext): HeldPermission[] {
    return this.kernel.permissions().flatMap(({ key }) => {
      const { instance, spaces, groups } = reach(caller, key, request.now);
      if (!instance && spaces.size === 0 && groups.length === 0) return [];
      return [{ key, reach: { instance, spaces: [...spaces].toSorted(), groups: [...new Set(groups.map(({ groupId }) => groupId))].toSorted() } }];
    });
  }

  private async user(id: string | undefined): Promise<Myself['user']> {
    if (id === undefined) return undefined;
    const [user] = await this.database.query<NonNullable<Myself['user']>>(sql`
      SELECT id, email, display_name AS "displayName" FROM sys_identity.users WHERE id = ${id}`);
    return user;
  }

  private async member({ caller: { actor } }: RequestContext): Promise<Myself['activeMember']> {
    if (actor === undefined) return undefined;
    const [member] = await this.database.query<{ displayName: string }>(sql`
      SELECT display_name AS "displayName" FROM sys_identity.members WHERE space_id = ${actor.spaceId} AND id = ${actor.memberId}`);
    if (member === undefined) return undefined;
    return { id: actor.memberId, displayName: member.displayName, spaceId: actor.spaceId, userMemberId: actor.userMemberId === '' ? undefined : actor.userMemberId };
  }

  private async apiKey(id: string | undefined): Promise<Myself['apiKey']> {
    const [key] = await this.database.query<NonNullable<Myself['apiKey']>>(sql`
      SELECT id, name, level, expires_at AS "expiresAt" FROM sys_admin.api_keys WHERE id = ${id ?? ''}`);
    return key;
  }

  // Only who can do something about the instance is told what is wrong with it.
  private async warnings({ caller, request }: RequestContext): Promise<Warning[]> {
    if (!reach(caller, 'instance:read', request.now).instance || !(await demoPresent(this.database))) return [];
    return [{ code: 'DEMO_ADMIN_PRESENT', message: 'The demo administrator can still sign in. Remove it with: polity admin remove-demo' }];
  }
}

export const meRef = createServiceRef<MeService>({ id: 'admin.me', scope: 'process' });
