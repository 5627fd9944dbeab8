/**
 * Waits for work, but not for ever; late work goes on and its end is ignored.
 *
 * @throws Error when it takes longer than `timeoutMs`, and what the work throws
 */
export async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`not finished after ${timeoutMs} ms`)), timeoutMs);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
