import { PolityError } from '../errors/index.js';
import type { CapabilityManifestInput } from './capability-manifest.js';
import { KERNEL_VERSION } from './kernel-version.js';
import { problemsOf } from './manifest-problem.js';
import { OFFICIAL_CAPABILITIES } from './official-capabilities.js';
import { parseManifest } from './parse-manifest.js';
import { manifestInput, officialManifestInputs } from './testing/fixture-manifests.js';
import { validateManifests, type ManifestRules } from './validate-manifests.js';

const RULES: ManifestRules = { officialCapabilities: OFFICIAL_CAPABILITIES, kernelVersion: KERNEL_VERSION };

const problems = (inputs: readonly CapabilityManifestInput[], rules = RULES): readonly string[] => {
  try {
    validateManifests(inputs.map((input) => parseManifest(input, input.id)), rules);
  } catch (error) {
    expect(error).toBeInstanceOf(PolityError);
    return problemsOf(error).map(({ source, path, message }) => `${source} ${path.join('.')} ${message}`);
  }
  return [];
};

describe('validateManifests', () => {
  test('KR-2: accepts the five official manifests together', () => {
    expect(problems(officialManifestInputs())).toEqual([]);
  });

  test('KR-3: refuses a foreign migration namespace', () => {
    const input = manifestInput({ id: 'authorization.resource', provides: { migrations: { namespace: 'sys_identity' } } });
    expect(problems([input])).toEqual([
      'authorization.resource provides.migrations.namespace "sys_identity" is not its own; it owns "sys_authz"',
    ]);
  });

  test('refuses an id outside the official set', () => {
    expect(problems([manifestInput({ id: 'billing.invoices', provides: { migrations: { namespace: 'sys_audit' } } })])).toEqual([
      'billing.invoices id "billing.invoices" is not a system capability of this release',
    ]);
  });

  test('takes the official set from the caller', () => {
    const rules = { ...RULES, officialCapabilities: new Map([['billing.invoices', 'sys_billing']]) };
    expect(problems([manifestInput({ id: 'billing.invoices' })], rules)).toEqual([]);
    expect(problems([manifestInput()], rules)).toHaveLength(1);
  });

  test('refuses a kernel range that does not admit this kernel', () => {
    expect(problems([manifestInput()], { ...RULES, kernelVersion: '2.0.0' })).toEqual([
      'audit.explainable requires.kernel "^0.1.0" does not admit kernel 2.0.0',
    ]);
  });

  test('refuses a missing dependency and a dependency on itself', () => {
    expect(problems([manifestInput({ requires: ['audit.explainable', 'identity.business'] })])).toEqual([
      'audit.explainable requires.capabilities.0 a capability cannot depend on itself',
      'audit.explainable requires.capabilities.1 "identity.business" is missing',
    ]);
  });

  test('refuses a duplicate id', () => {
    expect(problems([manifestInput(), manifestInput()])).toEqual(['audit.explainable id "audit.explainable" is loaded twice']);
  });

  test('names a cycle', () => {
    const cyclic = [
      manifestInput({ requires: ['identity.business'] }),
      manifestInput({ id: 'identity.business', requires: ['resource.registry'] }),
      manifestInput({ id: 'resource.registry', requires: ['audit.explainable'] }),
      manifestInput({ id: 'admin.control_plane', requires: ['audit.explainable'] }),
    ];
    expect(problems(cyclic)).toEqual([
      'audit.explainable requires.capabilities cycle audit.explainable -> identity.business -> resource.registry -> audit.explainable',
    ]);
  });

  test('names every one of two separate cycles', () => {
    const cyclic = [
      manifestInput({ requires: ['identity.business'] }),
      manifestInput({ id: 'identity.business', requires: ['audit.explainable'] }),
      manifestInput({ id: 'resource.registry', requires: ['admin.control_plane'] }),
      manifestInput({ id: 'admin.control_plane', requires: ['resource.registry'] }),
    ];
    expect(problems(cyclic)).toHaveLength(2);
  });

  test('collects the problems of all manifests', () => {
    expect(problems([manifestInput({ id: 'no.such' }), manifestInput({ requires: ['identity.business'] })])).toHaveLength(2);
  });
});

test('every official capability owns a namespace of its own', () => {
  expect(new Set(OFFICIAL_CAPABILITIES.values()).size).toBe(OFFICIAL_CAPABILITIES.size);
});
