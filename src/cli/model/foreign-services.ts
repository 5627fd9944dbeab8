import type { Database } from '../../persistence/index.js';
import { WATCHED_ELSEWHERE, type MakeForeignServices } from '../../system/authorization/model/index.js';
import { Groups } from '../../system/identity/services/groups/index.js';
import { Members } from '../../system/identity/services/members.js';
import { UserMembers } from '../../system/identity/services/user-members.js';
import { Users } from '../../system/identity/services/users.js';
import { ResourceActions } from '../../system/resource-registry/services/resource-actions.js';
import { ResourceMappings } from '../../system/resource-registry/services/resource-mappings.js';
import { ResourceTypes } from '../../system/resource-registry/services/resource-types.js';

/** The services of other capabilities that an import of a model calls, over the mutations of the import. */
export function foreignServices(database: Database): MakeForeignServices {
  return (mutations) => ({
    types: new ResourceTypes(database, mutations),
    actions: new ResourceActions(database, mutations),
    mappings: new ResourceMappings(database, mutations),
    groups: new Groups(mutations),
    users: new Users(database, mutations),
    members: new Members(database, mutations, () => WATCHED_ELSEWHERE),
    userMembers: new UserMembers(database, mutations),
  });
}
