import { optional, withDefault, withDerivedDefault } from '../setting.js';
import { headerList } from '../schemas/header-list.js';
import { matching } from '../schemas/matching.js';
import { oneOf } from '../schemas/one-of.js';
import { publicUrlText } from '../schemas/public-url.js';
import { ratioText } from '../schemas/ratio.js';

/** Where spans go: the names that OpenTelemetry has for them. Without an address there are none. */
export const tracingSettings = {
  endpoint: optional({
    variable: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    schema: publicUrlText,
    description: 'Address of an OpenTelemetry collector (OTLP over HTTP); spans go to `/v1/traces` there. Unset, there are no spans.',
  }),
  tracesEndpoint: optional({
    variable: 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    schema: publicUrlText,
    description: 'Address for spans as it is, in place of the one above.',
  }),
  headers: optional({
    variable: 'OTEL_EXPORTER_OTLP_HEADERS',
    schema: headerList,
    description: 'Headers that go with spans, as `name=value` separated by commas.',
    secret: true,
  }),
  serviceName: withDefault(
    { variable: 'OTEL_SERVICE_NAME', schema: matching(/^[\x21-\x7e]{1,128}$/, 'a name of 1 to 128 characters without blanks'), description: 'Name of this service in spans.' },
    'polity',
  ),
  sampler: withDefault(
    {
      variable: 'OTEL_TRACES_SAMPLER',
      schema: oneOf('always_on', 'always_off', 'traceidratio', 'parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio'),
      description: 'Which traces are recorded; `parentbased_` ones follow the decision of the caller where there is one.',
    },
    'parentbased_always_on',
  ),
  samplerArgument: withDerivedDefault(
    { variable: 'OTEL_TRACES_SAMPLER_ARG', schema: ratioText, description: 'Part of the traces that samplers by ratio record, from 0 to 1.' },
    { text: '1', derive: () => 1 },
  ),
};
