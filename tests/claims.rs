//! Claims: exclusive, for a day to the second, over when their time is over.

use std::thread;

use serde_json::Value;

use crate::harness::{Office, both, direct};

/// The end of a claim made at the office's first instant.
const LAST: &str = "2026-11-23T08:59:59+01:00";
const END: &str = "2026-11-23T09:00:00+01:00";

fn pooled(office: &Office, lead: u64) -> bool {
    office.found("pool:yes").contains(&lead)
}

fn team(office: &Office, pipeline: &str) -> u64 {
    office.init(pipeline);
    office.user("sam", "manager");
    office.user("kim", "manager");
    office.add("'Ada Byron' --email ada@acme.example --company Acme")
}

both!(one_of_two_wins_and_the_other_learns_who_and_until_when, "A8 F14 M12", |office| {
    let lead = team(office, "agency");
    assert!(pooled(office, lead));
    office.lead(format!("--as sam claim {lead}")).ok().stdout("");
    assert!(!pooled(office, lead));
    let claim = office.field(lead, "claim");
    assert_eq!(
        claim,
        serde_json::json!({"by": "sam", "at": "2026-11-22T08:00:00Z", "until": "2026-11-23T08:00:00Z"})
    );
    assert_eq!(office.field(lead, "assignee"), "sam");
    assert_eq!(office.field(lead, "owner"), Value::Null);
    let run = office.refused(4, format!("--as kim claim {lead}"));
    run.says("sam").says("2026-11-23").says("09:00");
});

both!(claiming_what_one_holds_does_not_extend_it, "A8", |office| {
    let lead = team(office, "agency");
    office.lead(format!("--as sam claim {lead}")).ok();
    let before = office.snapshot();
    office.at("2026-11-22T12:00:00+01:00");
    assert!(!office.lead(format!("--as sam claim {lead}")).ok().stderr.is_empty());
    assert_eq!(before, office.snapshot());
});

both!(a_claim_lives_for_86399_seconds_and_not_for_86400, "A8 A9 T4 N2", |office| {
    let lead = team(office, "agency");
    office.lead(format!("--as sam claim {lead}")).ok();
    office.at(LAST);
    assert_eq!(office.field(lead, "claim")["by"], "sam");
    assert!(!pooled(office, lead));
    assert_eq!(office.found("claim:any"), [lead]);
    office.lead(format!("--as kim claim {lead}")).refused(4);
    office.at(END);
    assert_eq!(office.field(lead, "claim"), Value::Null);
    assert_eq!(office.field(lead, "assignee"), Value::Null);
    assert!(pooled(office, lead));
    assert_eq!(office.found("claim:any"), [0; 0]);
    assert_eq!(office.found("assignee:sam"), [0; 0]);
    office.lead(format!("--as kim claim {lead}")).ok();
    assert_eq!(office.field(lead, "claim")["by"], "kim");
});

both!(the_lapse_is_in_the_history_once, "A9 T6 T7", |office| {
    let lead = team(office, "agency");
    office.lead(format!("--as sam claim {lead}")).ok();
    office.at("2026-11-23T15:00:00+01:00");
    office.swept("the lapse is recorded", || !office.events(lead, "claim_lapsed").is_empty());
    office.lead(format!("--as kim claim {lead}")).ok();
    let lapses = office.events(lead, "claim_lapsed");
    assert_eq!(lapses.len(), 1, "{lapses:?}");
    assert_eq!(lapses[0]["actor"], "system");
    assert_eq!(lapses[0]["at"], "2026-11-23T08:00:00Z", "at the end of the window");
});

direct!(the_first_change_that_meets_it_records_the_lapse, "A9", |office| {
    let lead = team(office, "agency");
    office.lead(format!("--as sam claim {lead}")).ok();
    office.at("2026-11-23T15:00:00+01:00");
    assert_eq!(office.events(lead, "claim_lapsed").len(), 0, "a look writes nothing");
    office.lead(format!("note {lead} 'call back'")).ok();
    office.lead(format!("note {lead} 'call again'")).ok();
    office.leadd_once().ok();
    let lapses = office.events(lead, "claim_lapsed");
    assert_eq!(lapses.len(), 1, "{lapses:?}");
    assert_eq!((&lapses[0]["actor"], &lapses[0]["at"]), (&"system".into(), &"2026-11-23T08:00:00Z".into()));
});

both!(a_claim_is_elapsed_time_whatever_the_clocks_do, "A8 T4", |office| {
    office.at("2026-10-24T12:00:00+02:00");
    let lead = team(office, "agency");
    office.lead(format!("--as sam claim {lead}")).ok();
    assert_eq!(office.field(lead, "claim")["until"], "2026-10-25T10:00:00Z");
    office.at("2026-10-25T10:59:59+01:00");
    assert_eq!(office.field(lead, "assignee"), "sam");
    office.at("2026-10-25T11:00:00+01:00");
    assert_eq!(office.field(lead, "assignee"), Value::Null);
});

both!(own_keeps_a_claim_within_its_window_and_not_after, "A10", |office| {
    let lead = team(office, "agency");
    office.lead(format!("--as kim own {lead}")).refused(4);
    office.lead(format!("--as sam claim {lead}")).ok();
    office.lead(format!("--as kim own {lead}")).refused(4);
    office.at(END);
    office.lead(format!("--as sam own {lead}")).refused(4);
    office.lead(format!("--as sam claim {lead}")).ok();
    office.lead(format!("--as sam own {lead}")).ok();
    assert_eq!(office.field(lead, "owner"), "sam");
    assert_eq!(office.field(lead, "claim"), Value::Null);
    office.at("2026-11-30T09:00:00+01:00");
    assert_eq!(office.field(lead, "owner"), "sam");
});

both!(a_claim_is_given_back_early, "A10", |office| {
    let lead = team(office, "agency");
    office.lead(format!("--as sam claim {lead}")).ok();
    office.lead(format!("--as sam release {lead}")).ok();
    assert!(pooled(office, lead));
    assert_eq!(office.events(lead, "claim_released").len(), 1);
    office.lead(format!("--as kim claim {lead}")).ok();
});

both!(a_claim_ends_silently_outside_the_open_stages_and_in_the_trash, "A10 L8", |office| {
    let lost = team(office, "agency");
    let trashed = office.add("'Bea' --phone 030222 --company Bee");
    office.lead(format!("--as sam claim {lost} {trashed}")).ok();
    office.lead(format!("mv {lost} LOST")).ok();
    office.lead(format!("trash {trashed}")).ok();
    office.lead(format!("restore {trashed}")).ok();
    for lead in [lost, trashed] {
        assert_eq!(office.field(lead, "claim"), Value::Null);
        assert_eq!(office.field(lead, "assignee"), Value::Null);
    }
    assert!(pooled(office, trashed));
    office.at("2026-11-23T15:00:00+01:00");
    office.lead(format!("note {lost} later")).ok();
    office.lead(format!("note {trashed} later")).ok();
    for lead in [lost, trashed] {
        assert_eq!(office.events(lead, "claim_lapsed").len(), 0);
    }
    office.refused(4, format!("--as kim claim {lost}"));
});

both!(conversion_makes_the_holder_the_owner, "A10", |office| {
    let lead = team(office, "agency");
    office.lead(format!("--as sam claim {lead}")).ok();
    office.lead(format!("convert {lead}")).ok();
    assert_eq!(office.field(lead, "owner"), "sam");
    assert_eq!(office.field(lead, "claim"), Value::Null);
});

both!(of_a_hundred_at_once_exactly_one_wins, "A8", |office| {
    office.init("agency");
    let users: Vec<_> = (0..100).map(|n| format!("u{n}")).collect();
    users.iter().for_each(|user| office.user(user, "manager"));
    let lead = office.add("'Ada Byron' --email ada@acme.example");
    let commands: Vec<_> =
        users.iter().map(|user| office.lead_command(format!("--as {user} claim {lead}"))).collect();
    let runs: Vec<_> = thread::scope(|scope| {
        let started: Vec<_> = commands
            .into_iter()
            .map(|command| scope.spawn(|| crate::harness::Run::of(command, None)))
            .collect();
        started.into_iter().map(|run| run.join().unwrap()).collect()
    });
    let winners: Vec<_> =
        users.iter().zip(&runs).filter(|(_, run)| run.code == 0).map(|(user, _)| user).collect();
    assert_eq!(winners.len(), 1, "{winners:?} {runs:#?}");
    assert_eq!(office.field(lead, "claim")["by"], winners[0].as_str());
    for run in runs.iter().filter(|run| run.code != 0) {
        run.refused(4).says(winners[0]).says("2026-11-23");
    }
    assert_eq!(office.events(lead, "claimed").len(), 1);
});

both!(without_a_window_a_claim_is_ownership, "D9", |office| {
    office.init("dealership");
    office.user("sam", "sales");
    office.user("kim", "sales");
    office.user("max", "manager");
    let lead = office.add("'Ada Byron'");
    office.lead(format!("--as sam claim {lead}")).ok();
    assert_eq!(office.field(lead, "owner"), "sam");
    assert_eq!(office.field(lead, "claim"), Value::Null);
    office.at("2026-12-22T09:00:00+01:00");
    assert_eq!(office.field(lead, "owner"), "sam");
    office.refused(4, format!("--as kim claim {lead}")).says("sam");
    office.refused(4, format!("--as kim assign {lead} kim"));
    office.lead(format!("--as sam assign {lead} kim")).ok();
    assert_eq!(office.field(lead, "owner"), "kim");
    office.lead(format!("--as max assign {lead} sam")).ok();
    assert_eq!(office.field(lead, "owner"), "sam");
});

both!(the_most_urgent_of_the_pool_is_claimed_next, "A8 A6", |office| {
    office.init("field-service");
    office.user("sam", "sales");
    office.add("'Undated'");
    office.add("'Later' --follow-up 2026-12-24");
    let urgent = office.add("'Urgent' --follow-up 2026-11-20");
    office.lead("--as sam claim --next").ok();
    assert_eq!(office.field(urgent, "claim")["by"], "sam");
    office.lead("--as sam claim --next").ok();
    office.lead("--as sam claim --next").ok();
    office.lead("--as sam claim --next").refused(3);
});

both!(nobody_holds_more_claims_than_the_policy_allows, "A8 A10 L9", |office| {
    let first = team(office, "agency");
    office.policy("[claims]\nmax_open = 2");
    let more: Vec<u64> = (0..3).map(|n| office.add(&format!("'Lead {n}' --phone 03055{n}"))).collect();
    let run = office.lead(format!("--as sam claim {first} {} {}", more[0], more[1]));
    run.code(8);
    assert_eq!(office.found("claim:sam"), [first, more[0]]);
    let said = format!(
        "error: sam cannot hold {}: sam has 2 live claims, as many as `claims.max_open` allows\n\
         hint: `lead list claim:sam`\n\
         hint: `lead release ID` gives one back, `lead own ID` keeps it for good\n",
        more[1]
    );
    office.refused(4, format!("--as sam claim {}", more[1])).stderr(&said);
    office.refused(4, "--as sam claim --next").stderr(&said);
    office.lead(format!("--as sam claim {first}")).ok().says("already yours");
    office.lead(format!("--as sam own {first}")).ok();
    office.lead(format!("--as sam claim {}", more[1])).ok();
    office.lead(format!("--as sam release {}", more[1])).ok();
    let released = office.history(more[1]).last().unwrap()["change"].clone();
    office.lead(format!("--as sam claim {}", more[2])).ok();
    let run = office.refused(4, format!("undo --change {released}"));
    run.says("sam has 2 live claims, as many as `claims.max_open` allows");
    office.at("2026-11-23T09:00:00+01:00");
    office.lead(format!("--as sam claim {}", more[1])).ok();
    office.lead(format!("--as kim claim {}", more[0])).ok();
});

both!(who_had_a_claim_waits_before_the_next_of_the_same_lead, "A8 A9 A10", |office| {
    let lead = team(office, "agency");
    office.policy("[claims]\ncool_down = \"36h\"");
    let other = office.add("'Bea' --phone 030222 --company Bee");
    office.lead(format!("--as sam claim {lead}")).ok();
    office.at(END);
    let said = format!(
        "error: your last claim of {lead} ended a short time ago: you may claim it again from Tue 2026-11-24 21:00\n\
         hint: `lead claim --next`\n"
    );
    office.lead(format!("--as sam claim {lead}")).refused(4).stderr(&said);
    office.swept("the lapse is recorded", || !office.events(lead, "claim_lapsed").is_empty());
    office.refused(4, format!("--as sam claim {lead}")).stderr(&said);
    office.lead("--as sam claim --next").ok();
    assert_eq!(office.field(other, "claim")["by"], "sam", "the next is one that is open to sam");
    office.refused(4, "--as sam claim --next").stderr(&said);
    office.lead(format!("--as kim claim {lead}")).ok();
    office.lead(format!("--as kim release {lead}")).ok();
    office.refused(4, format!("--as kim claim {lead}")).says("from Tue 2026-11-24 21:00");
    office.at("2026-11-24T20:59:59+01:00");
    office.lead(format!("--as sam claim {lead}")).refused(4).stderr(&said);
    office.at("2026-11-24T21:00:00+01:00");
    office.lead(format!("--as sam claim {lead}")).ok();
});
