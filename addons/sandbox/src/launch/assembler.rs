//! Filters of system calls as the kernel's small machine reads them.

use std::collections::BTreeMap;

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

/// What becomes of one call: the first condition that holds decides, and where none does it is allowed.
type Rules = Vec<(Vec<Test>, Verdict)>;

/// A filter: rules by the number of their call.
///
/// The numbers are found by a tree of comparisons, not one after the other: the kernel tries every number when it takes the
/// filter, so a long row of them would cost each start a quarter of a millisecond.
#[derive(Default)]
pub(super) struct Assembler {
    rules: BTreeMap<u32, Rules>,
}

type Instruction = (u16, u8, u8, u32);

const LOAD: u16 = 0x20;
const RETURN: u16 = 0x06;
const AND: u16 = 0x54;
const JUMP: u16 = 0x05;
const JUMP_EQUAL: u16 = 0x15;
const JUMP_GREATER: u16 = 0x25;
const JUMP_ANY: u16 = 0x45;

const NUMBER_OFFSET: u32 = 0;
const ARCHITECTURE_OFFSET: u32 = 4;
const FIRST_ARGUMENT_OFFSET: u32 = 16;

impl Assembler {
    pub(super) fn call(&mut self, number: libc::c_long, verdict: Verdict) {
        self.call_when(number, &[], verdict);
    }

    /// Only where every test holds. Rules of one call are tried in the order in which they are added.
    pub(super) fn call_when(&mut self, number: libc::c_long, tests: &[Test], verdict: Verdict) {
        let rules = self.rules.entry(number as u32).or_default();
        rules.push((tests.to_vec(), verdict));
    }

    /// The program. Calls made in another convention (32 bits on x86-64) have other numbers: who makes one is ended. Numbers
    /// above `last` give `beyond`.
    pub(super) fn bytes(&self, architecture: u32, last: u32, beyond: Verdict) -> Vec<u8> {
        let mut program = vec![
            (LOAD, 0, 0, ARCHITECTURE_OFFSET),
            (JUMP_EQUAL, 1, 0, architecture),
            answer(Verdict::Kill),
            (LOAD, 0, 0, NUMBER_OFFSET),
            (JUMP_GREATER, 0, 1, last),
            answer(beyond),
        ];
        let rules: Vec<_> = self.rules.iter().collect();
        program.extend(tree(&rules));
        program
            .iter()
            .flat_map(|(code, then, otherwise, value)| {
                let [a, b] = code.to_ne_bytes();
                let [c, d, e, f] = value.to_ne_bytes();
                [a, b, *then, *otherwise, c, d, e, f]
            })
            .collect()
    }
}

const fn answer(verdict: Verdict) -> Instruction {
    (RETURN, 0, 0, verdict.value())
}

/// Halves until one number is left. Short jumps reach 255 instructions, so the way to the upper half is a long one.
fn tree(rules: &[(&u32, &Rules)]) -> Vec<Instruction> {
    match rules {
        [] => vec![answer(Verdict::Allow)],
        [(number, rules)] => {
            let mut code = vec![(JUMP_EQUAL, 1, 0, **number), answer(Verdict::Allow)];
            code.extend(leaf(rules));
            code
        }
        _ => {
            let (low, high) = rules.split_at(rules.len() / 2);
            let (below, above) = (tree(low), tree(high));
            let greatest = *low[low.len() - 1].0;
            let mut code = vec![(JUMP_GREATER, 0, 1, greatest), (JUMP, 0, 0, below.len() as u32)];
            code.extend(below);
            code.extend(above);
            code
        }
    }
}

/// The rules of one call, whose number is known here.
fn leaf(rules: &Rules) -> Vec<Instruction> {
    let mut code = Vec::new();
    for (tests, verdict) in rules {
        let length: usize = tests.iter().map(|test| test.length()).sum();
        let mut left = length;
        for test in tests {
            left -= test.length();
            // Over the tests that are left and the answer.
            let out = u8::try_from(left + 1).expect("few tests");
            match *test {
                Test::Equal(argument, mask, value) => {
                    code.push(load(argument));
                    code.push((AND, 0, 0, mask));
                    code.push((JUMP_EQUAL, 0, out, value));
                }
                Test::AnyOf(argument, mask) => {
                    code.push(load(argument));
                    code.push((JUMP_ANY, 0, out, mask));
                }
            }
        }
        code.push(answer(*verdict));
    }
    code.push(answer(Verdict::Allow));
    code
}

/// The low half of an argument: little-endian, so it is first.
const fn load(argument: u32) -> Instruction {
    (LOAD, 0, 0, FIRST_ARGUMENT_OFFSET + 8 * argument)
}

impl Test {
    const fn length(self) -> usize {
        match self {
            Self::Equal(..) => 3,
            Self::AnyOf(..) => 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the kernel's machine would answer.
    fn run(program: &[u8], number: u32, architecture: u32, arguments: [u32; 6]) -> u32 {
        let instructions: Vec<Instruction> = program
            .as_chunks::<8>()
            .0
            .iter()
            .map(|[a, b, then, otherwise, c, d, e, f]| {
                (
                    u16::from_ne_bytes([*a, *b]),
                    *then,
                    *otherwise,
                    u32::from_ne_bytes([*c, *d, *e, *f]),
                )
            })
            .collect();
        let (mut at, mut accumulator) = (0, 0_u32);
        loop {
            let (code, then, otherwise, value) = instructions[at];
            at += 1;
            let branch = |holds: bool| usize::from(if holds { then } else { otherwise });
            match code {
                LOAD => {
                    accumulator = match value {
                        NUMBER_OFFSET => number,
                        ARCHITECTURE_OFFSET => architecture,
                        _ => arguments[(value - FIRST_ARGUMENT_OFFSET) as usize / 8],
                    }
                }
                AND => accumulator &= value,
                JUMP => at += value as usize,
                JUMP_EQUAL => at += branch(accumulator == value),
                JUMP_GREATER => at += branch(accumulator > value),
                JUMP_ANY => at += branch(accumulator & value != 0),
                RETURN => return value,
                _ => panic!("no such instruction: {code:#x}"),
            }
        }
    }

    #[test]
    fn each_number_finds_its_own_rules_and_no_other() {
        let mut filter = Assembler::default();
        for number in (0..300).filter(|number| number % 3 != 0) {
            filter.call(number, Verdict::Fail((number % 100) as i32));
        }
        filter.call_when(33, &[Test::AnyOf(1, 6), Test::Equal(2, 0xf, 5)], Verdict::Ask);
        filter.call(33, Verdict::Fail(7));
        let program = filter.bytes(62, 400, Verdict::Fail(38));
        let ask = |number, arguments| run(&program, number, 62, arguments);
        for number in (0..300).filter(|number| *number != 33) {
            let expected = if number % 3 == 0 {
                Verdict::Allow
            } else {
                Verdict::Fail((number % 100) as i32)
            };
            assert_eq!(ask(number, [0; 6]), expected.value(), "{number}");
        }
        assert_eq!(ask(33, [0, 2, 0x15, 0, 0, 0]), Verdict::Ask.value());
        assert_eq!(ask(33, [0, 1, 0x15, 0, 0, 0]), Verdict::Fail(7).value());
        assert_eq!(ask(33, [0, 2, 0x16, 0, 0, 0]), Verdict::Fail(7).value());
        assert_eq!(ask(401, [0; 6]), Verdict::Fail(38).value());
        assert_eq!(run(&program, 1, 3, [0; 6]), Verdict::Kill.value());
    }
}
