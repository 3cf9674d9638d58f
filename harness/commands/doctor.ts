/** `bench doctor`: what this machine offers for measuring, and what is missing. */

import { execFileSync } from 'node:child_process';
import type { Context } from '../context.ts';
import { readEnvironment } from '../environment.ts';
import { EXIT, messageOf } from '../errors.ts';
import { fixtureProblems } from '../fixtures.ts';
import { alignColumns, formatBytes } from '../gate/format.ts';
import { type LoadedSuite, loadSuites } from '../house.ts';
import { readTargets } from '../targets.ts';
import { measureRecording } from '../trial/overhead.ts';
import { targetsFile } from './plan.ts';

interface Finding {
  readonly what: string;
  readonly state: 'ok' | 'warning' | 'missing';
  readonly detail: string;
}

export async function doctor(context: Context): Promise<number> {
  const { root, options, output } = context;
  const environment = readEnvironment(root);
  const recording = await measureRecording();
  const problems = await fixtureProblems(root);
  const findings: Finding[] = [
    { what: 'node', state: 'ok', detail: `${environment.node}, V8 ${environment.v8}` },
    {
      what: 'processor',
      state: 'ok',
      detail: `${environment.cpuModel}, ${environment.cores} cores, ${formatBytes(environment.memoryBytes)}`,
    },
    environment.pinnedToCore === null
      ? {
          what: 'binding to a core',
          state: 'warning',
          detail: 'not possible here: expect twice the spread of P99',
        }
      : { what: 'binding to a core', state: 'ok', detail: `core ${environment.pinnedToCore}` },
    {
      what: 'clock',
      state: environment.clockCostNs > 500 || environment.clockStepNs > 1_000 ? 'warning' : 'ok',
      detail: `${environment.clockCostNs} ns a reading, steps of ${environment.clockStepNs} ns`,
    },
    {
      what: 'recording',
      state: recording.share > 0.03 ? 'warning' : 'ok',
      detail: `${recording.addedNs.toFixed(0)} ns a sample, ${(recording.share * 100).toFixed(1)} % of a call of 10 us`,
    },
    environment.loadBefore > 0.5
      ? {
          what: 'load',
          state: 'warning',
          detail: `${environment.loadBefore.toFixed(2)}: something else is running`,
        }
      : { what: 'load', state: 'ok', detail: environment.loadBefore.toFixed(2) },
    toolchain(),
    targets(targetsFile(context)),
    {
      what: 'fixtures',
      state: problems.length === 0 ? 'ok' : 'missing',
      detail: problems[0] ?? 'all as recorded',
    },
    ...(await bindings(root)),
  ];
  output.json(options.json, { environment, recording, findings });
  if (options.json !== true) {
    const rows = findings.map(({ what, state, detail }) => [state, what, detail]);
    for (const line of alignColumns(rows)) output.say(line);
  }
  return findings.some(({ state }) => state === 'missing') ? EXIT.couldNotMeasure : EXIT.good;
}

async function bindings(root: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  let suites: LoadedSuite[];
  try {
    suites = await loadSuites(root);
  } catch (error) {
    return [{ what: 'suites', state: 'missing', detail: messageOf(error) }];
  }
  for (const { suite } of suites) {
    try {
      await suite.engines.native();
      findings.push({ what: `native ${suite.id}`, state: 'ok', detail: 'loads' });
    } catch (error) {
      findings.push({ what: `native ${suite.id}`, state: 'missing', detail: messageOf(error) });
    }
  }
  return findings;
}

function targets(file: string): Finding {
  try {
    return { what: 'targets', state: 'ok', detail: `${readTargets(file).length} targets in ${file}` };
  } catch (error) {
    return { what: 'targets', state: 'missing', detail: messageOf(error) };
  }
}

function toolchain(): Finding {
  try {
    const version = execFileSync('cargo', ['--version'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    return { what: 'rust', state: 'ok', detail: version };
  } catch {
    return {
      what: 'rust',
      state: 'missing',
      detail: 'no cargo on the PATH; rustup installs it, rust-toolchain.toml names the version',
    };
  }
}
