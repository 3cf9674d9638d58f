/** Which launcher the TypeScript engine takes on a platform. */

import { type Enforcement, LAYERS, SandboxError } from '../contract.ts';
import type { CompiledPolicy } from '../policy/compiled.ts';
import { bubblewrapLauncher, type Launcher } from '../typescript/bubblewrap/index.ts';
import { seatbeltLauncher } from './seatbelt.ts';
import { windowsCapabilities } from './windows.ts';

export type { Launcher } from '../typescript/bubblewrap/index.ts';

/** Never throws: where nothing confines, `launch` refuses every command. `platform` as in `process.platform`. */
export function chooseLauncher(platform: NodeJS.Platform, compiled: CompiledPolicy): Launcher {
  if (platform === 'linux') return bubblewrapLauncher(compiled);
  if (platform === 'darwin') return seatbeltLauncher(compiled);
  return refusal(platform === 'win32' ? windowsCapabilities() : unknownCapabilities(platform));
}

function unknownCapabilities(platform: string): Enforcement {
  const missing = LAYERS.map((layer) => ({
    layer,
    why: `commands are not run on ${platform}: nothing there is known to confine them`,
  }));
  return { launcher: 'none', layers: [], missing, landlockAbi: 0, network: 'none' };
}

/** Also with `bestEffort`: the best effort of a host that confines nothing would be an open door. */
function refusal(enforcement: Enforcement): Launcher {
  return {
    capabilities: () => enforcement,
    launch() {
      const { missing } = enforcement;
      throw new SandboxError('ERR_ENFORCEMENT', missing[0]?.why ?? 'nothing confines commands here', {
        missing,
      });
    },
    close() {},
  };
}
