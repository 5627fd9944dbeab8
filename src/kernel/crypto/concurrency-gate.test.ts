import { ConcurrencyGate } from './concurrency-gate.js';

const full = () => new Error('full');

/** A task that ends when it is told. */
function controlled() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let started = false;
  const task = () => {
    started = true;
    return promise;
  };
  return { task, resolve, reject, isStarted: () => started };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('ConcurrencyGate', () => {
  test('runs no more than its width, and the waiting in order', async () => {
    const gate = new ConcurrencyGate(2, 2, full);
    const tasks = Array.from({ length: 4 }, controlled);
    const results = tasks.map(({ task }) => gate.run(task));
    await settle();
    expect(tasks.map(({ isStarted }) => isStarted())).toEqual([true, true, false, false]);
    tasks[1]?.resolve('b');
    await settle();
    expect(tasks.map(({ isStarted }) => isStarted())).toEqual([true, true, true, false]);
    for (const [index, { resolve }] of tasks.entries()) resolve('abcd'[index] ?? '');
    expect(await Promise.all(results)).toEqual(['a', 'b', 'c', 'd']);
  });

  test('refuses one more than may wait, and takes new ones when there is room', async () => {
    const gate = new ConcurrencyGate(1, 1, full);
    const [first, second] = [controlled(), controlled()];
    const running = [gate.run(first.task), gate.run(second.task)];
    await expect(gate.run(() => Promise.resolve('x'))).rejects.toThrow('full');
    first.resolve('a');
    second.resolve('b');
    await Promise.all(running);
    expect(await gate.run(() => Promise.resolve('x'))).toBe('x');
  });

  test('gives its slot free when a task fails', async () => {
    const gate = new ConcurrencyGate(1, 1, full);
    const failing = controlled();
    const results = [gate.run(failing.task), gate.run(() => Promise.resolve('next'))];
    failing.reject(new Error('broken'));
    await expect(results[0]).rejects.toThrow('broken');
    expect(await results[1]).toBe('next');
    expect(await gate.run(() => Promise.resolve('later'))).toBe('later');
  });
});
