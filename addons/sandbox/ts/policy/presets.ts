/** Four policies to begin with. docs/sandbox-policy-matrix.md says in a table what each allows. */

import { type CommandRule, type Policy, type Preset, SandboxError } from '../contract.ts';
import { readPolicy } from './schema.ts';

export interface PresetOptions {
  /** Absolute, existing directory. */
  readonly root: string;
  /** Default `read` for `safe`, which has no other, and `write` for the rest. */
  readonly access?: 'read' | 'write';
}

/**
 * Programs that read files or answer questions about the machine, and can neither start another program nor write a file,
 * whatever their arguments. That leaves out much that only looks harmless: `find` (-exec, -delete), `sed` (w, e), `awk`
 * (system), `xargs` and `env` (start others), `rg` (--pre), `sort` and `tree` (-o), `uniq` (a second operand), `diff`
 * (-l starts `pr`), `less` (!), `tar`, `file` (-C).
 */
export const READERS: readonly string[] = [
  ...[
    'ls',
    'cat',
    'tac',
    'head',
    'tail',
    'wc',
    'nl',
    'od',
    'cut',
    'paste',
    'join',
    'comm',
    'cmp',
    'fold',
    'fmt',
  ],
  ...[
    'grep',
    'egrep',
    'fgrep',
    'tr',
    'rev',
    'column',
    'expand',
    'strings',
    'hexdump',
    'jq',
    'stat',
    'du',
    'df',
  ],
  ...['cksum', 'b2sum', 'md5sum', 'sha1sum', 'sha256sum', 'sha512sum', 'basename', 'dirname', 'realpath'],
  ...[
    'readlink',
    'pwd',
    'echo',
    'printf',
    'true',
    'false',
    'test',
    'seq',
    'date',
    'uname',
    'nproc',
    'id',
    'whoami',
  ],
];

/**
 * Nearly always an accident or an attack. Most of them fail in the sandbox anyway; the rules say so early and by name, and
 * hold for `sandbox.evaluateCommand` of a host that runs the command itself.
 */
export const DANGEROUS_COMMANDS: readonly CommandRule[] = [
  {
    id: 'become-another-user',
    command: [['sudo', 'su', 'doas', 'pkexec', 'run0', 'runuser']],
    decision: 'deny',
  },
  {
    id: 'mounts',
    command: [['mount', 'umount', 'fusermount', 'fusermount3', 'losetup', 'swapon', 'swapoff', 'cryptsetup']],
    decision: 'deny',
  },
  {
    id: 'disks',
    command: [
      [
        ...['mkfs', 'mkfs.ext2', 'mkfs.ext3', 'mkfs.ext4', 'mkfs.xfs', 'mkfs.btrfs', 'mkfs.vfat', 'mkfs.fat'],
        ...[
          'mkfs.ntfs',
          'mkswap',
          'fdisk',
          'sfdisk',
          'cfdisk',
          'parted',
          'gdisk',
          'sgdisk',
          'wipefs',
          'blkdiscard',
        ],
      ],
    ],
    decision: 'deny',
  },
  {
    id: 'power-off',
    command: [['shutdown', 'reboot', 'halt', 'poweroff', 'telinit', 'kexec']],
    decision: 'deny',
  },
  { id: 'kernel-modules', command: [['insmod', 'modprobe', 'rmmod']], decision: 'deny' },
  { id: 'namespaces', command: [['chroot', 'unshare', 'nsenter', 'setpriv', 'capsh']], decision: 'deny' },
  { id: 'start-later', command: [['crontab', 'at', 'batch', 'systemd-run']], decision: 'deny' },
  {
    id: 'remove-everything',
    command: [
      'rm',
      ['-rf', '-fr', '-r', '-R', '-Rf', '-fR', '--recursive'],
      ['/', '/*', '~', '~/', '$HOME', '.git'],
    ],
    decision: 'deny',
  },
  {
    id: 'git-push-over',
    command: ['git', 'push', ['--force', '-f', '--force-with-lease', '--mirror', '--delete', '--prune']],
    decision: 'deny',
  },
  { id: 'git-settings-of-the-user', command: ['git', 'config', ['--global', '--system']], decision: 'deny' },
  { id: 'raw-copy', command: [['dd', 'shred', 'truncate']], decision: 'confirm' },
  { id: 'git-push', command: ['git', ['push', 'send-email']], decision: 'confirm' },
  {
    id: 'publish',
    command: [
      ['npm', 'pnpm', 'yarn', 'cargo', 'twine', 'gem', 'poetry', 'uv'],
      ['publish', 'upload', 'push', 'unpublish', 'yank'],
    ],
    decision: 'confirm',
  },
  {
    id: 'other-hosts',
    command: [['ssh', 'scp', 'sftp', 'rsync', 'gh', 'glab', 'docker', 'podman', 'kubectl']],
    decision: 'confirm',
  },
  {
    id: 'system-services',
    command: [['systemctl', 'service', 'launchctl', 'loginctl']],
    decision: 'confirm',
  },
];

/**
 * Where npm, Cargo, pip and git fetch from. GitHub takes uploads as well: with a token in the sandbox data can leave
 * through it, so none is handed over by default.
 */
export const REGISTRY_DOMAINS: readonly string[] = [
  'registry.npmjs.org',
  'registry.yarnpkg.com',
  'index.crates.io',
  'static.crates.io',
  'crates.io',
  'pypi.org',
  'files.pythonhosted.org',
  'github.com',
  'codeload.github.com',
  'objects.githubusercontent.com',
  'release-assets.githubusercontent.com',
  'raw.githubusercontent.com',
];

const READERS_RULE: CommandRule = { id: 'readers', command: [READERS], decision: 'allow' };

/** @throws SandboxError `ERR_OUT_OF_RANGE`, `ERR_INVALID_ARG_TYPE`, `ERR_POLICY` */
export function preset(name: Preset, options: PresetOptions): Policy {
  if (typeof options !== 'object' || options === null) {
    throw new SandboxError('ERR_INVALID_ARG_TYPE', 'options must be an object with a root');
  }
  const { root, access } = options;
  return readPolicy(policyOf(name, root, access));
}

function policyOf(name: Preset, path: string, access: 'read' | 'write' | undefined): Policy {
  const workspace = {
    version: 1,
    profile: 'workspace',
    roots: [{ path, access: access ?? 'write' }],
  } as const;
  switch (name) {
    case 'safe':
      return {
        version: 1,
        profile: 'strict',
        roots: [{ path, access: access ?? 'read' }],
        commands: [READERS_RULE],
        unknownCommands: 'deny',
      };
    case 'balanced':
      return { ...workspace, commands: [READERS_RULE, ...DANGEROUS_COMMANDS], unknownCommands: 'confirm' };
    case 'power':
      return {
        ...workspace,
        commands: DANGEROUS_COMMANDS,
        unknownCommands: 'allow',
        network: { domains: REGISTRY_DOMAINS },
      };
    case 'developer':
      return {
        ...workspace,
        git: 'limited',
        commands: DANGEROUS_COMMANDS,
        unknownCommands: 'allow',
        network: { domains: REGISTRY_DOMAINS },
        limits: {
          timeoutMs: 30 * 60_000,
          processes: 4096,
          memoryBytes: 16 * 2 ** 30,
          fileBytes: 8 * 2 ** 30,
          temporaryBytes: 4 * 2 ** 30,
          descriptors: 65_536,
          outputBytes: 16 * 2 ** 20,
        },
      };
    default:
      throw new SandboxError('ERR_OUT_OF_RANGE', `there is no preset ${JSON.stringify(name)}`);
  }
}
