/** What an input is called in a report: by the id and class that fixtures have, else by its place in the set. */
export function labelOf(input: unknown, place: number): string {
  const { id, class: kind } = (input ?? {}) as { readonly id?: unknown; readonly class?: unknown };
  if (typeof id !== 'string') return `input ${place}`;
  return typeof kind === 'string' && kind !== '' ? `${id} (${kind})` : id;
}
