/** It does not match. Scores are greater. */
export const NO_MATCH = 0;
/** Whether it matches was not found out: it could not score what is needed. */
export const TOO_LITTLE = -1;
