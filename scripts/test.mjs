// `pnpm test`: checks Node, then runs every check of the project.

import { requireNode } from './node-version.mjs';

requireNode();
const { testMain } = await import('./test.ts');
process.exitCode = await testMain();
