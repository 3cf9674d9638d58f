// `pnpm bench`: checks Node, builds the addons where a toolchain is, hands over to the harness.

import { requireNode } from './node-version.mjs';

requireNode();
const { benchMain } = await import('./bench.ts');
process.exitCode = await benchMain(process.argv.slice(2));
