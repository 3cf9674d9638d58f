/** The mark of a trial's line, so that a package which prints to stdout cannot be mistaken for the report. */
export const LINE_MARK = 'pairbench-trial ';
