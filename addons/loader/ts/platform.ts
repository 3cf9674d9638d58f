/** What tells one binding from another; taken from the running process where it is left out. */
export interface Host {
  platform: string;
  arch: string;
  /** The C library of a Linux system. */
  libc: 'glibc' | 'musl' | undefined;
  /** Version of glibc, for the message when a binding wants a newer one. */
  glibcVersion: string | undefined;
}

let host: Host | undefined;

/**
 * The running process. On Linux the C library is read off Node's own report, a few milliseconds at the first call;
 * no program is started for it.
 */
export function currentHost(): Host {
  host ??= detectHost();
  return host;
}

function detectHost(): Host {
  const { platform, arch } = process;
  if (platform !== 'linux') return { platform, arch, libc: undefined, glibcVersion: undefined };
  const glibcVersion = readGlibcVersion();
  return { platform, arch, libc: glibcVersion === undefined ? 'musl' : 'glibc', glibcVersion };
}

/** `excludeNetwork` is there since Node 22.0, but not yet in its published types. */
type ReportOptions = typeof process.report & { excludeNetwork?: boolean };

function readGlibcVersion(): string | undefined {
  const report: ReportOptions = process.report;
  // The names of open connections would be looked up otherwise, which can take seconds.
  const excludedBefore = report.excludeNetwork ?? false;
  report.excludeNetwork = true;
  try {
    const { header } = report.getReport() as { header?: { glibcVersionRuntime?: string } };
    return header?.glibcVersionRuntime;
  } finally {
    report.excludeNetwork = excludedBefore;
  }
}

/** The name of a platform as packages and binaries carry it, `linux-x64-gnu` for one. */
export function platformTriple({ platform, arch, libc }: Pick<Host, 'platform' | 'arch' | 'libc'>): string {
  if (platform === 'win32') return `win32-${arch}-msvc`;
  if (platform !== 'linux') return `${platform}-${arch}`;
  const abi = libc === 'musl' ? 'musl' : 'gnu';
  return `linux-${arch}-${arch === 'arm' ? `${abi}eabihf` : abi}`;
}
