import type { Platform } from '../../boot/platform.js';
import { ModelExport, ModelImport } from '../../system/authorization/model/index.js';
import { auditLogRef, callerGrantsRef, databaseRef, separationOfDutyRef } from '../../system/shared/contracts/index.js';
import { mutationsRef } from '../../system/shared/services/index.js';
import { foreignServices } from './foreign-services.js';

/** Export and import of models on the services of a platform. */
export function openModels({ container }: Pick<Platform, 'container'>): { readonly exporting: ModelExport; readonly importing: ModelImport } {
  const database = container.get(databaseRef);
  const auditLog = () => container.get(auditLogRef);
  return {
    exporting: new ModelExport(database, auditLog),
    importing: new ModelImport({
      database, auditLog,
      callerGrants: () => container.get(callerGrantsRef),
      mutations: container.get(mutationsRef),
      separation: container.get(separationOfDutyRef),
      foreign: foreignServices(database),
    }),
  };
}
