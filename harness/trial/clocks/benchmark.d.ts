/** The part of benchmark.js 2.1.4 that the crosscheck uses; the package brings no types. */

declare module 'benchmark' {
  namespace Benchmark {
    interface Deferred {
      readonly benchmark: Benchmark;
      resolve(): void;
    }

    interface Options {
      readonly defer?: boolean;
      /** Seconds, cycles only. */
      readonly maxTime?: number;
      readonly minSamples?: number;
      readonly fn: (deferred: Deferred) => unknown;
    }
  }

  class Benchmark {
    constructor(options: Benchmark.Options);
    on(event: 'complete', listener: () => void): this;
    run(options: { readonly async: boolean }): this;
    abort(): this;
    readonly error?: unknown;
    /** Calls of `fn` in one sample, as last chosen. */
    readonly count: number;
    /** Seconds. */
    readonly stats: { readonly mean: number; readonly sample: readonly number[] };
  }

  export = Benchmark;
}
