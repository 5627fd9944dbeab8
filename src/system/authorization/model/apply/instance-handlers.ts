import type { RequestContext } from '../../../shared/contracts/index.js';
import type { Permissions } from '../../services/permissions.js';
import { MODEL_IDS } from '../ids.js';
import { changedValue, switchTo, type Handlers } from './handlers.js';
import type { KnownIds } from './known-ids.js';
import type { ForeignServices } from './model-services.js';

/** Changes of what belongs to the instance: the registry and the catalogue of Permissions. */
export function instanceHandlers(context: RequestContext, { types, actions, mappings }: ForeignServices, permissions: Permissions, ids: KnownIds): Handlers<'type' | 'action' | 'mapping' | 'permission'> {
  return {
    type: {
      async add({ key, name, description, status }) {
        const id = MODEL_IDS.type(key);
        await types.create(context, { id, key, displayName: name, description: description ?? null });
        if (status === 'disabled') await types.disable(context, { id });
      },
      async change({ id }, { name, description, status }, changed) {
        if (changed.has('name') || changed.has('description')) await types.update(context, { id: id!, displayName: name, description: changedValue(changed, 'description', description) });
        if (changed.has('status')) await switchTo(types, context, id!, status);
      },
      remove: ({ id }) => types.disable(context, { id: id! }),
    },
    action: {
      async add({ type, key, name, description, risk, audit, status }) {
        const id = MODEL_IDS.action(type, key);
        await actions.create(context, { id, resourceType: type, key, displayName: name, description: description ?? null, riskLevel: risk, auditDefault: audit });
        if (status === 'disabled') await actions.disable(context, { id });
      },
      async change({ id }, { name, description, risk, audit, status }, changed) {
        if (changed.size > (changed.has('status') ? 1 : 0)) {
          await actions.update(context, { id: id!, displayName: name, description: changedValue(changed, 'description', description), riskLevel: risk, auditDefault: audit });
        }
        if (changed.has('status')) await switchTo(actions, context, id!, status);
      },
      remove: ({ id }) => actions.disable(context, { id: id! }),
    },
    mapping: {
      add: ({ type, storage, status }) => mappings.set(context, { resourceType: type, storageKind: storage, status }),
      change: (_, { type, storage, status }) => mappings.set(context, { resourceType: type, storageKind: storage, status }),
      remove: ({ type }) => mappings.set(context, { resourceType: type, status: 'disabled' }),
    },
    permission: {
      async add(permission) {
        const { type, action, scope, effect, condition, description, status } = permission;
        const id = ids.newPermission(permission);
        await permissions.create(context, { id, resourceType: type, action, scope, effect, condition: condition ?? null, description: description ?? null });
        if (status === 'disabled' && scope !== 'global') await permissions.disable(context, { id });
      },
      async change({ id }, { description, status }, changed) {
        if (changed.has('description')) await permissions.update(context, { id: id!, description: description ?? null });
        if (changed.has('status')) await switchTo(permissions, context, id!, status);
      },
      remove: ({ id }) => permissions.disable(context, { id: id! }),
    },
  };
}
