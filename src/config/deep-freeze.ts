/** Freezes plain objects and arrays to any depth; other objects (secrets) keep their own protection. Returns the same object. */
export const deepFreeze = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  const plain = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
  if (plain) Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
};
