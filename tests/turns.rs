//! Leads given by turns, and given on in bulk.

use crate::harness::{Office, both};

fn owners(office: &Office, leads: &[u64]) -> Vec<String> {
    leads.iter().map(|lead| office.field(*lead, "owner").as_str().unwrap_or("-").to_owned()).collect()
}

fn some(office: &Office, count: usize) -> Vec<u64> {
    (0..count).map(|n| office.add(&format!("'Lead {n}'"))).collect()
}

both!(leads_go_by_turns_to_who_has_the_fewest_open_ones, "U4 A4", |office| {
    office.init("mini");
    for login in ["ann", "ben", "cem"] {
        office.user(login, "sales");
    }
    let leads = some(office, 9);
    office.lead(format!("assign {} ann", leads[0])).ok();
    let run = office.lead(format!("assign --next {} {} {}", leads[1], leads[2], leads[3]));
    run.ok().stdout("").stderr(&format!(
        "{} Lead 1: assigned to ben\n{} Lead 2: assigned to cem\n{} Lead 3: assigned to ann\n",
        leads[1], leads[2], leads[3]
    ));
    // Ann has two and one of hers is closed, so that she has one as the others: her turn was last.
    office.lead(format!("mv {} lost", leads[0])).ok();
    office.lead(format!("assign --next {},{},{}", leads[4], leads[5], leads[6])).ok();
    assert_eq!(owners(office, &leads[4..7]), ["ben", "cem", "ann"]);
    office.lead("user edit ben --pause").ok().stderr("user ben was changed\n");
    office.lead("user edit ben --pause").ok().stderr("user ben is so already\n");
    office.lead("user disable cem").ok();
    let run = office.lead("assign --next --where 'owner:none kind:open' --yes");
    run.ok();
    assert_eq!(owners(office, &leads[7..]), ["ann", "ann"]);
    office.lead("--as ben note 2 'still at work'").ok();
    office.lead("undo").ok();
    assert_eq!(owners(office, &leads[7..]), ["-", "-"], "one change");
    office.lead("user edit ben --resume").ok();
    office.lead(format!("assign --next {}", leads[7])).ok();
    assert_eq!(owners(office, &leads[7..8]), ["ben"]);
    let before = office.snapshot();
    let run = office.lead(format!("assign --next {}", leads[7]));
    run.ok().stderr(&format!("{} Lead 7: belongs to ben already\n", leads[7]));
    assert_eq!(before, office.snapshot());
});

both!(who_administers_takes_turns_only_where_nobody_else_works, "U4", |office| {
    office.init("mini");
    let leads = some(office, 3);
    office.lead(format!("assign --next {}", leads[0])).ok();
    assert_eq!(owners(office, &leads[..1]), [crate::harness::account()]);
    office.user("sam", "sales");
    office.lead(format!("assign --next {}", leads[1])).ok();
    assert_eq!(owners(office, &leads[1..2]), ["sam"]);
    office.lead("user edit sam --pause").ok();
    office.refused(4, format!("assign --next {}", leads[2])).stderr(
        "error: nobody is there who could be given a lead by turns\n\
         hint: who is disabled or paused: `lead user list`\n\
         hint: `lead user edit USER --resume`\n",
    );
    office.lead("user revoke sam assign").ok();
    office.lead("user edit sam --resume").ok();
    office.lead(format!("--as sam assign --next {}", leads[2])).refused(4).says("`assign`");
});

both!(turns_obey_the_capabilities_lead_by_lead, "D9 A13", |office| {
    office.init("dealership");
    for login in ["ann", "ben"] {
        office.user(login, "sales");
    }
    let leads = some(office, 3);
    office.lead(format!("assign {},{} ann", leads[0], leads[1])).ok();
    let run = office.lead(format!("--as ben assign --next {} {}", leads[0], leads[2]));
    run.code(8);
    assert_eq!(owners(office, &leads), ["ann", "ann", "ben"]);
    assert!(run.stderr.contains("you lack the capability `reassign`"), "{run}");
});

both!(a_whole_portfolio_is_given_on_in_one_change, "U4 D9 L9", |office| {
    office.init("dealership");
    office.user("sam", "sales");
    office.user("kim", "sales");
    let leads = some(office, 3);
    office.lead(format!("assign {},{} sam", leads[0], leads[1])).ok();
    let run = office.lead("--as kim assign --where owner:sam kim --yes");
    run.refused(4).says("you lack the capability `reassign`");
    assert_eq!(owners(office, &leads), ["sam", "sam", "-"]);
    office.lead("assign --where owner:sam kim --yes").ok();
    assert_eq!(owners(office, &leads), ["kim", "kim", "-"]);
    office.lead("undo").ok();
    assert_eq!(owners(office, &leads), ["sam", "sam", "-"]);
    office.lead("--as sam assign --where owner:me kim --yes").ok();
    assert_eq!(owners(office, &leads), ["kim", "kim", "-"], "one's own is handed on");
});
