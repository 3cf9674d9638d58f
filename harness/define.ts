/** All that a suite may import from the harness: the words a hot path is described with. */

/** One fixture as a suite sees it. `text`, `texts` and `value` are filled as the fixture set declares. */
export interface FixtureInput {
  /** Names the input in reports, together with its class. */
  readonly id: string;
  readonly class: string;
  readonly sha256: string;
}

/** The engines of a pair. */
export const ENGINES = ['native', 'typescript'] as const;
export type EngineId = (typeof ENGINES)[number];

/**
 * Runs the operation on input `i` and returns its answer. The call is what a sample times, unless the operation times a part
 * of itself (`SelfTimed`).
 */
export type Operation = ((i: number) => unknown) & Partial<SelfTimed>;

export interface Case<E, I> {
  /** Kebab-case; together with the suite's id it names the case everywhere: `tokenizer/count-10k`. */
  readonly id: string;
  /** One line for `bench list` and the report: what one call does. */
  readonly title: string;
  /** What `units` counts, in the singular: `token`, `byte`, `event`. */
  readonly unit: string;
  /** Id of a fixture set, or a function that makes the inputs (pairs outside this repository). */
  readonly inputs: string | (() => readonly I[] | Promise<readonly I[]>);
  /** Picks or splits the fixtures of the set; what it returns are the inputs. */
  readonly select?: (fixtures: readonly I[]) => readonly I[];
  /** Set-up outside every timed span: returns the operation on one engine. */
  readonly prepare: (engine: E, inputs: readonly I[]) => Operation | Promise<Operation>;
  /** The expected answer of each input, from an outside oracle. Compared by value. */
  readonly answer: (inputs: readonly I[]) => readonly unknown[] | Promise<readonly unknown[]>;
  /** Units of work in each input, for `unitsPerSec`. One a call where left out. */
  readonly units?: (inputs: readonly I[]) => readonly number[] | Promise<readonly number[]>;
  /**
   * Calls in one timed sample (default 1). For calls shorter than about twenty clock readings; the metrics are
   * then means of a batch and are named `p50NsOfBatch`, `p99NsOfBatch`.
   */
  readonly batch?: number;
  /**
   * Samples that are enough for a trial, where the profile would take more: for calls of milliseconds and longer. A P99
   * with fewer than 10,000 samples a trial is judged by its rank bounds, which takes 368 of them at least.
   */
  readonly samples?: number;
  /** Trials that are enough, where the profile would take more: for a case whose time no target limits. */
  readonly trials?: number;
  /**
   * Native code allocates differently from run to run (paths of temporary directories, threads of its own): no exact
   * counts are recorded for it.
   */
  readonly varyingAllocations?: boolean;
  /** A point of a curve: cases of one curve are the rows of a table in the report, in the suite's order. */
  readonly curve?: {
    /** What the curve runs over: `edits`. */
    readonly over: string;
    /** This point: `1,000 lines replaced`. */
    readonly point: string;
  };
  /**
   * For a mix of inputs of unlike cost: a trial takes whole rotations of them, so that each weighs alike in P50 and P99, and keeps the
   * median and the longest time of each; the report has the ten slowest on each engine, by `id` and `class` where the
   * inputs have them. Not together with `batch`.
   */
  readonly slowestInputs?: boolean;
  /** A fresh process calls each input once, nothing warmed up. */
  readonly cold?: boolean;
  /** Engines that have the case, where not both; peers say so themselves. */
  readonly engines?: readonly EngineId[];
  /** The operation returns a promise; the sample ends when it settles. Not together with `batch`. */
  readonly async?: boolean;
}

/** Somebody else's package doing the same job. */
export interface Peer<E> {
  /** The name users know it by: `gpt-tokenizer`. */
  readonly id: string;
  /** Loads the package; called only in the trial that measures it. */
  readonly load: () => Promise<E>;
  /** The cases it takes part in, by id. */
  readonly cases: readonly string[];
  /** Cases it is so slow at that only the full profile measures them (or `--engine` with its name). */
  readonly slowCases?: readonly string[];
  /** Why its figures cannot be read like the others', if so; printed under every table it is in. */
  readonly note?: string;
  /** It promises less than the engines do, and is there for the size of the difference: never called the fastest peer. */
  readonly control?: boolean;
}

export interface Suite<E, I = FixtureInput> {
  /** The hot path's id. */
  readonly id: string;
  /** Lazily, so that a trial maps one engine and no other. */
  readonly engines: { readonly typescript: () => Promise<E>; readonly native: () => Promise<E> };
  /** A peer offers the part of the engine that its cases call. */
  readonly peers?: () => Promise<{ readonly peers: readonly Peer<Partial<E>>[] }>;
  readonly cases: readonly Case<E, I>[];
}

/**
 * An engine whose calls time themselves (a Rust crate measured without the N-API crossing), or an operation of which a part
 * is meant (the end of what it has begun), has this method: nanoseconds of the last call. The sample is then this figure and
 * the report says so.
 */
export interface SelfTimed {
  lastElapsedNs(): number;
}

/**
 * An engine whose native code counts its memory has these methods; a memory trial reads them. Both are to be cheap and
 * may allocate a little, but always the same: the harness subtracts what an empty reading costs.
 */
export interface CountsMemory {
  nativeMemory(): {
    /** Bytes allocated and not freed. */
    readonly liveBytes: number;
    /** The most since the start or the last `resetNativePeak`. */
    readonly peakBytes: number;
    /** Allocations since the start, each change of a block's size among them. */
    readonly allocations: number;
    /** Bytes of all allocations since the start, freed or not. */
    readonly allocatedBytes: number;
  };
  /** Lets `peakBytes` start anew at what is held now. */
  resetNativePeak(): void;
}

/** Types a suite; checks nothing at run time (the harness checks when it loads one). */
export function defineSuite<E, I = FixtureInput>(suite: Suite<E, I>): Suite<E, I> {
  return suite;
}
