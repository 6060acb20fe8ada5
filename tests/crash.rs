//! `leadd` killed while scripts run: nothing that was acknowledged is lost, nothing is doubled.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use crate::harness::{Daemon, Office, Run, direct};

/// Loops of `lead add` while the body runs; all the numbers they printed, and what else ended.
pub fn adding(office: &Office, name: &str, body: impl FnOnce(&AtomicUsize)) -> (Vec<u64>, Vec<Run>) {
    let (done, count) = (AtomicBool::new(false), AtomicUsize::new(0));
    // An office is not to be shared between threads; what each loop types is made beforehand.
    let line = |hand, n| office.lead_command(format!("add '{name}, hand {hand}, {n}'"));
    let lines: Vec<Vec<_>> = (0..3).map(|hand| (0..400).map(|n| line(hand, n)).collect()).collect();
    let runs: Vec<Run> = thread::scope(|scope| {
        let (done, count) = (&done, &count);
        let hands: Vec<_> = lines
            .into_iter()
            .map(|commands| {
                scope.spawn(move || {
                    let mut runs = Vec::new();
                    for command in commands {
                        if done.load(Ordering::SeqCst) {
                            break;
                        }
                        runs.push(Run::of(command, None));
                        count.fetch_add(1, Ordering::SeqCst);
                    }
                    runs
                })
            })
            .collect();
        body(count);
        done.store(true, Ordering::SeqCst);
        hands.into_iter().flat_map(|hand| hand.join().unwrap()).collect()
    });
    let (good, bad): (Vec<_>, Vec<_>) = runs.into_iter().partition(|run| run.code == 0);
    (good.iter().map(Run::number).collect(), bad)
}

/// Waits until so many more have ended.
pub fn until(count: &AtomicUsize, more: usize) {
    let goal = count.load(Ordering::SeqCst) + more;
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(90);
    while count.load(Ordering::SeqCst) < goal && std::time::Instant::now() < deadline {
        thread::sleep(std::time::Duration::from_millis(1));
    }
    assert!(count.load(Ordering::SeqCst) >= goal, "the loops of `lead add` stand still");
}

fn whole(office: &Office, printed: &[u64]) {
    let there: BTreeSet<_> = office.found("").into_iter().collect();
    let unique: BTreeSet<_> = printed.iter().copied().collect();
    assert_eq!(unique.len(), printed.len(), "a number was printed twice");
    let lost: Vec<_> = unique.difference(&there).collect();
    assert!(lost.is_empty(), "printed and not there: {lost:?}");
    let names = office.lead("list -F tsv --columns name").ok().stdout.clone();
    let names: Vec<_> = names.lines().collect();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "one was added twice");
    office.lead("doctor").ok();
}

direct!(killed_while_scripts_add, "N1 S1", |office| {
    office.init("field-service");
    let (printed, bad) = adding(office, "Lead", |count| {
        let leadd = office.daemon();
        until(count, 12);
        leadd.murder();
        until(count, 9);
        let leadd = office.daemon();
        until(count, 12);
        leadd.murder();
        let leadd = office.daemon();
        until(count, 12);
        leadd.stop();
        until(count, 6);
    });
    assert!(bad.iter().all(|run| [1, 6].contains(&run.code)), "{bad:#?}");
    assert!(printed.len() >= 40, "{} were added\n{bad:#?}", printed.len());
    whole(office, &printed);
});

direct!(through_the_socket_then_direct_then_the_socket_again, "N2 S1", |office| {
    office.init("field-service");
    let mut printed = Vec::new();
    for _ in 0..2 {
        let leadd: Daemon = office.daemon();
        assert_eq!(office.lead("status --json").json()["daemon"], true);
        printed.push(office.lead("add 'Through the socket 1'").number());
        leadd.murder();
        assert_eq!(office.lead("status --json").json()["daemon"], false);
        printed.push(office.lead("add 'Direct'").number());
    }
    assert_eq!(printed, [1, 2, 3, 4]);
    assert_eq!(office.found(""), printed);
});

direct!(a_kill_in_the_middle_of_mail_sends_it_once, "N1 T6 O1", |office| {
    office.init("field-service");
    for n in 0..4 {
        office.add(&format!("'Lead {n}' --owner me --follow-up tomorrow"));
    }
    office.at("2026-11-23T08:00:00+01:00");
    for _ in 0..3 {
        office.daemon().murder();
    }
    office.leadd_once().ok();
    office.at("2026-11-23T08:30:00+01:00");
    office.leadd_once().ok();
    let ids: Vec<_> = office.mails_of("reminder").iter().map(|mail| mail.header("Message-ID")).collect();
    assert_eq!(ids.len(), 4, "{ids:?}");
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 4, "{ids:?}");
});
