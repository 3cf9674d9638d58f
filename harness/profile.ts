/** How long and how often a case is measured. */

export interface Profile {
  readonly name: ProfileName;
  /** Fresh processes for each case and engine. Six is the fewest whose [min, max] covers a median at 95 %. */
  readonly trials: number;
  readonly warmupMs: number;
  /** A trial samples for at least this long and at least this often. */
  readonly sampleMs: number;
  readonly minSamples: number;
  /** Samples a trial takes where a target limits the P99 (0: it takes no more than elsewhere). */
  readonly samplesForP99: number;
  /** Sampling ends here whatever the wishes above. */
  readonly maxSampleMs: number;
  /** Processes that read memory for each case and engine; two show whether the figure repeats. */
  readonly memoryTrials: number;
  /** Trials run side by side, one a core: quicker, and no time is to be believed. */
  readonly sideBySide: boolean;
}

export const PROFILE_NAMES = ['smoke', 'quick', 'full'] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];

/** Fewest samples of one trial that let a P99 be gated: about a hundred lie above it. */
export const SAMPLES_TO_GATE_P99 = 10_000;
/** Fewest samples that let a P99 be shown: below 299 no 95 % upper bound without a distribution exists. */
export const SAMPLES_TO_SHOW_P99 = 300;

export const PROFILES: Record<ProfileName, Profile> = {
  smoke: {
    name: 'smoke',
    trials: 1,
    warmupMs: 0,
    sampleMs: 20,
    minSamples: 3,
    samplesForP99: 0,
    maxSampleMs: 2_000,
    memoryTrials: 0,
    sideBySide: true,
  },
  quick: {
    name: 'quick',
    trials: 6,
    warmupMs: 150,
    sampleMs: 200,
    minSamples: 10,
    samplesForP99: SAMPLES_TO_GATE_P99,
    maxSampleMs: 15_000,
    memoryTrials: 2,
    sideBySide: false,
  },
  full: {
    name: 'full',
    trials: 20,
    warmupMs: 500,
    sampleMs: 1_000,
    minSamples: SAMPLES_TO_SHOW_P99,
    samplesForP99: 20_000,
    maxSampleMs: 30_000,
    memoryTrials: 5,
    sideBySide: false,
  },
};
