import type { Command } from '../command.js';
import { adminCommands } from './admin.js';
import { backupCommands } from './backup.js';
import { doctorCommand } from './doctor.js';
import { documentsCommands } from './documents.js';
import { factsCommands } from './facts.js';
import { keysCommands } from './keys.js';
import { migrateCommands } from './migrate.js';
import { modelCommands } from './model.js';
import { openapiCommands } from './openapi.js';
import { receiptCommands } from './receipt.js';
import { schemaCommands } from './schema.js';
import { serveCommand } from './serve.js';
import { settingsCommand } from './settings.js';
import { smokeCommand } from './smoke.js';
import { testCommands } from './test.js';
import { versionCommand } from './version.js';

/** Everything the command line can do. */
export const commands: readonly Command[] = [
  serveCommand, ...migrateCommands, doctorCommand, ...adminCommands, ...factsCommands, ...modelCommands, ...documentsCommands, ...backupCommands, smokeCommand, ...schemaCommands, ...openapiCommands, ...receiptCommands, settingsCommand,
  ...keysCommands, ...testCommands, versionCommand,
];
