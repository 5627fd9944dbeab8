import { enumType, type EnumOf } from './enum-type.js';

export const ResourceVisibility = enumType('ResourceVisibility', 'For whom the business system means a Resource; scopes do not read it.', {
  PRIVATE: ['private', 'Its owner.'],
  GROUP: ['group', 'Its Group.'],
  SPACE: ['space', 'Its Space.'],
  PUBLIC: ['public', 'Everybody.'],
});
export type ResourceVisibility = EnumOf<typeof ResourceVisibility>;
