/** The TypeScript core: verdicts and file actions by Node, commands by the launcher of the platform. */

import type { Core } from '../core.ts';
import { chooseLauncher } from '../platform/index.ts';
import type { CompiledPolicy } from '../policy/compiled.ts';
import { createEvaluator } from './evaluate.ts';
import { openFiles } from './files.ts';

export function typescriptCore(compiled: CompiledPolicy): Core {
  const evaluate = createEvaluator(compiled);
  const files = openFiles(compiled, evaluate);
  const launcher = chooseLauncher(process.platform, compiled);
  return {
    evaluate,
    read: files.read,
    write: files.write,
    list: files.list,
    capabilities: () => launcher.capabilities(),
    launch: (request) => launcher.launch(request),
    close() {
      files.close();
      launcher.close();
    },
  };
}
