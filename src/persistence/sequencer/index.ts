export { auditLeafData, auditLeafHash, type AuditLeaf } from './audit-leaf.js';
export { auditLog, type UnsequencedEvent } from './audit-log.js';
export { ChannelListener, type ChannelListenerOptions } from './channel-listener.js';
export { LogSequencer, type LogSequencerOptions } from './log-sequencer.js';
export { outboxLog } from './outbox-log.js';
export type { LogHead, SequencedLog, UnsequencedRow } from './sequenced-log.js';
