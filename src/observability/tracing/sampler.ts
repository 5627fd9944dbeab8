import { AlwaysOffSampler, AlwaysOnSampler, ParentBasedSampler, TraceIdRatioBasedSampler, type Sampler } from '@opentelemetry/sdk-trace';

/** Names of samplers, as OpenTelemetry has them. */
export type SamplerName = 'always_on' | 'always_off' | 'traceidratio' | `parentbased_${'always_on' | 'always_off' | 'traceidratio'}`;

/** The sampler of a name. @param ratio - part of the traces that those by ratio take, from 0 to 1 */
export function samplerOf(name: SamplerName, ratio: number): Sampler {
  const root = { always_on: () => new AlwaysOnSampler(), always_off: () => new AlwaysOffSampler(), traceidratio: () => new TraceIdRatioBasedSampler(ratio) };
  return name.startsWith('parentbased_') ? new ParentBasedSampler({ root: root[name.slice('parentbased_'.length) as keyof typeof root]() }) : root[name as keyof typeof root]();
}
