import type { Mutations } from '../../../shared/services/index.js';
import type { RequestContext } from '../../../shared/contracts/index.js';

/** A mutation that names what it changes. */
interface ById {
  readonly id: string;
}

/** Changes of what can be put out of force and back. */
interface Switched {
  disable(context: RequestContext, input: ById): Promise<unknown>;
  restore(context: RequestContext, input: ById): Promise<unknown>;
}

/** Services of other capabilities that an import changes things through; all of them throw what is the mistake of a file. */
export interface ForeignServices {
  readonly types: Switched & {
    create(context: RequestContext, input: { readonly id: string; readonly key: string; readonly displayName: string; readonly description: string | null }): Promise<unknown>;
    update(context: RequestContext, input: ById & { readonly displayName?: string; readonly description?: string | null }): Promise<unknown>;
  };
  readonly actions: Switched & {
    create(context: RequestContext, input: {
      readonly id: string; readonly resourceType: string; readonly key: string; readonly displayName: string; readonly description: string | null;
      readonly riskLevel: 'low' | 'normal' | 'high' | 'critical'; readonly auditDefault: boolean;
    }): Promise<unknown>;
    update(context: RequestContext, input: ById & {
      readonly displayName?: string; readonly description?: string | null; readonly riskLevel?: 'low' | 'normal' | 'high' | 'critical'; readonly auditDefault?: boolean;
    }): Promise<unknown>;
  };
  readonly mappings: {
    set(context: RequestContext, input: { readonly resourceType: string; readonly storageKind?: 'internal_table' | 'plugin_managed'; readonly status?: 'active' | 'disabled' }): Promise<unknown>;
  };
  readonly groups: Switched & {
    create(context: RequestContext, input: { readonly id: string | null; readonly spaceId: string; readonly path: string; readonly displayName: string | null }): Promise<unknown>;
    update(context: RequestContext, input: ById & { readonly displayName?: string | null }): Promise<unknown>;
  };
  readonly users: Switched & {
    create(context: RequestContext, input: { readonly id: string; readonly email: string }): Promise<unknown>;
    update(context: RequestContext, input: ById & { readonly email?: string }): Promise<unknown>;
  };
  readonly members: Switched & {
    create(context: RequestContext, input: {
      readonly id: string; readonly spaceId: string; readonly displayName: string; readonly memberType: 'human' | 'service'; readonly externalId: string | null;
    }): Promise<unknown>;
    update(context: RequestContext, input: ById & { readonly displayName?: string; readonly externalId?: string | null }): Promise<unknown>;
  };
  readonly userMembers: {
    create(context: RequestContext, input: {
      readonly id: string; readonly userId: string; readonly memberId: string; readonly relationType: 'login' | 'delegate' | 'external' | 'service' | 'temporary' | 'self';
      readonly isPrimary: boolean; readonly expiresAt: Date | null;
    }): Promise<unknown>;
    update(context: RequestContext, input: ById & {
      readonly relationType?: 'login' | 'delegate' | 'external' | 'service' | 'temporary' | 'self'; readonly isPrimary?: boolean; readonly expiresAt?: Date | null;
    }): Promise<unknown>;
    revoke(context: RequestContext, input: ById): Promise<unknown>;
  };
}

/** Makes the services of other capabilities over the mutations of an import. */
export type MakeForeignServices = (mutations: Mutations) => ForeignServices;
