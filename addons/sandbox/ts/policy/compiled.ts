/**
 * A policy after reading: every path absolute and resolved, every default filled in. Plain data; this is what crosses to
 * the native engine as JSON, and what the Rust reader reads as strictly as the schema reads the policy.
 */

import type { CommandRule, Decision, Intent, Limits, Profile } from '../contract.ts';

export interface CompiledRoot {
  /** Resolved. */
  readonly path: string;
  readonly access: 'read' | 'write';
  /** Decimal strings: they may pass 2^53. */
  readonly device: string;
  readonly inode: string;
}

export interface CompiledPathRule {
  readonly id: string;
  /** Absolute; resolved as far as it exists. One for each root where the rule's path was relative. */
  readonly path: string;
  readonly intents: readonly Intent[];
  readonly decision: 'deny' | 'confirm';
}

/**
 * Consecutive components, at any depth below a root, that are not written. Compared folded (`fold` in policy/names.ts:
 * case, ligatures and ignorable characters do not tell names apart).
 */
export interface ProtectedPattern {
  /** Folded. */
  readonly components: readonly string[];
  /** All below it too; false: the entry itself alone (it is not made, renamed or removed, what is in it may be). */
  readonly below: boolean;
}

export interface CompiledPolicy {
  readonly version: 1;
  readonly profile: Profile;
  readonly roots: readonly CompiledRoot[];
  /** Existing, resolved paths that may be read and executed. */
  readonly system: readonly string[];
  /** Symbolic links at the top of the file system that lead into the system paths (`/bin` -> `usr/bin`). */
  readonly systemLinks: readonly { readonly path: string; readonly target: string }[];
  readonly protected: readonly ProtectedPattern[];
  /** Never read, written or listed: the audit log's directory and the like. Resolved. */
  readonly private: readonly string[];
  /** Dot files of the roots may be used. */
  readonly hidden: boolean;
  /** Symbolic links may be followed. */
  readonly symlinks: boolean;
  /** Programs in the roots may be executed. */
  readonly executeInRoots: boolean;
  readonly paths: readonly CompiledPathRule[];
  readonly commands: readonly CommandRule[];
  readonly unknownCommands: Decision;
  readonly domains: readonly string[];
  readonly ports: readonly number[];
  readonly environment: { readonly pass: readonly string[]; readonly set: Readonly<Record<string, string>> };
  readonly limits: Required<Limits>;
  readonly required: boolean;
}
