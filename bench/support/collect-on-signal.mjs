// For children whose memory is measured: they collect their garbage when they are told to (`node --expose-gc --import <this file>`).
process.on('SIGUSR2', () => globalThis.gc());
