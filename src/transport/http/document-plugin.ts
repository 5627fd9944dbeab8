import type { ApolloServerPlugin, GraphQLRequest, GraphQLRequestListener } from '@apollo/server';
import type { DocumentGate, DocumentRequest, OpenedDocument } from '../../graphql/index.js';
import type { RequestContext } from '../../system/shared/contracts/index.js';

/** What stands in for the document of a refused request, so that the refusal is answered as that of any other. */
const NOTHING = '{ __typename }';

/** Gives each request its document before Apollo looks for one, and lets it run when it is valid. */
export function documentPlugin(gate: DocumentGate): ApolloServerPlugin<RequestContext> {
  return {
    async requestDidStart({ request, contextValue }): Promise<GraphQLRequestListener<RequestContext>> {
      let opened: OpenedDocument | undefined;
      let refusal: unknown;
      try {
        opened = gate.open(requestOf(request), contextValue);
      } catch (error) {
        refusal = error;
      }
      request.query = refusal === undefined ? opened?.text : NOTHING;
      request.extensions = withoutName(request.extensions);
      return {
        async didResolveOperation({ document, operation }) {
          if (refusal !== undefined) throw refusal;
          if (opened !== undefined) gate.admit(opened, document, operation);
        },
      };
    },
  };
}

// Apollo would look for the text itself.
function withoutName(extensions: GraphQLRequest['extensions']): GraphQLRequest['extensions'] {
  const { persistedQuery: _name, ...others } = extensions ?? {};
  return others;
}

// Apollo reads no field that it does not know.
function requestOf({ query, extensions, http }: GraphQLRequest): DocumentRequest {
  if (http === undefined) return { query, extensions };
  if (http.method !== 'GET') return { query, documentId: (http.body as { readonly documentId?: unknown } | undefined)?.documentId, extensions };
  const given = new URLSearchParams(http.search).getAll('documentId');
  return { query, documentId: given.length > 1 ? given : given[0], extensions };
}
