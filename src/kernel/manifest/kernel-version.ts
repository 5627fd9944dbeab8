/** Semantic version of the contract between kernel and capabilities; `requires.kernel` of a manifest is held against it. */
export const KERNEL_VERSION = '0.1.0';
