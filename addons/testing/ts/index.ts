/** What the tests of every addon share. */

export { Random } from './random.ts';
export { whyNoBinding } from './why-no-binding.ts';
