//! A fixed workload, interrupted at each of its calls, with every kind of power cut behind it.

use super::round::Act;
use super::{Checked, Plan, Random, Run, Tally, is_fault, open};
use crate::journal::Options;
use crate::vfs::sim::{Cut, Fault};

/// Performs `acts` with a death at call 0, 1, ... up to the last, and looks at the disk after each: as it is, and after power cuts
/// that keep nothing, everything, all but one, one alone, and one in part. Recovery is interrupted in the same way, two deep.
///
/// # Errors
/// What is wrong, and after which call.
pub fn exhaust(options: &Options, acts: &[Act]) -> Result<Tally, String> {
    let mut tally = Tally::default();
    for at in 0.. {
        let run = performed(options, acts, at, Fault::Death, false)
            .map_err(|message| format!("death at call {at}: {message}"))?;
        let died = run.fs.is_dead();
        for cut in cuts(run.fs.pending()) {
            look(&run, cut, false, &mut tally)
                .map_err(|message| format!("death at call {at}, {cut:?}: {message}"))?;
        }
        if !died {
            return Ok(tally);
        }
    }
    unreachable!("a workload has an end")
}

/// Performs `acts` with call 0, 1, ... up to the last failing by `fault`, and looks at the disk after each.
///
/// # Errors
/// What is wrong, and after which call.
pub fn fail_everywhere(
    options: &Options,
    acts: &[Act],
    fault: Fault,
    from_then_on: bool,
) -> Result<Tally, String> {
    let mut tally = Tally::default();
    for at in 0.. {
        let run = performed(options, acts, at, fault, from_then_on)
            .map_err(|message| format!("{fault:?} at call {at}: {message}"))?;
        let reached = run.fs.calls() > at;
        for cut in [None, Some(Cut::Nothing), Some(Cut::Everything), Some(Cut::Random)] {
            look(&run, cut, false, &mut tally)
                .map_err(|message| format!("{fault:?} at call {at}, {cut:?}: {message}"))?;
        }
        if !reached {
            return Ok(tally);
        }
    }
    unreachable!("a workload has an end")
}

/// The workload up to its end or its death. After [`Act::Close`], and after a failure that makes a handle useless, another one is opened.
fn performed(options: &Options, acts: &[Act], at: u64, fault: Fault, from_then_on: bool) -> Checked<Run> {
    let mut run = Run::new(at, false);
    run.fs.plan(Some(Plan {
        at,
        fault,
        from_then_on,
    }));
    let mut log = None;
    for act in acts {
        if log.is_none() {
            match open(&run.fs, options) {
                Ok(opened) => {
                    let fs = run.fs.clone();
                    fs.uncounted(|| run.model.recovered(&opened))?;
                    log = Some(opened);
                }
                Err(error) if !is_fault(&error) => return Err(format!("cannot open: {error}")),
                Err(error) if matches!(fault, Fault::Interrupted | Fault::Short) => {
                    return Err(format!("cannot open: {error}"));
                }
                Err(_) if run.fs.is_dead() => return Ok(run),
                Err(_) => {
                    run.fs.plan(None);
                    continue;
                }
            }
        }
        let Some(opened) = &log else { continue };
        if !run.perform(opened, act)? {
            if run.fs.is_dead() {
                return Ok(run);
            }
            if matches!(fault, Fault::Interrupted | Fault::Short) && !matches!(act, Act::Close) {
                return Err(format!("{act:?} failed"));
            }
            log = None;
        }
    }
    Ok(run)
}

fn cuts(pending: usize) -> Vec<Option<Cut>> {
    let mut cuts = vec![None, Some(Cut::Nothing), Some(Cut::Everything)];
    for index in 0..pending {
        cuts.extend([
            Some(Cut::DropOne(index)),
            Some(Cut::OnlyOne(index)),
            Some(Cut::Tear(index)),
        ]);
    }
    cuts.extend([Some(Cut::Random); 2]);
    cuts
}

/// The disk after a power cut, or after the end of the process alone, and after recoveries of it that were interrupted.
fn look(run: &Run, cut: Option<Cut>, nested: bool, tally: &mut Tally) -> Checked {
    let mut seeds = Random::new(tally.states);
    let mut crashed = run.clone();
    crashed.fs = run.fs.snapshot();
    after(&mut crashed, cut, &mut seeds);
    crashed.check(cut.is_some())?;
    // Half a commit is what recovery has work with.
    for at in 0.. {
        if !nested || !matches!(cut, None | Some(Cut::Random)) {
            break;
        }
        let mut again = crashed.clone();
        again.fs = crashed.fs.snapshot();
        again.fs.plan(Some(Plan {
            at: again.fs.calls() + at,
            fault: Fault::Death,
            from_then_on: false,
        }));
        let opened = open(&again.fs, &super::plain());
        if !again.fs.is_dead() {
            break;
        }
        drop(opened);
        tally.recoveries_cut += 1;
        for second in [Cut::Nothing, Cut::Random] {
            let mut after_recovery = again.clone();
            after_recovery.fs = again.fs.snapshot();
            after(&mut after_recovery, Some(second), &mut seeds);
            after_recovery
                .check_opening()
                .map_err(|message| format!("recovery dead at its call {at}, {second:?}: {message}"))?;
        }
        tally.states += 2;
    }
    tally.states += crashed.tally.states;
    tally.tails_cut += crashed.tally.tails_cut;
    Ok(())
}

fn after(run: &mut Run, cut: Option<Cut>, seeds: &mut Random) {
    run.fs.plan(None);
    run.fs.kill();
    match cut {
        Some(cut) => {
            run.fs = run.fs.power_cut(cut, seeds.next());
            run.model.power_cut();
        }
        None => run.fs = run.fs.another_process(),
    }
}
