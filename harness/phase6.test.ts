/** The project's own targets file holds every acceptance figure of the roadmap, unchanged. */

import { expect, test } from 'vitest';
import { readTargets } from './targets.ts';

const targets = readTargets(new URL('../baselines/phase6.toml', import.meta.url).pathname);

const HOT_PATHS = 'tokenizer storage diff sandbox symbols gitignore vector json compression'.split(' ');

/** case, metric, limit (`min` where the name says at least), compared with */
const PHASE_6: [id: string, metric: string, limit: { max?: number; min?: number }, against?: string][] = [
  ['tokenizer/count-10k', 'p99Ns', { max: 1_000_000 }],
  ['tokenizer/count-10k', 'wrongAnswers', { max: 0 }],
  ['tokenizer/count-10k-cl100k', 'p99Ns', { max: 1_000_000 }],
  ['tokenizer/count-10k-cl100k', 'wrongAnswers', { max: 0 }],
  ['tokenizer/count-10k', 'retainedRatio', { max: 0.7 }, 'typescript'],
  ['storage/append', 'p99Ns', { max: 5_000_000 }],
  ['storage/save-2m', 'p99Ns', { max: 5_000_000 }],
  ['storage/load-2m', 'p99Ns', { max: 5_000_000 }],
  ['storage/save-2m', 'speedup', { min: 1.5 }, 'typescript'],
  ['storage/load-2m', 'speedup', { min: 1.5 }, 'typescript'],
  ['storage/replay-100k', 'p50Ns', { max: 500_000_000 }],
  ['storage/open-100k', 'retainedRatio', { max: 0.6 }, 'typescript'],
  ['storage/spool-512k', 'other', {}],
  ['diff/unified-10k-100', 'p50Ns', { max: 2_000_000 }],
  ['diff/unified-10k-100', 'p99Ns', { max: 5_000_000 }],
  ['diff/unified-10k-100', 'wrongAnswers', { max: 0 }],
  ['diff/apply-reverse', 'wrongAnswers', { max: 0 }],
  ['diff/unified-10k-100', 'retainedRatio', { max: 0.5 }, 'typescript'],
  ['sandbox/start', 'p99Ns', { max: 10_000_000 }],
  ['sandbox/escape-corpus', 'wrongAnswers', { max: 0 }],
  ['symbols/query-100k', 'p99Ns', { max: 5_000_000 }],
  ['symbols/update-file', 'p50Ns', { max: 10_000_000 }],
  ['symbols/index-100k', 'retainedRatio', { max: 0.5 }, 'javascript-map'],
  ['gitignore/list-files', 'speedup', { min: 5 }, 'javascript-walker'],
  ['gitignore/is-ignored', 'wrongAnswers', { max: 0 }],
  ['vector/cosine-batch-10k', 'speedup', { min: 10 }, 'javascript-loop'],
  ['json/stringify-100kb', 'speedup', { min: 2 }, 'json-stringify'],
  ['json/stable-stringify', 'wrongAnswers', { max: 0 }],
  ['compression/compress-context-1mb', 'speedup', { min: 5 }, 'typescript'],
  ['compression/compress-context-1mb', 'retainedRatio', { max: 0.7 }, 'typescript'],
  ['compression/compress-payload', 'other', {}],
];

test.each(HOT_PATHS)('%s has a target', (id) => {
  expect(targets.some((target) => target.case.startsWith(`${id}/`))).toBe(true);
});

test.each(PHASE_6)('Phase 6: %s %s', (id, metric, limit, against) => {
  const rows = targets.filter(
    (target) =>
      target.source === 'Phase 6' &&
      target.case === id &&
      target.metric === metric &&
      target.against === against,
  );
  expect(rows).toHaveLength(1);
  const [row] = rows;
  expect({ max: row?.max, min: row?.min }).toEqual({ max: limit.max, min: limit.min });
  expect(row?.engine).toBe('native');
});

test('there is no Phase 6 row beside them', () => {
  expect(targets.filter((target) => target.source === 'Phase 6')).toHaveLength(PHASE_6.length);
});
