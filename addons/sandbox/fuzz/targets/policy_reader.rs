//! Reads arbitrary bytes as a compiled policy: a value or an error, never a panic. What was read is asked about a path of its own
//! roots, and must not allow to write the root itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pairbench_sandbox::policy::{Decision, Intent, Policy};

fuzz_target!(|data: &[u8]| {
    let Ok(policy) = Policy::read(data) else {
        return;
    };
    let evaluator = policy.bind();
    for root in &policy.roots {
        let verdict = evaluator.evaluate(root.path.as_bytes(), Intent::Write, &[]);
        assert_eq!(verdict.decision, Decision::Deny);
    }
});
