import { enumType, type EnumOf } from './enum-type.js';

export const RiskLevel = enumType('RiskLevel', 'How much harm an action can do.', {
  LOW: ['low', 'Harmless, such as reading.'],
  NORMAL: ['normal', 'Everyday work.'],
  HIGH: ['high', 'Needs attention, such as an approval.'],
  CRITICAL: ['critical', 'Cannot be taken back, such as a deletion.'],
});
export type RiskLevel = EnumOf<typeof RiskLevel>;
