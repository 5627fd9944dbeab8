import { execute, type DocumentNode, type ExecutionArgs, type ExecutionResult, type GraphQLSchema, type OperationDefinitionNode } from 'graphql';
import type { RequestContext } from '../../system/shared/contracts/index.js';
import { introspectionRefused } from '../limits/introspection.js';
import { splitIntrospection, type IntrospectionSplit } from './introspection-split.js';
import type { SchemaViews } from './schema-views.js';

/** Runs one operation: `__schema` and `__type` are answered from the caller's view, everything else by the schema of the arguments. */
export type ViewExecution = (args: ExecutionArgs) => Promise<ExecutionResult>;

/**
 * How an operation that introspects runs for a caller.
 * @returns undefined for an operation that does not introspect: it runs as any other
 * @throws GraphQLError for an introspection that is not at the root, or of a caller who sees nothing
 */
export function viewExecution(views: SchemaViews, document: DocumentNode, operation: OperationDefinitionNode, context: RequestContext): ViewExecution | undefined {
  const split = splitIntrospection(document, operation);
  if (split === 'none') return undefined;
  const view = split === 'nested' ? undefined : views.of(context);
  if (split === 'nested' || view === undefined) throw introspectionRefused();
  return (args) => run(split, args, view.schema);
}

async function run({ others, introspection }: IntrospectionSplit, args: ExecutionArgs, view: GraphQLSchema): Promise<ExecutionResult> {
  const answer = await execute({ ...args, document: others });
  if (answer.data === undefined || answer.data === null) return answer;
  const { data, errors = [] } = await execute({ ...args, document: introspection, schema: view });
  if (data === undefined || data === null) return { data, errors };
  const all = [...(answer.errors ?? []), ...errors];
  return { data: Object.assign(answer.data, data), ...(all.length === 0 ? {} : { errors: all }) };
}
