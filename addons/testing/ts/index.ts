/** What the tests of every addon share. */

export { thrownBy, wrong } from './misuse.ts';
export { Random } from './random.ts';
export { whyNoBinding } from './why-no-binding.ts';
