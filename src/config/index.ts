export { describeSettings, type SettingDescription } from './describe-settings.js';
export { loadSettings } from './load-settings.js';
export { isLoopbackHost } from './loopback.js';
export type { OidcIssuer } from './schemas/oidc-issuers.js';
export { Secret } from './secret.js';
export type { Environment, RuntimeEnvironment } from './setting.js';
export type { Settings } from './settings.js';
export { settingsDocument } from './settings-document.js';
export { SettingsError, type SettingsProblem } from './settings-error.js';
