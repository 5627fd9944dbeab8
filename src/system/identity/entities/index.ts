import { GroupEntity } from './group.js';
import { MemberEntity } from './member.js';
import { SpaceEntity } from './space.js';
import { UserMemberEntity } from './user-member.js';
import { UserEntity } from './user.js';

/** Tables of this capability that the unit of work knows. */
export const identityEntities = [UserEntity, SpaceEntity, GroupEntity, MemberEntity, UserMemberEntity];
