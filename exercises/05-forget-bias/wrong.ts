import { lstm } from 'throughline';
import type { WrongAnswer } from '../kit.ts';
import type { Answer } from './check.ts';

const wrong: readonly WrongAnswer<Answer>[] = [
  {
    what: 'the bias of 1 that every textbook gives',
    answer: { memory: lstm.with({ f: { b: 1 } }) },
    says: /seed 1: of the gradient at step 60 only .* is left at step 1\. A typical gate starts at 0\.731, and 0\.731 to the 59th is/,
  },
  {
    what: 'one long memory for all units',
    answer: { memory: lstm.with({ f: { b: 3.6 } }) },
    says: /the gradient arrives, but the units are too much alike/,
  },
  {
    what: 'gates that never close',
    answer: { memory: lstm.with({ f: { b: 20 } }) },
    says: /a gate starts at 0\.99999\d*, where its slope f \(1 − f\) is .*: training cannot move it/,
  },
];
export default wrong;
