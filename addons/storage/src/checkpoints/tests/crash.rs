//! Power cuts and killed processes, at every call of fixed workloads and by chance.

use crate::checkpoints::testing::{Model, Step, contents, noise, open, perform, small};
use crate::error::Code;
use crate::journal::{Durability, Options};
use crate::vfs::sim::{Cut, Fault, Plan, Random, SimFs};

/// How far a workload came.
struct Crashed {
    fs: SimFs,
    /// Everything acknowledged.
    before: Model,
    /// With the call that was under way.
    after: Model,
}

/// Runs `steps` on a machine whose process dies at call `at`, or whose calls fail so that it stops there.
fn run(steps: &[Step], options: &Options, at: Option<u64>, seed: u64) -> Crashed {
    let fs = SimFs::new(seed);
    fs.trace();
    fs.plan(at.map(|at| Plan {
        at,
        fault: Fault::Death,
        from_then_on: false,
    }));
    let mut model = Model::default();
    let mut after = Model::default();
    if let Ok(mut store) = open(&fs, options) {
        for step in steps {
            after.apply(step);
            if perform(step, &fs, options, &mut store).is_err() {
                return Crashed {
                    fs,
                    before: model,
                    after,
                };
            }
            model = after.clone();
        }
        let _ = store.close();
    }
    Crashed {
        fs,
        before: model,
        after,
    }
}

/// Opens what a crash left: it holds what was acknowledged, and all or nothing of what was under way; then it goes on.
fn verify(fs: &SimFs, crashed: &Crashed, options: &Options, what: &str) {
    let fail = |message: String| -> ! { panic!("{what}: {message}\n{}", crashed.fs.traced().join("\n")) };
    let mut store = open(fs, options).unwrap_or_else(|error| fail(format!("does not open: {error}")));
    let found = contents(&mut store).unwrap_or_else(|error| fail(format!("does not load: {error}")));
    if found != crashed.before.contents() && found != crashed.after.contents() {
        fail(format!("holds {:?}", found.1));
    }
    let mut model = if found == crashed.after.contents() {
        crashed.after.clone()
    } else {
        crashed.before.clone()
    };
    for (id, seed) in [("fresh", 901), ("a", 902)] {
        let step = Step::Save(id, noise(seed, 9000));
        perform(&step, fs, options, &mut store)
            .unwrap_or_else(|error| fail(format!("does not go on: {error}")));
        model.apply(&step);
    }
    store
        .close()
        .unwrap_or_else(|error| fail(format!("does not close: {error}")));
    let mut store = open(fs, options).unwrap_or_else(|error| fail(format!("does not open again: {error}")));
    let found = contents(&mut store).unwrap_or_else(|error| fail(format!("does not load again: {error}")));
    assert_eq!(found, model.contents(), "{what}");
}

/// Crashes at every call; then every single pending write kept, lost and torn. Returns the states looked at.
fn exhaust(name: &str, steps: &[Step]) -> usize {
    let options = small();
    let calls = run(steps, &options, None, 1).fs.calls();
    let mut states = 0;
    for at in 0..=calls {
        let crashed = run(steps, &options, Some(at), 1);
        crashed.fs.plan(None);
        crashed.fs.kill();
        let pending = crashed.fs.pending();
        let single =
            (0..pending).flat_map(|index| [Cut::DropOne(index), Cut::OnlyOne(index), Cut::Tear(index)]);
        for cut in [Cut::Nothing, Cut::Everything].into_iter().chain(single) {
            verify(
                &crashed.fs.power_cut(cut, at),
                &crashed,
                &options,
                &format!("{name}, call {at}, {cut:?}"),
            );
            states += 1;
        }
        verify(
            &crashed.fs.another_process(),
            &crashed,
            &options,
            &format!("{name}, killed at call {at}"),
        );
        states += 1;
    }
    states
}

fn save(id: &'static str, seed: u64, bytes: usize) -> Step {
    Step::Save(id, noise(seed, bytes))
}

#[test]
fn i01_i03_i12_a_crash_at_any_call_of_a_save_leaves_the_old_or_the_new() {
    let edited = |seed: u64| {
        let mut bytes = noise(1, 40_000);
        bytes[20_000..20_100].copy_from_slice(&noise(seed, 100));
        Step::Save("a", bytes)
    };
    assert!(exhaust("save", &[save("a", 1, 20_000), save("b", 2, 9000)]) > 100);
    assert!(exhaust("replace", &[save("a", 1, 40_000), edited(7), edited(8)]) > 100);
    assert!(exhaust("empty", &[save("a", 1, 0), save("b", 2, 1), save("a", 3, 0)]) > 100);
    assert!(exhaust("big", &[save("a", 1, 100_000), save("b", 2, 10)]) > 100);
}

#[test]
fn i12_a_crash_at_any_call_of_a_removal_leaves_all_or_nothing_of_it() {
    assert!(
        exhaust(
            "remove",
            &[
                save("a", 1, 9000),
                save("b", 2, 9000),
                Step::Remove("a"),
                save("a", 3, 10)
            ]
        ) > 100
    );
    assert!(
        exhaust(
            "prune",
            &[
                save("a", 1, 10),
                save("b", 2, 10),
                save("c", 3, 10),
                Step::Prune(1)
            ]
        ) > 100
    );
    assert!(
        exhaust(
            "reopen",
            &[save("a", 1, 10), Step::Reopen, save("a", 2, 9000), Step::Reopen]
        ) > 100
    );
}

#[test]
fn i12_i13_a_crash_at_any_call_of_giving_space_back_loses_nothing() {
    let mut steps = vec![save("keeper", 1, 20_000), save("empty", 2, 0)];
    steps.extend((0..7).map(|round| save("busy", 10 + round, 30_000)));
    steps.push(Step::Prune(2));
    // The last calls are those that matter here; the states before are those of the other workloads.
    let options = small();
    let done = run(&steps, &options, None, 1);
    let trace = done.fs.traced();
    let drops = trace
        .iter()
        .filter(|line| line.contains("unlink") && line.contains(".seg"))
        .count();
    assert!(drops >= 2, "the workload gives space back: {drops}");
    assert!(exhaust("gc", &steps) > 300);
}

/// In the buffered level what was not flushed may be lost, in order, but a segment never goes before what moved out of it is safe.
#[test]
fn i13_giving_space_back_flushes_first_in_the_buffered_level_too() {
    let options = Options {
        durability: Durability::Buffered,
        ..small()
    };
    let mut steps = vec![save("keeper", 1, 20_000)];
    steps.extend((0..7).map(|round| save("busy", 10 + round, 30_000)));
    let calls = run(&steps, &options, None, 1).fs.calls();
    for at in 0..=calls {
        let crashed = run(&steps, &options, Some(at), 1);
        for cut in [Cut::Nothing, Cut::Everything, Cut::Random] {
            let fs = crashed.fs.power_cut(cut, at);
            let mut store = open(&fs, &options).unwrap();
            let (found, _) = contents(&mut store).unwrap();
            let gone = crashed
                .fs
                .traced()
                .iter()
                .any(|line| line.contains("unlink") && line.contains(".seg"));
            if gone {
                assert_eq!(found.get("keeper"), Some(&noise(1, 20_000)), "call {at}, {cut:?}");
            }
        }
    }
}

fn random_steps(random: &mut Random) -> Vec<Step> {
    const IDS: [&str; 3] = ["a", "b", "c"];
    let mut current = noise(random.next(), 30_000);
    (0..3 + random.below(10))
        .map(|_| {
            let id = IDS[random.below(3) as usize];
            match random.below(10) {
                0 => Step::Remove(id),
                1 => Step::Prune(random.below(3) as usize),
                2 => Step::Reopen,
                3 => Step::Save(id, Vec::new()),
                4 => Step::Save(id, noise(random.next(), 70_000)),
                _ => {
                    let at = random.below(current.len() as u64 + 1) as usize;
                    current.splice(at..at, noise(random.next(), random.below(9000) as usize));
                    Step::Save(id, current.clone())
                }
            }
        })
        .collect()
}

#[test]
fn i01_i02_i04_i05_random_crashes_two_deep() {
    let options = small();
    let mut states = 0;
    for seed in 0..250 {
        let mut random = Random::new(seed);
        let steps = random_steps(&mut random);
        let calls = run(&steps, &options, None, seed).fs.calls();
        for _ in 0..3 {
            let at = random.below(calls + 1);
            let crashed = run(&steps, &options, Some(at), seed);
            for _ in 0..3 {
                let what = format!("seed {seed}, call {at}");
                let image = crashed.fs.power_cut(Cut::Random, random.next());
                // A second crash, during recovery, at a call of its own.
                let again = image.snapshot();
                again.plan(Some(Plan {
                    at: random.below(12),
                    fault: Fault::Death,
                    from_then_on: false,
                }));
                let _ = open(&again, &options);
                verify(
                    &again.power_cut(Cut::Random, random.next()),
                    &crashed,
                    &options,
                    &format!("{what}, twice"),
                );
                verify(&image, &crashed, &options, &what);
                states += 2;
            }
        }
    }
    assert_eq!(states, 4500);
}

#[test]
fn i10_i11_a_failure_at_any_call_loses_nothing() {
    let options = small();
    let mut steps = vec![save("a", 1, 20_000), save("b", 2, 40_000)];
    steps.extend((0..4).map(|round| save("a", 10 + round, 20_000)));
    steps.extend([Step::Remove("b"), Step::Reopen, save("c", 3, 10), Step::Prune(1)]);
    let calls = run(&steps, &options, None, 1).fs.calls();
    for fault in [Fault::Io, Fault::NoSpace, Fault::Interrupted, Fault::Short] {
        for at in 0..calls {
            for from_then_on in [false, true] {
                if from_then_on && fault != Fault::NoSpace {
                    continue;
                }
                let what = format!("{fault:?} at call {at}, from then on: {from_then_on}");
                fail_at(
                    &steps,
                    &options,
                    Plan {
                        at,
                        fault,
                        from_then_on,
                    },
                    &what,
                );
            }
        }
    }
}

fn fail_at(steps: &[Step], options: &Options, plan: Plan, what: &str) {
    let fs = SimFs::new(1);
    fs.trace();
    fs.plan(Some(plan));
    let (mut before, mut after) = (Model::default(), Model::default());
    let mut store = open(&fs, options);
    if let Ok(store) = &mut store {
        for step in steps {
            after.apply(step);
            match perform(step, &fs, options, store) {
                Ok(()) => before = after.clone(),
                Err(error) => {
                    assert!(
                        matches!(error.code, Code::Io | Code::NoSpace | Code::Poisoned),
                        "{what}: {error}"
                    );
                    // What was there can be read as long as the handle answers at all.
                    if !matches!(step, Step::Reopen)
                        && let Ok(found) = contents(store)
                    {
                        assert_eq!(found, before.contents(), "{what}");
                    }
                    break;
                }
            }
        }
        let _ = store.close();
    }
    drop(store);
    fs.plan(None);
    let crashed = Crashed {
        fs: fs.clone(),
        before,
        after,
    };
    for cut in [Cut::Nothing, Cut::Everything, Cut::Random] {
        verify(
            &fs.power_cut(cut, plan.at),
            &crashed,
            options,
            &format!("{what}, {cut:?}"),
        );
    }
    verify(&fs, &crashed, options, what);
}
