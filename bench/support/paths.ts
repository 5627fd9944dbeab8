import { fileURLToPath } from 'node:url';

/** Absolute path inside the package. */
export const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
