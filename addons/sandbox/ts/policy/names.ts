/**
 * When two names are one, and the names that are never written. launcher/names.rs is the twin of the comparison: both are
 * tested with the same table (names.table.json).
 */

import type { ProtectedPattern } from './compiled.ts';

/** Characters that some file system ignores or takes for others. */
const LOOKALIKES = /[\u212a\u017f\ufb00-\ufb06\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g;
const SPELLED: Readonly<Record<string, string>> = {
  '\u212a': 'k',
  '\u017f': 's',
  '\ufb00': 'ff',
  '\ufb01': 'fi',
  '\ufb02': 'fl',
  '\ufb03': 'ffi',
  '\ufb04': 'ffl',
  '\ufb05': 'st',
  '\ufb06': 'st',
};
/** A name of these letters alone is its own fold: nearly every name. */
const FOLDED_ALREADY = /^[!-@[-~ ]*$/;

/** Case of ASCII, ligatures and ignorable characters made one. All else is as it was. */
export function fold(name: string): string {
  if (FOLDED_ALREADY.test(name)) return name;
  return name
    .replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
    .replace(LOOKALIKES, (letter) => SPELLED[letter] ?? '');
}

/** What a name is compared with: folded, and without the dots and blanks at its end, which some systems drop. */
export function patternOf(name: string): string {
  const folded = fold(name);
  let end = folded.length;
  while (end > 0 && (folded[end - 1] === '.' || folded[end - 1] === ' ')) end--;
  return end === folded.length ? folded : folded.slice(0, end);
}

/** Whether `name` is the name `pattern`, which comes from `patternOf`. */
export function foldsTo(name: string, pattern: string): boolean {
  return name === pattern || patternOf(name) === pattern;
}

/** Whether `name` is a dot file's. */
export function isHidden(name: string): boolean {
  return name.startsWith('.') || fold(name).startsWith('.');
}

/**
 * Never written at any depth of a root, nor anything below them: what a program of the user reads and obeys the next
 * time it starts. `a/b` is `b` directly in an `a`. `.env` is not here: it is the project's own, and nothing runs it.
 */
export const PROTECTED_NAMES: readonly string[] = [
  // Shells and log-in.
  '.bashrc',
  '.bash_profile',
  '.bash_login',
  '.bash_logout',
  '.bash_aliases',
  '.profile',
  '.zshrc',
  '.zshenv',
  '.zprofile',
  '.zlogin',
  '.zlogout',
  '.kshrc',
  '.mkshrc',
  '.cshrc',
  '.tcshrc',
  '.login',
  '.logout',
  '.inputrc',
  '.pam_environment',
  '.xprofile',
  '.xinitrc',
  '.xsession',
  '.xsessionrc',
  '.config/fish',
  '.config/autostart',
  '.config/systemd',
  '.config/environment.d',
  // Version control.
  '.gitconfig',
  '.gitmodules',
  '.git-credentials',
  '.config/git',
  '.husky',
  '.hg',
  '.hgrc',
  '.svn',
  '.bzr',
  '.jj',
  // Package managers and build tools that run what their settings name.
  '.npmrc',
  '.yarnrc',
  '.yarnrc.yml',
  '.pnpmrc',
  '.pypirc',
  '.cargo/config',
  '.cargo/config.toml',
  '.config/pip',
  // Tools that start others by their settings, or hold passwords.
  '.ripgreprc',
  '.curlrc',
  '.wgetrc',
  '.netrc',
  '.gdbinit',
  '.lldbinit',
  '.tmux.conf',
  '.screenrc',
  '.irbrc',
  '.pryrc',
  '.rprofile',
  '.psqlrc',
  '.sqliterc',
  // Editors.
  '.vimrc',
  '.gvimrc',
  '.exrc',
  '.nvimrc',
  '.nvim.lua',
  '.vim',
  '.config/nvim',
  '.emacs',
  '.emacs.d',
  '.dir-locals.el',
  '.vscode',
  '.idea',
  '.zed',
  '.fleet',
  '.devcontainer',
  '.devcontainer.json',
  // Agents.
  '.mcp.json',
  '.claude',
  '.claude.json',
  '.codex',
  '.agents',
  '.cursor',
  '.gemini',
  '.windsurf',
  '.continue',
  '.aider.conf.yml',
  // Keys.
  '.aws',
  '.ssh',
  '.gnupg',
  '.kube',
  '.docker',
  '.azure',
  '.config/gcloud',
];

/**
 * What in `.git` makes git run a program, look elsewhere or trust another directory. `rebase-merge` holds commands that a
 * continued rebase runs.
 */
export const GIT_OBEYED: readonly string[] = [
  'hooks',
  'config',
  'config.worktree',
  'commondir',
  'gitdir',
  'info',
  'modules',
  'worktrees',
  'rebase-merge',
  'rebase-apply',
  'objects/info/alternates',
  'objects/info/http-alternates',
];

/** All patterns of a policy. `.git` itself is never made, renamed or removed: that holds for a worktree's `.git` file too. */
export function protectedPatterns(git: 'read' | 'limited', more: readonly string[]): ProtectedPattern[] {
  const names = [...PROTECTED_NAMES, ...more];
  const patterns = names.map((name) => ({ components: name.split('/').map(patternOf), below: true }));
  if (git === 'read') return [...patterns, { components: ['.git'], below: true }];
  return [
    ...patterns,
    { components: ['.git'], below: false },
    ...GIT_OBEYED.map((name) => ({ components: ['.git', ...name.split('/')], below: true })),
  ];
}

/** Patterns by their first component: a path is looked up once for each of its own. */
export type ProtectedIndex = ReadonlyMap<string, readonly ProtectedPattern[]>;

export function indexPatterns(patterns: readonly ProtectedPattern[]): ProtectedIndex {
  const index = new Map<string, ProtectedPattern[]>();
  for (const pattern of patterns) {
    const first = pattern.components[0] as string;
    const list = index.get(first);
    if (list === undefined) index.set(first, [pattern]);
    else list.push(pattern);
  }
  return index;
}

/** Whether a path is not written, whose components below its root are `below`, each made comparable by `patternOf`. */
export function isProtected(below: readonly string[], index: ProtectedIndex): boolean {
  return below.some((name, start) => {
    const candidates = index.get(name);
    return candidates?.some(({ components, below: holdsBelow }) => {
      const end = start + components.length;
      if (end > below.length || (!holdsBelow && end < below.length)) return false;
      return components.every((component, at) => below[start + at] === component);
    });
  });
}
