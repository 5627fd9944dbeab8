import { getDirective } from '@graphql-tools/utils';
import type { GraphQLObjectType } from 'graphql';
import { Args, Field, ID, ObjectType, Query, Resolver } from 'type-graphql';
import { connection, ListSize, PageArgs, Public } from '../../system/shared/resolvers/index.js';
import { composeSchema, withFragments, type ComposedSchema } from './index.js';

@ObjectType()
class Thing {
  @Field(() => ID)
  id!: string;
}

const ThingConnection = connection(Thing, 'Thing');

@Resolver()
class ThingResolver {
  @Public()
  @Query(() => ThingConnection, { nullable: true })
  things(@Args(() => PageArgs) _page: PageArgs): object {
    return {};
  }

  @Public()
  @Query(() => ThingConnection, { nullable: true })
  allThings(): object {
    return {};
  }

  @Public()
  @ListSize({ assumedSize: 3, sizedFields: ['edges'] })
  @Query(() => ThingConnection, { nullable: true })
  threeThings(): object {
    return {};
  }

  @Public()
  @Query(() => Thing, { nullable: true })
  thing(): object {
    return {};
  }
}

let core: ComposedSchema;
beforeAll(async () => {
  core = await composeSchema([ThingResolver]);
});
const sizeOf = ({ raw }: ComposedSchema, field: string): unknown => {
  const query = raw.getType('Query') as GraphQLObjectType;
  return getDirective(raw, query.getFields()[field] as never, 'listSize');
};

test('every field that returns a connection is sized by its paging arguments, none twice', () => {
  const paged = { assumedSize: 50, slicingArguments: ['first', 'last'], sizedFields: ['edges'], requireOneSlicingArgument: false };
  expect(sizeOf(core, 'things')).toEqual([paged]);
  expect(sizeOf(core, 'allThings')).toEqual([{ assumedSize: 50, sizedFields: ['edges'], requireOneSlicingArgument: false }]);
  expect(sizeOf(core, 'threeThings')).toEqual([{ assumedSize: 3, sizedFields: ['edges'], requireOneSlicingArgument: true }]);
  expect(sizeOf(core, 'thing')).toBeUndefined();
});

test('a fragment that returns one is sized as well', () => {
  const schema = withFragments(core, [{ name: 'more', typeDefs: 'extend type Query { moreThings(first: Int): ThingConnection @public }', resolvers: { Query: { moreThings: () => ({}) } } }]);
  expect(sizeOf(schema, 'moreThings')).toEqual([{ assumedSize: 50, slicingArguments: ['first'], sizedFields: ['edges'], requireOneSlicingArgument: false }]);
});

test('a fragment that says what cannot be is refused with its coordinate', () => {
  const fragment = { name: 'wrong', typeDefs: 'extend type Query { few: [Thing] @public @listSize(slicingArguments: ["first"]) }', resolvers: { Query: { few: () => [] } } };
  expect(() => withFragments(core, [fragment])).toThrow(expect.objectContaining({ code: 'CAPABILITY_INVALID', message: '@listSize of Query.few: there is no argument first' }));
});
