/** Surrogates are above all other code units when it is code points that are compared. */
const FIRST_SURROGATE = 0xd800;
const LAST_SURROGATE = 0xdfff;
const LIFT = 0x2800;

/** Negative, 0 or positive: well-formed texts by their code points. */
export function compareCodePoints(one: string, other: string): number {
  if (one === other) return 0;
  const shorter = Math.min(one.length, other.length);
  let at = 0;
  while (at < shorter && one.charCodeAt(at) === other.charCodeAt(at)) at++;
  if (at === shorter) return one.length - other.length;
  return weight(one.charCodeAt(at)) - weight(other.charCodeAt(at));
}

function weight(unit: number): number {
  return unit >= FIRST_SURROGATE && unit <= LAST_SURROGATE ? unit + LIFT : unit;
}
