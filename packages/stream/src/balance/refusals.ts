// What a server's refusal says about the request, and about the server.

import type { Asked } from './model.ts';

export interface NextStep {
  /** `fail`: no server would answer otherwise; `try others`: this one cannot; `try again`: not now. */
  readonly then: 'fail' | 'try others' | 'try again';
  /** It counts against the server. */
  readonly isServersFault: boolean;
  /** It is about to leave. */
  readonly isLeaving: boolean;
}

const step = (then: NextStep['then'], isServersFault = false, isLeaving = false): NextStep => {
  return { then, isServersFault, isLeaving };
};

const STEPS: Readonly<Record<string, NextStep>> = {
  'missing-blob': step('try others'),
  'corrupt-blob': step('try others'),
  leaving: step('try again', false, true),
  // What no server has now: the metadata service is one for all.
  unavailable: step('try again'),
  'too-many-requests': step('try again', true),
  'too-slow': step('try again', true),
  internal: step('try again', true),
};

/**
 * What follows from the code of an `error` message; codes that are not known are final. Whoever looks at a worklist is told at
 * once that no server has one now, and asks again by himself; a study is worth waiting for.
 */
export function whatToDo(code: string, kind: Asked['kind']): NextStep {
  if (code === 'unavailable' && kind === 'worklist') return step('try others');
  return STEPS[code] ?? step('fail');
}
