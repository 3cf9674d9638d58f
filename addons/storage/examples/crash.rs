//! Crash states without end: `cargo run --release -p pairbench-storage --features sim --example crash -- --states 2000000 --seed 1`

use std::process::ExitCode;
use std::time::Instant;

use pairbench_storage::crash::{self, Tally};

fn main() -> ExitCode {
    let (mut states, mut seed) = (20_000, 1);
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().and_then(|value| value.parse().ok());
        match (name.as_str(), value) {
            ("--states", Some(value)) => states = value,
            ("--seed", Some(value)) => seed = value,
            _ => {
                eprintln!("usage: crash [--states N] [--seed S]");
                return ExitCode::from(2);
            }
        }
    }
    let start = Instant::now();
    let (mut tally, first) = (Tally::default(), seed);
    while tally.states < states {
        match crash::run(seed) {
            Ok(run) => tally.add(&run),
            Err(violation) => {
                for call in &violation.calls {
                    println!("{call}");
                }
                println!("seed {}: {}", violation.seed, violation.message);
                return ExitCode::FAILURE;
            }
        }
        seed += 1;
    }
    println!(
        "{} crash states (seeds {first} to {}), {} recoveries cut short, {} torn tails cut off, 0 violations, {:.1} s",
        tally.states,
        seed - 1,
        tally.recoveries_cut,
        tally.tails_cut,
        start.elapsed().as_secs_f64()
    );
    ExitCode::SUCCESS
}
