import type { Contender } from '../contender.js';

/** How each contender is loaded: only the process that measures it has its library in memory. */
export const CONTENDERS: Readonly<Record<string, () => Promise<Contender>>> = {
  'interned reference': async () => (await import('./interned.js')).internedReference,
  polity: async () => (await import('./polity.js')).polity,
  'polity, one id': async () => (await import('./polity.js')).polityOneId,
  'polity, explained': async () => (await import('./polity.js')).polityExplained,
  'casl, ability cached': async () => (await import('./casl.js')).caslCached,
  'casl, ability per check': async () => (await import('./casl.js')).caslPerCheck,
  casbin: async () => (await import('./casbin.js')).casbin,
  'cedar-wasm, sliced': async () => (await import('./cedar.js')).cedarSliced,
};
