import { registerHooks } from 'node:module';

// For child processes of tests: `node --import <this file> file.ts`. Node strips the types itself; what it does not do is find
// the `.ts` behind an import of `.js`.
registerHooks({
  resolve(specifier, context, next) {
    const fromTypeScript = /^\.{1,2}\/.*\.js$/.test(specifier) && context.parentURL?.endsWith('.ts');
    return next(fromTypeScript ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
});
