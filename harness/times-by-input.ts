/** The part of a result file that tells what each input of a case took. */

import { z } from 'zod';

const wholeNs = z.array(z.int().positive());

/**
 * Every input in its order, of a case with `slowestInputs` on an engine: what it is called, and its median and longest sample in
 * nanoseconds. Inputs that the trial had no time for are left out.
 */
export const timesByInputSchema = z
  .strictObject({ labels: z.array(z.string()).nonempty(), p50Ns: wholeNs, maxNs: wholeNs })
  .refine(({ labels, p50Ns, maxNs }) => p50Ns.length === labels.length && maxNs.length === labels.length, {
    error: 'labels, p50Ns and maxNs have different lengths',
  });
export type TimesByInput = z.infer<typeof timesByInputSchema>;
