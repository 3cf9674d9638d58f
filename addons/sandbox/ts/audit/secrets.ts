/**
 * Takes out of a word what is known to be a secret by where it stands. A secret that stands anywhere else stays: the log is
 * to be kept as the session itself is.
 */

const CUT = '<redacted>';

/** `API_TOKEN=...`, `--password=...`: the name says it. Only at the beginning of a word of a command, or after a blank, quote or `;`. */
const ASSIGNED =
  /((?:^|[\s"';&|(])-{0,2}[\w.-]*(?:token|secret|passw(?:or)?d|passphrase|api[-_]?key|access[-_]?key|private[-_]?key|credentials?)[\w.-]*=)("[^"]*"|'[^']*'|[^\s"';&|)]+)/gi;
/** `https://user:word@host` */
const IN_URL = /(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:)[^\s/@]+(?=@)/gi;
/** `Authorization: Bearer ...` */
const IN_HEADER = /(\bauthorization:\s*(?:[a-z]+\s+)?)[^\s"']+/gi;

export function withoutSecrets(text: string): string {
  // Each begins with one of these: most words are let through without more.
  if (!/[=@]|authorization:/i.test(text)) return text;
  return text.replace(ASSIGNED, `$1${CUT}`).replace(IN_URL, `$1${CUT}`).replace(IN_HEADER, `$1${CUT}`);
}
