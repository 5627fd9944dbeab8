import { ROOT_CONTEXT, SpanKind, trace, TraceFlags } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace';
import { samplerOf, type SamplerName } from './sampler.js';

const LOW = '00000000000000000000000000000001';
const HIGH = `${'0'.repeat(18)}${'f'.repeat(14)}`;

function takes(name: SamplerName, ratio: number, traceId: string, parent?: TraceFlags): boolean {
  const context = parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: '1'.repeat(16), traceFlags: parent, isRemote: true });
  return samplerOf(name, ratio).shouldSample(context, traceId, 'span', SpanKind.SERVER, {}, []).decision === SamplingDecision.RECORD_AND_SAMPLED;
}

test('takes all, none, or a part of the traces', () => {
  expect([takes('always_on', 0, HIGH), takes('always_off', 1, LOW), takes('traceidratio', 0.5, LOW), takes('traceidratio', 0.5, HIGH)]).toEqual([true, false, true, false]);
});
test('follows the caller where it shall, and only there', () => {
  expect([takes('parentbased_always_off', 1, HIGH, TraceFlags.SAMPLED), takes('parentbased_always_on', 1, LOW, TraceFlags.NONE), takes('parentbased_traceidratio', 0.5, HIGH), takes('parentbased_traceidratio', 0.5, LOW)]).toEqual([true, false, false, true]);
  expect([takes('always_off', 1, HIGH, TraceFlags.SAMPLED), takes('always_on', 1, LOW, TraceFlags.NONE)]).toEqual([false, true]);
});
