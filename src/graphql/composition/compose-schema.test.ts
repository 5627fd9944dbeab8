import { Field, ObjectType, Query, Resolver, Subscription } from 'type-graphql';
import { callerWith, deniedPaths, FakeServices, ManualStream, run } from '../../../test/support/graphql-fixture.js';
import { Authenticated, Public, RequiresScopes } from '../../system/shared/resolvers/index.js';
import { composeSchema, printComposedSchema, type ComposedSchema } from './index.js';

@Authenticated()
@ObjectType()
class Vault {
  @Field(() => String)
  content!: string;
}

@Resolver()
class FixtureResolver {
  @Public()
  @Query(() => String)
  open(): string {
    return 'open';
  }

  @RequiresScopes(['a:read', 'b:read'], 'c:read')
  @Query(() => String, { nullable: true })
  scoped(): string {
    return 'scoped';
  }

  @Public()
  @Query(() => Vault, { nullable: true })
  vault(): Vault {
    return { content: 'gold' };
  }

  @Authenticated()
  @Subscription(() => String, { nullable: true, subscribe: () => new ManualStream() })
  ticks(): string {
    return 'tick';
  }
}

const services = new FakeServices();
let schema: ComposedSchema;
beforeAll(async () => {
  schema = await composeSchema([FixtureResolver]);
});

describe('composeSchema', () => {
  test('puts the guards of decorators around the resolvers', async () => {
    const result = await run(schema.guarded, '{ open scoped vault { content } }', services.context());
    expect(result.data).toEqual({ open: 'open', scoped: null, vault: null });
    expect(deniedPaths(result)).toEqual(['scoped', 'vault']);
    expect((await run(schema.guarded, '{ scoped vault { content } }', services.context(callerWith('c:read')))).data).toEqual({ scoped: 'scoped', vault: { content: 'gold' } });
  });
  test('keeps the raw schema apart', async () => {
    expect((await run(schema.raw, '{ scoped }', services.context())).data).toEqual({ scoped: 'scoped' });
  });
  test('guards a subscription that an executor would take for a query', async () => {
    expect(deniedPaths(await run(schema.guarded, 'subscription { ticks }', services.context()))).toEqual(['ticks']);
  });
});

describe('printComposedSchema', () => {
  test('shows the guards, in a stable order', () => {
    const sdl = printComposedSchema(schema.guarded);
    expect(sdl).toBe(printComposedSchema(schema.raw));
    expect(sdl).toContain('scoped: String @requiresScopes(scopes: [["a:read", "b:read"], ["c:read"]])');
    expect(sdl).toContain('type Vault @authenticated {');
    expect(sdl.indexOf('type Query')).toBeLessThan(sdl.indexOf('type Vault'));
    expect(sdl).toMatch(/[^\n]\n$/);
  });
});
