import { callerWith, FakeServices, guardedSchema, run } from '../../../test/support/graphql-fixture.js';
import { PolityError } from '../../kernel/errors/index.js';
import { Policies, policiesRef } from './policies.js';

const services = new FakeServices();
const context = services.context({ ...callerWith(), issuer: 'https://id.example', actor: { userId: 'usr_1', memberId: 'mem_1', userMemberId: 'um_1', spaceId: 'spc_1' } }, 1_700_000_000_000);
const decide = (expression: string) => new Policies([{ name: 'p', owner: 'test', expression }]).decide('p', context);

describe('Policies', () => {
  test.each([
    ['caller.kind == "session"', true],
    ['caller.userId == "usr_1" && caller.credentialId == "ses_1"', true],
    ['caller.issuer.startsWith("https://id.")', true],
    ['caller.memberId == "mem_1" && caller.spaceId == "spc_1"', true],
    ['request.id == "req_test" && request.ip == "" && request.userAgent == ""', true],
    ['request.now == 1700000000000', true],
    ['caller.kind == "api_key"', false],
    ['request.ip.matches("^10[.]") || request.now % 2 == 1', false],
    ['dyn(1)', false],
    ['dyn("true")', false],
    ['dyn(null)', false],
    ['dyn([true])', false],
    ['1 / 0 == 1', false],
    ['true || 1 / 0 == 1', true],
  ])('%s is %p', (expression, holds) => {
    expect(decide(expression)).toBe(holds);
  });
  test('an unknown name is denied', () => {
    expect(new Policies([]).decide('p', context)).toBe(false);
  });
  test.each([
    ['caller. ==', /p of plugin/], ['caller.absent == "x"', /no field "absent"/], ['unknown', /There is no "unknown"/], ['1', /true or false, not int/],
    ['"true"', /true or false, not string/], ['null', /true or false/], ['[true]', /true or false/], ['request.ip == 5', /no such overload/],
  ])('%s is refused with its owner and reason', (expression, reason) => {
    expect(() => new Policies([{ name: 'p', owner: 'plugin', expression }])).toThrow(expect.objectContaining({ code: 'CAPABILITY_INVALID', message: expect.stringMatching(reason) }));
  });
  test('a name has one owner', () => {
    const twice = () => new Policies([{ name: 'p', owner: 'one', expression: 'true' }, { name: 'p', owner: 'two', expression: 'false' }]);
    expect(twice).toThrow(PolityError);
    expect(twice).toThrow(expect.objectContaining({ code: 'CAPABILITY_CONFLICT', message: expect.stringMatching(/two.*one/) }));
  });
  test('is decided once per request, wherever its name stands', async () => {
    const own = new FakeServices([{ name: 'p', expression: 'true' }, { name: 'q', expression: 'true' }]);
    const asked: string[] = [];
    const policies = own.container.get(policiesRef);
    const original = policies.decide.bind(policies);
    policies.decide = (name, at) => {
      asked.push(name);
      return original(name, at);
    };
    const schema = guardedSchema('type Query { a: Int @policy(policies: [["p"]]) b: Int @policy(policies: [["p", "q"]]) }', { Query: { a: () => 1, b: () => 2 } });
    for (const _request of [1, 2]) expect((await run(schema, '{ a b x: a y: b }', own.context())).data).toEqual({ a: 1, b: 2, x: 1, y: 2 });
    expect(asked).toEqual(['p', 'q', 'p', 'q']);
  });
});
