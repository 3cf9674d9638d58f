//! Filters of system calls as the kernel's small machine reads them.

/// What becomes of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Allow,
    /// The call fails with this error number.
    Fail(i32),
    /// The supervisor decides.
    Ask,
    /// The process is ended.
    Kill,
}

impl Verdict {
    const fn value(self) -> u32 {
        match self {
            Self::Allow => 0x7fff_0000,
            Self::Fail(errno) => 0x0005_0000 | errno as u32,
            Self::Ask => 0x7fc0_0000,
            Self::Kill => 0x8000_0000,
        }
    }
}

/// A condition on the low half of an argument. No pointer is ever looked behind: what it points to can change.
#[derive(Clone, Copy, Debug)]
pub(super) enum Test {
    /// Argument, mask, value: equal under the mask.
    Equal(u32, u32, u32),
    /// Argument, mask: any bit of the mask is set.
    AnyOf(u32, u32),
}

/// A program, one instruction after the other.
#[derive(Default)]
pub(super) struct Assembler {
    instructions: Vec<(u16, u8, u8, u32)>,
}

const LOAD: u16 = 0x20;
const RETURN: u16 = 0x06;
const AND: u16 = 0x54;
const JUMP_EQUAL: u16 = 0x15;
const JUMP_GREATER: u16 = 0x25;
const JUMP_ANY: u16 = 0x45;

const NUMBER_OFFSET: u32 = 0;
const ARCHITECTURE_OFFSET: u32 = 4;

impl Assembler {
    fn push(&mut self, code: u16, then: u8, otherwise: u8, value: u32) {
        self.instructions.push((code, then, otherwise, value));
    }

    pub(super) fn answer(&mut self, verdict: Verdict) {
        self.push(RETURN, 0, 0, verdict.value());
    }

    /// Calls made in another convention (32 bits on x86-64) have other numbers: they are not let in at all.
    pub(super) fn require_architecture(&mut self, architecture: u32) {
        self.push(LOAD, 0, 0, ARCHITECTURE_OFFSET);
        self.push(JUMP_EQUAL, 1, 0, architecture);
        self.answer(Verdict::Kill);
        self.push(LOAD, 0, 0, NUMBER_OFFSET);
    }

    /// For all numbers above.
    pub(super) fn above(&mut self, number: u32, verdict: Verdict) {
        self.push(JUMP_GREATER, 0, 1, number);
        self.answer(verdict);
    }

    pub(super) fn call(&mut self, number: libc::c_long, verdict: Verdict) {
        self.push(JUMP_EQUAL, 0, 1, number as u32);
        self.answer(verdict);
    }

    /// Only where every test holds.
    pub(super) fn call_when(&mut self, number: libc::c_long, tests: &[Test], verdict: Verdict) {
        let length: usize = tests.iter().map(|test| test.length()).sum();
        // Behind the tests, the answer, and the number loaded anew.
        let skip = u8::try_from(length + 2).expect("few tests");
        self.push(JUMP_EQUAL, 0, skip, number as u32);
        let mut left = length;
        for test in tests {
            left -= test.length();
            // To where the number is loaded anew: over the tests left and the answer.
            let out = u8::try_from(left + 1).expect("few tests");
            match *test {
                Test::Equal(argument, mask, value) => {
                    self.load(argument);
                    self.push(AND, 0, 0, mask);
                    self.push(JUMP_EQUAL, 0, out, value);
                }
                Test::AnyOf(argument, mask) => {
                    self.load(argument);
                    self.push(JUMP_ANY, 0, out, mask);
                }
            }
        }
        self.answer(verdict);
        self.push(LOAD, 0, 0, NUMBER_OFFSET);
    }

    fn load(&mut self, argument: u32) {
        const FIRST_ARGUMENT_OFFSET: u32 = 16;
        // Little-endian: the low half is first.
        self.push(LOAD, 0, 0, FIRST_ARGUMENT_OFFSET + 8 * argument);
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.instructions.len() * 8);
        for (code, then, otherwise, value) in &self.instructions {
            bytes.extend(code.to_ne_bytes());
            bytes.extend([*then, *otherwise]);
            bytes.extend(value.to_ne_bytes());
        }
        bytes
    }
}

impl Test {
    const fn length(self) -> usize {
        match self {
            Self::Equal(..) => 3,
            Self::AnyOf(..) => 2,
        }
    }
}
