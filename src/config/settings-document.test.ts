import { readFileSync } from 'node:fs';
import { settingsDocument } from './settings-document.js';

// After a change of the model: npm run build, then
// node -e "import('./dist/src/config/index.js').then((c) => fs.writeFileSync('docs/settings.md', c.settingsDocument()))"
test('docs/settings.md is what the model says', () => {
  expect(readFileSync('docs/settings.md', 'utf8')).toBe(settingsDocument());
});
