import { Directive, Extensions } from 'type-graphql';

type Anywhere = MethodDecorator & PropertyDecorator & ClassDecorator & ParameterDecorator;

/** Key of the schema extension that marks the types of connections: the composition gives their fields `@listSize`. */
export const CONNECTION_EXTENSION = 'polityConnection';

/** How many items a list has at most. */
export interface ListSizeOptions {
  /** Where no slicing argument is given. */
  readonly assumedSize?: number;
  /** Arguments that bound the list, by an Int or by their own length; dotted paths lead into the input. */
  readonly slicingArguments?: readonly string[];
  /** Lists of the returned object that are bounded, in place of the field itself. */
  readonly sizedFields?: readonly string[];
}

/** What one value costs, in place of 1 for an object and 0 for a scalar: for what asks the database or the engine for more than a row. */
export const Cost = (weight: number): Anywhere => Directive(`@cost(weight: ${weight})`) as never;

/** How many items a list that is no connection has at most; connections are sized by the composition. */
export const ListSize = ({ assumedSize, slicingArguments, sizedFields }: ListSizeOptions): Anywhere => {
  const given = Object.entries({ assumedSize, slicingArguments, sizedFields }).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${JSON.stringify(value)}`]));
  return Directive(`@listSize(${given.join(', ')}${slicingArguments === undefined ? '' : ', requireOneSlicingArgument: false'})`) as never;
};

/** Marks the type of a connection. */
export const IsConnection = (): Anywhere => Extensions({ [CONNECTION_EXTENSION]: true }) as never;
