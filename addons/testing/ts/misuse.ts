/** Calls that are meant to go wrong. */

/** What a caller without types may pass. */
// biome-ignore lint/suspicious/noExplicitAny: wrong types are the point
export const wrong = (value: unknown): any => value;

/** What a call throws, or its promise rejects with. @throws Error where it does neither */
export async function thrownBy(action: () => unknown): Promise<unknown> {
  try {
    await action();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
