/** Numbers of the system calls that the filter speaks of: x86_64, aarch64 (undefined where it has none). */

type Numbers = readonly [x64: number, arm64: number | undefined];

/** No program of a sandbox has use for these; each has been part of an escape, or reaches the host's kernel state. */
export const REFUSED: Readonly<Record<string, Numbers>> = {
  // Work that the kernel does without passing this filter.
  io_uring_setup: [425, 425],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  // Other processes' memory and descriptors.
  ptrace: [101, 117],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  process_madvise: [440, 440],
  pidfd_getfd: [438, 438],
  kcmp: [312, 272],
  move_pages: [279, 239],
  migrate_pages: [256, 238],
  userfaultfd: [323, 282],
  // Keys are not in any namespace.
  add_key: [248, 217],
  request_key: [249, 218],
  keyctl: [250, 219],
  // Mounts and namespaces.
  mount: [165, 40],
  umount2: [166, 39],
  pivot_root: [155, 41],
  chroot: [161, 51],
  open_tree: [428, 428],
  move_mount: [429, 429],
  fsopen: [430, 430],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fspick: [433, 433],
  mount_setattr: [442, 442],
  open_tree_attr: [467, 467],
  unshare: [272, 97],
  setns: [308, 268],
  // Files by handle: past every path.
  name_to_handle_at: [303, 264],
  open_by_handle_at: [304, 265],
  // The kernel itself.
  bpf: [321, 280],
  perf_event_open: [298, 241],
  kexec_load: [246, 104],
  kexec_file_load: [320, 294],
  init_module: [175, 105],
  finit_module: [313, 273],
  delete_module: [176, 106],
  create_module: [174, undefined],
  lookup_dcookie: [212, 18],
  fanotify_init: [300, 262],
  fanotify_mark: [301, 263],
  quotactl: [179, 60],
  quotactl_fd: [443, 443],
  nfsservctl: [180, 42],
  acct: [163, 89],
  swapon: [167, 224],
  swapoff: [168, 225],
  reboot: [169, 142],
  syslog: [103, 116],
  sethostname: [170, 161],
  setdomainname: [171, 162],
  settimeofday: [164, 170],
  clock_settime: [227, 112],
  clock_adjtime: [305, 266],
  adjtimex: [159, 171],
  vhangup: [153, 58],
  iopl: [172, undefined],
  ioperm: [173, undefined],
  modify_ldt: [154, undefined],
  uselib: [134, undefined],
  ustat: [136, undefined],
  sysfs: [139, undefined],
};

/** Answered as a kernel without them would: what they are to do stands in memory, where a filter cannot look. */
export const ABSENT: Readonly<Record<string, Numbers>> = {
  // The C library falls back to clone, whose flags are looked at.
  clone3: [435, 435],
  // Could make a file with a set-user-id bit; programs fall back to openat.
  openat2: [437, 437],
};

/** Refused or not by what their arguments say. */
export const BY_ARGUMENT = {
  clone: [56, 220],
  ioctl: [16, 29],
  open: [2, undefined],
  creat: [85, undefined],
  openat: [257, 56],
  chmod: [90, undefined],
  fchmod: [91, 52],
  fchmodat: [268, 53],
  fchmodat2: [452, 452],
  mknod: [133, undefined],
  mknodat: [259, 33],
  socket: [41, 198],
  socketpair: [53, 199],
} as const satisfies Readonly<Record<string, Numbers>>;
