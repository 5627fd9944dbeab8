import { Turns } from './turns.js';

test('no more than so many go on at once, all of them come to their turn in order, and a failure hands its place on', async () => {
  const turns = new Turns(2);
  const order: number[] = [];
  let running = 0;
  let most = 0;
  const work = (number: number) => async (): Promise<number> => {
    running += 1;
    most = Math.max(most, running);
    order.push(number);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    if (number === 3) throw new Error('this one fails');
    return number;
  };
  const ended = await Promise.allSettled(Array.from({ length: 9 }, (_, number) => turns.take(work(number))));
  expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(most).toBe(2);
  expect(ended.map(({ status }) => status)).toEqual(order.map((number) => (number === 3 ? 'rejected' : 'fulfilled')));
  expect(await turns.take(work(9))).toBe(9);
});
