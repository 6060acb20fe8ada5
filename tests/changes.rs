//! What changes around a reminder, before it is sent and after: the date, the lead, the person, where
//! the person lives, the hour. Once, to whom it concerns then, and never in the night.

use crate::harness::postbox::{Postbox, Script, Stage, Tls, Turn};
use crate::harness::words::assert_same;
use crate::harness::{Letter, Office, Stock, daemon, direct};

/// A firm in Berlin with people there, in New York and in Tokyo. Lead 1 is sam's, to be followed up on
/// Tuesday 24 November; 2 is sam's; 3 is nobody's, and followed up by nobody.
pub fn firm(office: &Office) {
    office.at("2026-11-22T09:00:00Z");
    office.init("agency");
    office.policy("[reminders]\nunassigned = [\"max\"]");
    for (user, role) in
        [("sam", "sales"), ("tom", "sales"), ("ida", "sales"), ("yui", "sales"), ("max", "manager")]
    {
        office.user(user, role);
    }
    office.lead("user edit ida --zone America/New_York").ok();
    office.lead("user edit yui --zone Asia/Tokyo").ok();
    office.add("'Kim Lee' --phone 0301 --owner sam --follow-up 2026-11-24");
    office.add("'Ann Poe' --phone 0302 --owner sam");
    office.add("'Joe Roe' --phone 0303");
    office.rest();
    office.leadd_once().ok();
    // Where a leadd is to run, it does now.
    office.lead("status").ok();
}

/// Relays that take mail, and one that nobody listens at.
const UP: &str = "[mail]\nvia = \"file\"";
const DOWN: &str = "[mail]\nvia = \"smtp\"\n[mail.smtp]\nhost = \"127.0.0.1\"\nport = 1\ntls = \"none\"";

fn type_in(office: &Office, line: &str) {
    match line.split_once(' ') {
        Some(("relay", "up")) => office.policy(UP),
        Some(("relay", "down")) => office.policy(DOWN),
        Some(("hour", at)) => office.policy(&format!("[reminders]\nat = \"{at}\"")),
        _ => drop(office.lead(line).ok()),
    }
}

/// One line for each mail since the office began, in the order of their dates.
pub fn told(office: &Office) -> String {
    let mut mails = office.mails();
    mails.retain(|mail| mail.date().to_string().as_str() > "2026-11-22T09:00:00Z");
    let line = |mail: &Letter| {
        let to = mail.to();
        let to = to.strip_suffix("@acme.example").unwrap_or(&to);
        format!("{} {} {to}: {}\n", mail.date(), mail.kind(), mail.header("Subject"))
    };
    let mut lines: Vec<String> = mails.iter().map(line).collect();
    lines.sort();
    lines.concat()
}

/// Goes through the cases of a table: `#` begins one and names it; each `>` is an instant and what is
/// typed then, after which there is a sweep; each `=` is a mail that comes of it: when, what, to whom.
fn all_happen(office: &Office, table: &str) {
    firm(office);
    let stock = Stock::of(office);
    for case in table.split("\n\n") {
        let lines = |mark: &str| case.lines().filter_map(|line| line.strip_prefix(mark)).collect::<Vec<_>>();
        stock.furnish(office);
        for line in lines("> ") {
            let mut typed = line.split("; ");
            office.at(typed.next().unwrap());
            typed.for_each(|line| type_in(office, line));
            let run = office.leadd_once();
            assert!([0, 9].contains(&run.code), "{case}\n{run}");
        }
        let expected: String = lines("= ").iter().map(|line| format!("{line}\n")).collect();
        assert_same(case, &expected, &told(office));
    }
}

direct!(the_date_changes, "F5 R2 R5 O1", |office| all_happen(office, include_str!("changes/date.txt")));

direct!(the_lead_changes, "R2 R5 L4 L8 N1", |office| all_happen(office, include_str!("changes/lead.txt")));

direct!(the_person_changes, "R2 R4 R5 T3", |office| all_happen(office, include_str!("changes/person.txt")));

direct!(the_zone_changes, "T2 T3 R2 R3 R4 O3", |office| all_happen(office, include_str!("changes/zone.txt")));

// Mail that waited for its relay waits for the morning, too; of two alerts the newer one goes.
direct!(mail_that_waited_wakes_nobody, "R3 R4 O3", |office| {
    all_happen(office, include_str!("changes/night.txt"));
});

// What a server put off it never had: its cause back, the mail goes, written anew.
direct!(a_mail_that_was_put_off_comes_back_with_its_cause, "R2 O1 N1", |office| {
    let turns = vec![(Stage::Rcpt, Turn::Say("450 4.2.1 later"))];
    let postbox = Postbox::open(Script { tls: Tls::None, auth: None, turns });
    firm(office);
    office.policy(&postbox.policy(office.home()));
    office.at("2026-11-24T07:00:00Z");
    office.leadd_once().ok();
    office.lead("trash 1").ok();
    office.at("2026-11-24T08:00:00Z");
    office.leadd_once().ok();
    office.lead("restore 1").ok();
    office.lead("edit 1 --name 'Kim Poe'").ok();
    office.at("2026-11-24T09:00:00Z");
    office.leadd_once().ok();
    office.leadd_once().ok();
    let mails: Vec<_> = postbox.taken().iter().map(|parcel| Letter::read(&parcel.bytes)).collect();
    let found: Vec<_> = mails.iter().map(|mail| mail.header("Subject")).collect();
    assert_eq!(found, ["Follow up today: Kim Poe"], "{}", postbox.talk());
});

// Eight has struck in Tokyo, and by HUP the team is there; then it moves to where the night is.
daemon!(the_teams_zone_changes_under_a_running_leadd, "T2 T3 R2 R4 S3", |office| {
    firm(office);
    office.lead("schedule 2 2026-11-25").ok();
    let path = office.store().join("lead.toml");
    let move_to = |zone: &str| {
        let policy = std::fs::read_to_string(&path).unwrap();
        let old = policy.lines().find(|line| line.starts_with("zone = ")).unwrap().to_owned();
        std::fs::write(&path, policy.replace(&old, &format!("zone = \"{zone}\""))).unwrap();
        office.hang_up();
    };
    office.at("2026-11-24T03:00:00Z");
    move_to("Asia/Tokyo");
    let first = "2026-11-24T03:00:00Z reminder sam: Follow up today: Kim Lee\n";
    office.swept("the reminder at Tokyo's noon", || told(office) == first);
    office.lead("schedule 1 none").ok();
    office.at("2026-11-24T22:00:00Z");
    move_to("America/New_York");
    for at in ["2026-11-24T23:00:00Z", "2026-11-25T07:00:00Z", "2026-11-25T12:59:59Z"] {
        office.at(at);
        office.lead("note 1 'somebody works'").ok();
        office.swept("nothing", || told(office) == first);
    }
    office.at("2026-11-25T13:00:00Z");
    let second = format!("{first}2026-11-25T13:00:00Z reminder sam: Follow up today: Ann Poe\n");
    office.swept("the reminder at New York's eight", || told(office) == second);
});
