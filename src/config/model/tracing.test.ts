import { loadSettings } from '../load-settings.js';
import { SettingsError } from '../settings-error.js';

const problemsOf = (env: Record<string, string>): string[] => {
  try {
    loadSettings(env);
    return [];
  } catch (error) {
    return (error as SettingsError).problems.map(({ variable, message }) => `${variable} ${message}`);
  }
};

test('traces are off, and go nowhere', () => {
  expect(loadSettings({}).tracing).toEqual({ endpoint: undefined, tracesEndpoint: undefined, headers: undefined, serviceName: 'polity', sampler: 'parentbased_always_on', samplerArgument: 1 });
});
test('reads headers as OpenTelemetry writes them, and keeps them secret', () => {
  const { headers } = loadSettings({ OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Basic%20abc=, x-team = one ' }).tracing;
  expect([headers?.reveal(), JSON.stringify(headers)]).toEqual([[['authorization', 'Basic abc='], ['x-team', 'one']], '"[secret]"']);
});
test('reads a ratio', () => {
  expect(['0', '0.25', '1', '1.0'].map((text) => loadSettings({ OTEL_TRACES_SAMPLER_ARG: text }).tracing.samplerArgument)).toEqual([0, 0.25, 1, 1]);
});
test.each([
  ['OTEL_TRACES_SAMPLER_ARG', '1.5', 'must be a number from 0 to 1'], ['OTEL_TRACES_SAMPLER_ARG', 'half', 'must be a number from 0 to 1'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'none', 'must be headers as name=value, separated by commas'], ['OTEL_EXPORTER_OTLP_HEADERS', 'a=%zz', 'must be headers as name=value, separated by commas'],
  ['OTEL_EXPORTER_OTLP_HEADERS', 'a=b%0d%0ac:d', 'must be headers as name=value, separated by commas'], ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318', 'must be an absolute address such as https://polity.example.com'],
])('%s=%s is refused', (variable, text, message) => {
  expect(problemsOf({ [variable]: text })).toEqual([`${variable} ${message}`]);
});
