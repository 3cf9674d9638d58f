/** `bench list`: what can be measured. */

import type { Context } from '../context.ts';
import { EXIT } from '../errors.ts';
import { alignColumns } from '../gate/format.ts';
import { chosenCases } from './plan.ts';

export async function list({ root, options, output }: Context): Promise<number> {
  const cases = await chosenCases(root, options);
  if (options.json !== false) {
    output.json(options.json, cases);
  } else {
    const rows = cases.map((entry) => [
      entry.id,
      entry.inputs,
      [...entry.engines, ...entry.peers.map((peer) => peer.id)].join(' '),
      entry.title,
    ]);
    for (const line of alignColumns([
      ['case', 'inputs', 'engines and peers', 'what one call does'],
      ...rows,
    ])) {
      output.print(line);
    }
  }
  return EXIT.good;
}
