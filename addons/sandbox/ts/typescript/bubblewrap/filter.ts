/**
 * The filter of system calls, as a classic BPF program: what is not named passes, what is named fails with an error that
 * programs know. It looks at numbers and register arguments alone, never at memory, which can change after the look.
 */

import { ABSENT, BY_ARGUMENT, REFUSED } from './syscalls.ts';

export type Architecture = 'x64' | 'arm64';

// Classic BPF: operation codes, and offsets into struct seccomp_data.
const LOAD = 0x20;
const AND = 0x54;
const JUMP_EQUAL = 0x15;
const JUMP_AT_LEAST = 0x35;
const RETURN = 0x06;
const NUMBER_AT = 0;
const ARCH_AT = 4;
const ARGUMENTS_AT = 16;
const INSTRUCTION_BYTES = 8;

const ALLOW = 0x7fff0000;
const FAIL_WITH = 0x00050000;
const KILL_PROCESS = 0x80000000;
const EPERM = 1;
const ENOSYS = 38;
const EAFNOSUPPORT = 97;

const AUDIT_ARCH: Readonly<Record<Architecture, number>> = { x64: 0xc000003e, arm64: 0xc00000b7 };
/** Numbers from here on are the x32 ABI's: the same calls under other numbers. */
const X32_BIT = 0x40000000;

/** NEWTIME is not among them: clone takes that bit as part of the signal's number. */
const CLONE_NEW_ANYTHING = 0x7e020000;
const TIOCSTI = 0x5412;
const TIOCLINUX = 0x541c;
const SET_ID_BITS = 0o6000;
const FILE_TYPE_BITS = 0o170000;
const CHARACTER_DEVICE = 0o020000;
const BLOCK_DEVICE = 0o060000;
const O_CREAT = 0o100;
/** The bit of O_TMPFILE that is not O_DIRECTORY. */
const O_TMPFILE = 0o20000000;
const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;
const SOCK_STREAM = 1;
const SOCK_SEQPACKET = 5;
/** Type without SOCK_CLOEXEC and SOCK_NONBLOCK. */
const TYPE_BITS = 0xf;
const IPPROTO_TCP = 6;

type Instruction = readonly [code: number, whenTrue: number, whenFalse: number, value: number];

const fail = (errno: number): Instruction => [RETURN, 0, 0, FAIL_WITH | errno];
const allow: Instruction = [RETURN, 0, 0, ALLOW];

/** Lower half only: the kernel's own types of these arguments are 32 bits wide, the upper half has no meaning. */
function load(argument: number): Instruction {
  return [LOAD, 0, 0, ARGUMENTS_AT + 8 * argument];
}

/** The next instruction is passed over unless the accumulator is `value`. */
const onlyIf = (value: number): Instruction => [JUMP_EQUAL, 0, 1, value];
const unless = (value: number): Instruction => [JUMP_EQUAL, 1, 0, value];
const and = (mask: number): Instruction => [AND, 0, 0, mask];

function refuseBits(argument: number, mask: number): Instruction[] {
  return [load(argument), and(mask), unless(0), fail(EPERM), allow];
}

/** A file that would be made with a set-user-id or set-group-id bit. */
function refuseCreation(flagsArgument: number): Instruction[] {
  // Without one of the two flags the mode is whatever stood in the register.
  return [
    load(flagsArgument),
    and(O_CREAT | O_TMPFILE),
    [JUMP_EQUAL, 0, 1, 0],
    allow,
    ...refuseBits(flagsArgument + 1, SET_ID_BITS),
  ];
}

function refuseNodes(modeArgument: number): Instruction[] {
  return [
    load(modeArgument),
    and(FILE_TYPE_BITS),
    onlyIf(CHARACTER_DEVICE),
    fail(EPERM),
    onlyIf(BLOCK_DEVICE),
    fail(EPERM),
    ...refuseBits(modeArgument, SET_ID_BITS),
  ];
}

/** No sockets; with a proxy TCP alone, which finds nothing but the proxy in this network. */
function socketRule(network: boolean): Instruction[] {
  if (!network) return [fail(EPERM)];
  return [
    load(0),
    [JUMP_EQUAL, 1, 0, AF_INET],
    [JUMP_EQUAL, 0, 7, AF_INET6],
    load(1),
    and(TYPE_BITS),
    [JUMP_EQUAL, 0, 4, SOCK_STREAM],
    load(2),
    [JUMP_EQUAL, 1, 0, 0],
    [JUMP_EQUAL, 0, 1, IPPROTO_TCP],
    allow,
    fail(EAFNOSUPPORT),
  ];
}

/** A pair of streams has its other end for good; of datagrams, it could be pointed at any socket's path. */
const SOCKETPAIR_RULE: Instruction[] = [
  load(0),
  unless(AF_UNIX),
  fail(EPERM),
  load(1),
  and(TYPE_BITS),
  [JUMP_EQUAL, 1, 0, SOCK_STREAM],
  [JUMP_EQUAL, 0, 1, SOCK_SEQPACKET],
  allow,
  fail(EPERM),
];

function argumentRules(network: boolean): Readonly<Record<keyof typeof BY_ARGUMENT, Instruction[]>> {
  return {
    clone: refuseBits(0, CLONE_NEW_ANYTHING),
    ioctl: [load(1), onlyIf(TIOCSTI), fail(EPERM), onlyIf(TIOCLINUX), fail(EPERM), allow],
    open: refuseCreation(1),
    creat: refuseBits(1, SET_ID_BITS),
    openat: refuseCreation(2),
    chmod: refuseBits(1, SET_ID_BITS),
    fchmod: refuseBits(1, SET_ID_BITS),
    fchmodat: refuseBits(2, SET_ID_BITS),
    fchmodat2: refuseBits(2, SET_ID_BITS),
    mknod: refuseNodes(1),
    mknodat: refuseNodes(2),
    socket: socketRule(network),
    socketpair: SOCKETPAIR_RULE,
  };
}

/** `struct sock_filter[]`, as bwrap's `--seccomp` reads it. `network`: the sandbox has a proxy. */
export function systemCallFilter(architecture: Architecture, network: boolean): Buffer {
  const column = architecture === 'x64' ? 0 : 1;
  const program: Instruction[] = [
    [LOAD, 0, 0, ARCH_AT],
    unless(AUDIT_ARCH[architecture]),
    // The 32-bit entry has other numbers for everything: nothing of what follows would hold.
    [RETURN, 0, 0, KILL_PROCESS],
    [LOAD, 0, 0, NUMBER_AT],
  ];
  if (architecture === 'x64') program.push([JUMP_AT_LEAST, 0, 1, X32_BIT], fail(EPERM));
  const rules = argumentRules(network);
  for (const [name, numbers] of Object.entries(BY_ARGUMENT)) {
    const rule = rules[name as keyof typeof BY_ARGUMENT];
    // Each rule ends in a return: the number is still loaded for whom it does not concern.
    if (numbers[column] !== undefined) program.push([JUMP_EQUAL, 0, rule.length, numbers[column]], ...rule);
  }
  for (const [table, errno] of [
    [REFUSED, EPERM],
    [ABSENT, ENOSYS],
  ] as const) {
    for (const numbers of Object.values(table)) {
      if (numbers[column] !== undefined) program.push(onlyIf(numbers[column]), fail(errno));
    }
  }
  program.push(allow);
  return encode(program);
}

function encode(program: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(program.length * INSTRUCTION_BYTES);
  program.forEach(([code, whenTrue, whenFalse, value], i) => {
    const at = i * INSTRUCTION_BYTES;
    // Both architectures are little-endian.
    bytes.writeUInt16LE(code, at);
    bytes.writeUInt8(whenTrue, at + 2);
    bytes.writeUInt8(whenFalse, at + 3);
    bytes.writeUInt32LE(value >>> 0, at + 4);
  });
  return bytes;
}
