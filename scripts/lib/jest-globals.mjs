// In ES modules jest leaves out its `jest` object, although its types declare it global.
globalThis.jest = import.meta.jest;
