import { FACT_KINDS, type Fact, type FactKind, type LineProblem } from './fact.js';
import { FACT_TABLES } from './fact-tables.js';

/** Reads one line; gives the fact, or what is wrong with it. Knows nothing of other lines or of what is stored. */
export function readLine(source: string, line: number, now: Date): { readonly fact: Fact } | { readonly problems: readonly LineProblem[] } {
  const problems: LineProblem[] = [];
  const report = (field: string, message: string): void => {
    problems.push({ line, field, code: 'VALIDATION_FAILED', message });
  };
  const given = parseObject(source);
  if (given === undefined) return { problems: [{ line, field: '', code: 'VALIDATION_FAILED', message: 'This line is no JSON object.' }] };
  const { kind, ...rest } = given;
  if (!isKind(kind)) return { problems: [{ line, field: 'kind', code: 'VALIDATION_FAILED', message: `The kind is one of ${FACT_KINDS.join(', ')}.` }] };

  const { fields } = FACT_TABLES[kind];
  for (const name of Object.keys(rest)) if (!Object.hasOwn(fields, name)) report(name, `A ${kind} has no such field.`);
  const values: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    const value = rest[name] ?? undefined;
    if (value === undefined) {
      if (field.required === true) report(name, 'This field is missing.');
      values[name] = field.default;
      continue;
    }
    const fault = field.check(value);
    if (fault !== undefined) report(name, fault);
    values[name] = value;
  }
  endRightly(fields, values, now, report);
  const fault = problems.length === 0 ? FACT_TABLES[kind].faultOf?.(values) : undefined;
  if (fault !== undefined) report(fault.field, fault.message);
  return problems.length > 0 ? { problems } : { fact: { line, kind, values } };
}

function endRightly(fields: object, values: Record<string, unknown>, now: Date, report: (field: string, message: string) => void): void {
  if (!('revokedAt' in fields)) return;
  if (values.status === 'revoked') values.revokedAt ??= now.toISOString();
  else if (values.revokedAt !== undefined) report('revokedAt', 'Only what is revoked has a moment of its revocation.');
}

function parseObject(source: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(source);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function isKind(kind: unknown): kind is FactKind {
  return (FACT_KINDS as readonly unknown[]).includes(kind);
}
