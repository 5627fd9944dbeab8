import { requestText, type Contender } from '../contender.js';
import { interned } from '../reference.js';

/** The floor: strings in, integer arrays behind. */
export const internedReference: Contender = {
  name: 'interned reference',
  load: async (workload) => {
    const decide = interned(workload);
    const questions = workload.requests.map(({ u, p, s }) =>
      [requestText(`u${u}`), requestText(`type${p >> 3}`), requestText(`act${p & 7}`), requestText(`s${s}`)] as const);
    return {
      check: (n) => {
        const [user, type, action, scope] = questions[n] as (typeof questions)[number];
        return decide(user, type, action, scope);
      },
    };
  },
};
