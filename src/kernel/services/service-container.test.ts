import { ServiceContainer } from './service-container.js';
import { createServiceRef } from './service-ref.js';
import type { ServiceScope } from './service-scope.js';
import { serviceValue } from './service-value.js';

interface Counter {
  readonly number: number;
}

const process = createServiceRef<Counter>({ id: 'test.process', scope: 'process' });
const request = createServiceRef<Counter>({ id: 'test.request', scope: 'request' });
const other = createServiceRef<Counter>({ id: 'test.other', scope: 'process' });
const caller = createServiceRef<string>({ id: 'test.caller', scope: 'request' });

const counting = () => {
  let made = 0;
  return (): Counter => ({ number: ++made });
};

const failure = (code: string, message: string | RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) });

describe('createServiceRef', () => {
  test('is frozen and refuses an id that no manifest could declare', () => {
    expect(Object.isFrozen(process)).toBe(true);
    expect(() => createServiceRef({ id: 'Audit', scope: 'process' })).toThrow(failure('INTERNAL_ERROR', '"Audit"'));
  });
});

describe('ServiceContainer', () => {
  let container: ServiceContainer;
  beforeEach(() => {
    container = new ServiceContainer();
  });

  test('makes a process service lazily and once', () => {
    let made = 0;
    container.provide('a.owner', process, () => ({ number: ++made }));
    expect(made).toBe(0);
    const first = container.get(process);
    expect(container.get(process)).toBe(first);
    expect(container.process.get(process)).toBe(first);
    expect(container.requestScope().get(process)).toBe(first);
    expect(made).toBe(1);
  });

  test('makes a process service once when a request asks first', () => {
    container.provide('a.owner', process, counting());
    const fromRequest = container.requestScope().get(process);
    expect(container.get(process)).toBe(fromRequest);
  });

  test('makes a request service once in each request scope', () => {
    container.provide('a.owner', request, counting());
    const one = container.requestScope();
    const two = container.requestScope();
    expect(one.get(request).number).toBe(1);
    expect(one.get(request).number).toBe(1);
    expect(two.get(request).number).toBe(2);
  });

  test('a request service may ask for process services, request services and values of its request', () => {
    container.provide('a.owner', process, () => ({ number: 40 }));
    container.provide('a.owner', request, (scope) => ({ number: scope.get(process).number + scope.get(caller).length }));
    expect(container.requestScope([serviceValue(caller, 'me')]).get(request)).toEqual({ number: 42 });
  });

  test('tries a factory again after it threw', () => {
    let calls = 0;
    container.provide('a.owner', process, () => {
      if (++calls === 1) throw new Error('not yet');
      return { number: calls };
    });
    expect(() => container.get(process)).toThrow('not yet');
    expect(container.get(process).number).toBe(2);
  });

  test('refuses a second owner, naming both', () => {
    container.provide('audit.explainable', process, counting());
    expect(() => container.provide('admin.control_plane', process, counting())).toThrow(
      failure('CAPABILITY_CONFLICT', /"admin\.control_plane".*"test\.process".*"audit\.explainable"/),
    );
  });

  test('refuses another reference with the id of a provided one', () => {
    const impostor = createServiceRef<Counter>({ id: 'test.process', scope: 'process' });
    container.provide('a.owner', process, counting());
    expect(() => container.provide('b.owner', impostor, counting())).toThrow(failure('CAPABILITY_CONFLICT', '"test.process"'));
    expect(() => container.get(impostor)).toThrow(failure('INTERNAL_ERROR', /another one with the same id/));
  });

  test('after seal nothing is provided', () => {
    container.provide('a.owner', process, counting());
    expect(container.sealed).toBe(false);
    container.seal();
    expect(container.sealed).toBe(true);
    for (const ref of [process, other]) {
      expect(() => container.provide('b.owner', ref, counting())).toThrow(failure('CAPABILITY_PROTECTED', `"${ref.id}"`));
    }
    expect(container.get(process).number).toBe(1);
  });

  test('names an unknown reference', () => {
    expect(() => container.get(process)).toThrow(failure('INTERNAL_ERROR', /Nobody provides .*"test\.process"/));
    expect(() => container.requestScope().get(request)).toThrow(failure('INTERNAL_ERROR', /"test\.request"/));
  });

  test('refuses a request service outside a request', () => {
    container.provide('a.owner', request, counting());
    expect(() => container.get(request)).toThrow(failure('INTERNAL_ERROR', /"test\.request" was asked for outside a request/));
  });

  test('a process service cannot ask for a request service, even when a request asked for it', () => {
    container.provide('a.owner', request, counting());
    container.provide('a.owner', process, (scope) => scope.get(request));
    expect(() => container.requestScope().get(process)).toThrow(
      failure('INTERNAL_ERROR', /process service "test\.process" asks for the request service "test\.request"/),
    );
  });

  test('a process service cannot keep its scope to ask for request services later', () => {
    let kept: ServiceScope | undefined;
    container.provide('a.owner', request, counting());
    container.provide('a.owner', process, (scope) => {
      kept = scope;
      return { number: 1 };
    });
    container.requestScope().get(process);
    expect(() => kept?.get(request)).toThrow(failure('INTERNAL_ERROR', /outside a request/));
  });

  test('detects a cycle and shows the chain', () => {
    const entry = createServiceRef<Counter>({ id: 'test.entry', scope: 'request' });
    container.provide('a.owner', entry, (scope) => scope.get(process));
    container.provide('a.owner', process, (scope) => scope.get(other));
    container.provide('a.owner', other, (scope) => scope.get(process));
    expect(() => container.requestScope().get(entry)).toThrow(
      failure('INTERNAL_ERROR', /test\.process -> test\.other -> test\.process\.$/),
    );
  });

  test('detects a cycle of request services and works on after it', () => {
    container.provide('a.owner', request, (scope) => scope.get(request));
    container.provide('a.owner', process, counting());
    const scope = container.requestScope();
    expect(() => scope.get(request)).toThrow(failure('INTERNAL_ERROR', /test\.request -> test\.request/));
    expect(scope.get(process).number).toBe(1);
  });

  test('refuses a factory that returns undefined', () => {
    container.provide('a.owner', process, () => undefined as unknown as Counter);
    expect(() => container.get(process)).toThrow(failure('INTERNAL_ERROR', /"test\.process" \(owner "a\.owner"\)/));
  });

  test('a request cannot replace what somebody provides, nor bring a process service', () => {
    container.provide('a.owner', request, counting());
    expect(() => container.requestScope([serviceValue(request, { number: 9 })])).toThrow(
      failure('CAPABILITY_PROTECTED', /"test\.request" of "a\.owner"/),
    );
    expect(() => container.requestScope([serviceValue(other, { number: 9 })])).toThrow(failure('INTERNAL_ERROR', '"test.other"'));
  });

  test('lists services with their owners', () => {
    container.provide('a.owner', process, counting());
    container.provide('b.owner', request, counting());
    expect(container.list()).toEqual([
      { id: 'test.process', scope: 'process', owner: 'a.owner' },
      { id: 'test.request', scope: 'request', owner: 'b.owner' },
    ]);
    expect(container.owner('test.request')).toBe('b.owner');
    expect(container.owner('test.nothing')).toBeUndefined();
  });

  test('the handles it gives away have no face but get, and cannot be changed', () => {
    expect(Object.keys(container.process)).toEqual(['get']);
    for (const handle of [container.process, container.requestScope()]) {
      expect(Object.isFrozen(handle)).toBe(true);
      expect(() => Object.assign(handle, { get: () => 'forged' })).toThrow(TypeError);
    }
  });

  test('is typed: a factory and a value must fit their reference', () => {
    // @ts-expect-error a string is no Counter
    container.provide('a.owner', process, () => 'one');
    // @ts-expect-error a number is no string
    serviceValue(caller, 1);
    const number: number = container.requestScope([serviceValue(caller, 'me')]).get(caller).length;
    expect(number).toBe(2);
  });
});
