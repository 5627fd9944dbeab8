import { FAILED, OK, type Command } from '../command.js';
import { UsageError } from '../usage-error.js';

function baseOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) throw new UsageError('URL must be an http or https address');
  if (url.username !== '' || url.password !== '') throw new UsageError('URL must not carry credentials');
  return `${url.origin}${url.pathname.replace(/\/$/, '')}`;
}

export const smokeCommand: Command = {
  name: 'smoke',
  summary: 'Try a running server: health, readiness, version, protected fields, one allow and one deny.',
  details: 'The decisions are asked with --demo, or with all the other options; without either they are left out. They are audited like any other.',
  data: true,
  arguments: [{ name: 'URL', help: 'Address of the server, such as https://polity.example.org.' }],
  options: {
    demo: { value: 'FILE', help: 'demo.json of an embedded start: it holds the key and the ids.' },
    'api-key-file': { value: 'FILE', help: 'File with an API key that has authz:check; - is standard input.' },
    space: { value: 'ID', help: 'Space of the actor.' },
    'user-id': { value: 'ID', help: 'User of the actor.' },
    'member-id': { value: 'ID', help: 'Member of the actor.' },
    'user-member-id': { value: 'ID', help: 'Binding between them.' },
    type: { value: 'KEY', help: 'Resource type.' },
    action: { value: 'KEY', help: 'Action.' },
    allow: { value: 'ID', help: 'Resource on which it must be allowed.' },
    deny: { value: 'ID', help: 'Resource on which it must be denied.' },
  },
  async run(invocation) {
    const base = baseOf(invocation.argument('URL'));
    const [{ readDecisionCase }, { Probe }, { smokeTest }] = await Promise.all([
      import('../smoke/decision-case.js'), import('../smoke/probe.js'), import('../smoke/smoke-test.js'),
    ]);
    const decisions = await readDecisionCase(invocation);
    const results = [];
    for await (const result of smokeTest(new Probe(base), decisions)) {
      results.push(result);
      if (!invocation.json) invocation.io.out(`${result.passed ? 'ok    ' : 'FAILED'}  ${result.name}: ${result.message}\n`);
    }
    const passed = results.every((result) => result.passed);
    if (invocation.json) invocation.print({ passed, results }, () => '');
    return passed ? OK : FAILED;
  },
};
