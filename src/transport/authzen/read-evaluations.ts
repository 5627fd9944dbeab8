import { invalid, PolityError, type InputPath } from '../../kernel/errors/index.js';
import type { Evaluation } from '../../system/shared/contracts/index.js';
import { actionAt, contextAt, entityAt, isAbsent, objectAt, type JsonObject } from './read-fields.js';

/** One evaluation of a request. */
export interface AskedEvaluation {
  readonly question: Evaluation;
  /** A receipt is wanted. */
  readonly receipt: boolean;
}

/** What `/access/v1/evaluations` was asked. */
export interface AskedEvaluations {
  /** Of each item its evaluation, or what is wrong with it. */
  readonly items: readonly (AskedEvaluation | PolityError)[];
  readonly stopAt?: 'ALLOW' | 'DENY';
}

const SEMANTICS = { execute_all: undefined, deny_on_first_deny: 'DENY', permit_on_first_permit: 'ALLOW' } as const;
const ENTITIES = ['subject', 'action', 'resource', 'context'] as const;
const ROOT: InputPath = [];

/** Reads one evaluation. @throws PolityError `VALIDATION_FAILED` naming the place */
export function readEvaluation(body: JsonObject, path: InputPath = ROOT): AskedEvaluation {
  const { receipt, ...asked } = contextAt(body, path);
  return {
    question: {
      ...asked,
      subject: entityAt(body, 'subject', path),
      action: actionAt(body, path),
      resource: entityAt(body, 'resource', path),
      path,
    },
    receipt,
  };
}

/**
 * Reads the items of a batch; undefined when there are none, and the request is one evaluation. Each item takes from the request what
 * it does not bring itself, whole.
 *
 * @throws PolityError `VALIDATION_FAILED` for what is wrong with the request as a whole
 */
export function readEvaluations(body: JsonObject): AskedEvaluations | undefined {
  const stopAt = readSemantic(body['options']);
  const { evaluations } = body;
  if (isAbsent(evaluations)) return undefined;
  if (!Array.isArray(evaluations)) throw invalid(['evaluations'], 'This must be an array.');
  if (evaluations.length === 0) return undefined;
  for (const entity of ENTITIES) if (!isAbsent(body[entity])) objectAt(body[entity], ROOT, entity);
  const items = evaluations.map((item: unknown, index) => readItem(item, body, ['evaluations', index]));
  return stopAt === undefined ? { items } : { items, stopAt };
}

function readItem(item: unknown, defaults: JsonObject, path: InputPath): AskedEvaluation | PolityError {
  try {
    const own = objectAt(item, path);
    const whole: Record<string, unknown> = {};
    for (const entity of ENTITIES) whole[entity] = isAbsent(own[entity]) ? defaults[entity] : own[entity];
    return readEvaluation(whole, path);
  } catch (error) {
    if (error instanceof PolityError) return error;
    throw error;
  }
}

function readSemantic(options: unknown): 'ALLOW' | 'DENY' | undefined {
  if (isAbsent(options)) return undefined;
  const semantic = objectAt(options, ROOT, 'options')['evaluations_semantic'];
  if (isAbsent(semantic)) return undefined;
  if (typeof semantic === 'string' && Object.hasOwn(SEMANTICS, semantic)) return SEMANTICS[semantic as keyof typeof SEMANTICS];
  throw invalid(['options', 'evaluations_semantic'], `This must be one of ${Object.keys(SEMANTICS).join(', ')}.`);
}
