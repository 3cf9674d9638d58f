// Plain JavaScript for any Node: says which Node is needed before a .ts file is touched.

import { readFileSync } from 'node:fs';

const workspace = readFileSync(new URL('../pnpm-workspace.yaml', import.meta.url), 'utf8');
const wanted = /^ {2}node: (\d+)\.\d+\.\d+$/m.exec(workspace)?.[1] ?? '26';

/** Ends the process with exit code 3 when another major version runs. */
export function requireNode() {
  const running = process.versions.node;
  if (running.split('.')[0] === wanted) return;
  process.stderr.write(
    `pairbench measures on Node ${wanted}, this is Node ${running}. Start it by \`npx -y pnpm@12 bench\` (or test); ` +
      'if that is what you did, the install before it failed: run `npx -y pnpm@12 install` and read its output.\n',
  );
  process.exit(3);
}
