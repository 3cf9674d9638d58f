/**
 * For tests: a worker that lets a directory and a link to the outside change places under one name, as fast as it can.
 * Node has no RENAME_EXCHANGE: between the two the name is missing for a moment.
 */

import { renameSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

const { root, flips } = workerData as { root: string; flips: number };
const name = `${root}/real`;
const shelf = `${root}/shelf`;
const link = `${root}/link`;

for (let flip = 0; flip < flips; flip++) {
  renameSync(name, shelf);
  renameSync(link, name);
  renameSync(name, link);
  renameSync(shelf, name);
}
parentPort?.postMessage('over');
