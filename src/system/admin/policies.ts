/** Policies of the control plane: what each holds true, and the CEL expression that decides it. */
export const adminPolicies = [
  {
    name: 'interactive_session',
    description: 'A person asks, by a session or a token of a trusted issuer; never an API key.',
    expression: 'caller.kind == "session" || caller.kind == "oidc"',
  },
] as const;
