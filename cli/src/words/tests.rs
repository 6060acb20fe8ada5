//! Every refusal, result and hint as it is said, whole.

use jiff::civil::date;
use lead_shared::domain::capability::Capability;
use lead_shared::domain::refusal::{Candidate, Flaw, Refusal, Thing};
use lead_shared::domain::reply::{Did, Hint, How, LeadResult, Settled};
use lead_shared::domain::text;
use lead_shared::domain::user::Login;

use super::*;
use crate::render::{ColorChoice, Format};

mod told;

fn clock() -> Clock {
    Clock { zone: TimeZone::get("Europe/Berlin").unwrap(), now: "2026-11-22T13:03:00Z".parse().unwrap() }
}

fn output(format: Option<Format>) -> Output {
    Output {
        format,
        color: ColorChoice::Never,
        terminal: true,
        error_terminal: true,
        width: 80,
        quiet: false,
        ink: lead_shared::domain::chart::Ink::Blocks,
        zone: TimeZone::UTC,
        labels: Default::default(),
    }
}

fn said(format: Option<Format>, why: &Refusal) -> String {
    let mut sink = Vec::new();
    print_error(&output(format), &mut sink, &refusal(why, &clock())).unwrap();
    String::from_utf8(sink).unwrap()
}

fn own(all: &[&str]) -> Vec<String> {
    all.iter().map(|one| (*one).to_owned()).collect()
}

fn sam() -> Login {
    Login("sam".to_owned())
}

fn candidates() -> Vec<Candidate> {
    vec![
        Candidate { thing: Thing::Lead, id: 7, name: "Kim Lee".to_owned(), company: Some("Acme".to_owned()) },
        Candidate { thing: Thing::Customer, id: 3, name: "Kim".to_owned(), company: None },
    ]
}

fn jump() -> Refusal {
    Refusal::NotOpen {
        lead: 12,
        from: "New".to_owned(),
        to: "Negotiating".to_owned(),
        named: false,
        legal: own(&["mark-contacted", "mark-lost", "mark-dormant"]),
        way: Some(own(&[
            "mark-contacted",
            "mark-engaged",
            "set-appointment",
            "mark-showed",
            "start-negotiation",
        ])),
        is_final: false,
    }
}

#[test]
fn every_refusal_is_said_whole() {
    let at = "2026-11-23T13:03:00Z".parse().unwrap();
    let cases: Vec<(Refusal, u8, &str, &str)> = vec![
        (
            Flaw::new("is not a date").hint("`fri`").of("--follow-up", "30 feb"),
            2,
            "invalid",
            "error: --follow-up `30 feb` is not a date\nhint: `fri`\n",
        ),
        (Flaw::new("is blank").of("name", ""), 2, "invalid", "error: name `` is blank\n"),
        (
            Refusal::Missing { fields: own(&["phone", "email"]), hints: own(&["`--phone`"]) },
            2,
            "missing",
            "error: phone or email is required\nhint: `--phone`\n",
        ),
        (
            Refusal::NoSuch { thing: Thing::Lead, given: "99".to_owned(), suggestions: vec![] },
            3,
            "no-such",
            "error: no lead 99\nhint: `lead list`\n",
        ),
        (
            Refusal::NoSuch {
                thing: Thing::Target,
                given: "qotued".to_owned(),
                suggestions: own(&["quoted"]),
            },
            3,
            "no-such",
            "error: no stage or move `qotued`\nhint: did you mean `quoted`?\n",
        ),
        // D10: the refused jump explains the way.
        (
            jump(),
            4,
            "not-open",
            "error: cannot move 12 from New to Negotiating\nhint: from here: mark-contacted, mark-lost, mark-dormant\nhint: the way there: mark-contacted, mark-engaged, set-appointment, mark-showed, start-negotiation\n",
        ),
        (
            Refusal::NotOpen {
                lead: 12,
                from: "New".to_owned(),
                to: "no-show".to_owned(),
                named: true,
                legal: vec![],
                way: None,
                is_final: false,
            },
            4,
            "not-open",
            "error: `no-show` is not open to 12 in New\n",
        ),
        // D5: won is final.
        (
            Refusal::NotOpen {
                lead: 12,
                from: "Won".to_owned(),
                to: "Lost".to_owned(),
                named: false,
                legal: vec![],
                way: None,
                is_final: true,
            },
            4,
            "final",
            "error: cannot move 12 from Won to Lost: nothing leads out of it\nhint: `lead actions 12`\n",
        ),
        // A8: the loser learns the holder and the end.
        (
            Refusal::Claimed { lead: 12, by: sam(), until: at },
            4,
            "claimed",
            "error: 12 is claimed by sam until Mon 2026-11-23 14:03\nhint: `lead claim --next`\n",
        ),
        (
            Refusal::Owned { lead: 12, by: sam() },
            4,
            "owned",
            "error: 12 belongs to sam\nhint: with the capability `reassign`: `lead assign 12 me`\n",
        ),
        (
            Refusal::NotClaimable { lead: 12, stage: "Lost".to_owned() },
            4,
            "not-claimable",
            "error: cannot claim 12 in Lost: the stage is not open\nhint: `lead list pool:yes`\n",
        ),
        (
            Refusal::NotHeld { lead: 12 },
            4,
            "not-held",
            "error: you hold no live claim of 12\nhint: `lead claim 12`\n",
        ),
        (Refusal::PoolEmpty, 3, "pool-empty", "error: the pool is empty\nhint: `lead list claim:any`\n"),
        (
            Refusal::NotConvertible { lead: 12, stage: "Lost".to_owned(), legal: own(&["new"]) },
            4,
            "not-convertible",
            "error: cannot convert 12 in Lost\nhint: from here: new\n",
        ),
        (
            Refusal::ConvertedBefore { lead: 12, at, customer: Some(3) },
            4,
            "converted-before",
            "error: 12 was converted before, Mon 2026-11-23 14:03\nhint: `lead customer show 3`\n",
        ),
        (
            Refusal::InPlace { asked: "customer list".to_owned() },
            4,
            "in-place",
            "error: `customer list` has no meaning here: a lead itself becomes the customer\nhint: `lead list kind:won`\n",
        ),
        (
            Refusal::ConvertFirst { lead: 12 },
            4,
            "convert-first",
            "error: cannot start a deal for 12: convert first\nhint: `lead convert 12 --start-deal`\n",
        ),
        (
            Refusal::Capability { needs: Capability::Assign },
            4,
            "capability",
            "error: you lack the capability `assign`\nhint: someone with `admin` can give it to you: `lead user grant YOU assign`\n",
        ),
        (
            Refusal::Stranger { account: "bob".to_owned() },
            4,
            "stranger",
            "error: the account `bob` is no user of this store\nhint: someone with `admin`: `lead user add NAME --account bob`\n",
        ),
        (
            Refusal::Disabled { login: sam() },
            4,
            "disabled",
            "error: the user `sam` is disabled\nhint: someone with `admin`: `lead user enable sam`\n",
        ),
        // L10: the sentence as it stands.
        (
            Refusal::Changed { lead: 12 },
            5,
            "changed",
            "error: This lead was changed by someone else just now — reload and retry.\nhint: `lead show 12`\n",
        ),
        (Refusal::Trashed { lead: 12 }, 4, "trashed", "error: 12 is in the trash\nhint: `lead restore 12`\n"),
        (
            Refusal::Duplicate { candidates: candidates(), fail: true },
            4,
            "duplicate",
            "error: exists already: lead 7 Kim Lee (Acme), customer 3 Kim\n",
        ),
        (
            Refusal::Duplicate { candidates: candidates(), fail: false },
            7,
            "duplicate",
            "error: may exist already: lead 7 Kim Lee (Acme), customer 3 Kim\nhint: `--on-duplicate merge` puts what was given into the first\nhint: `--on-duplicate keep` keeps both\nhint: `--on-duplicate fail` adds nothing\n",
        ),
        (
            Refusal::TwoCustomers { lead: 12, into: 3, other: 15, from: 5 },
            4,
            "two-customers",
            "error: 12 belongs to customer 3, 15 to customer 5\nhint: make them one first: `lead customer merge 3 5`\n",
        ),
        (
            Refusal::CustomerExists { lead: 12, candidates: candidates()[1..].to_vec() },
            7,
            "customer-exists",
            "error: 12 may be an existing customer: customer 3 Kim\nhint: `lead convert 12 --into 3`\nhint: `lead convert 12 --new`\n",
        ),
        (
            Refusal::Ambiguous {
                given: "kim@acme.example".to_owned(),
                candidates: candidates()[..1].to_vec(),
            },
            7,
            "ambiguous",
            "error: `kim@acme.example` may be any of several: lead 7 Kim Lee (Acme)\nhint: name one by its number: 7\n",
        ),
        (
            Refusal::Exists { thing: Thing::User, name: "sam".to_owned() },
            4,
            "exists",
            "error: the user `sam` exists already\n",
        ),
        (
            Refusal::Conflict { what: "`--into` excludes `--new`".to_owned(), hints: vec![] },
            2,
            "conflict",
            "error: `--into` excludes `--new`\n",
        ),
        (
            Refusal::Together,
            4,
            "together",
            "error: nothing was changed: another lead of the request was refused\nhint: without `--atomic` the others are done\n",
        ),
    ];
    for (why, exit, code, text) in cases {
        assert_eq!(said(None, &why), text);
        let said = refusal(&why, &clock());
        assert_eq!((said.exit, said.code), (exit, code), "{why:?}");
    }
}

#[test]
fn an_error_in_json_is_one_line() {
    let until = "2026-11-23T13:03:00Z".parse().unwrap();
    let why = Refusal::Claimed { lead: 12, by: Login("s\x1b\u{202e}".to_owned()), until };
    assert_eq!(
        said(Some(Format::Json), &why),
        concat!(
            r#"{"error":{"code":"claimed","exit":4,"message":"12 is claimed by s\\u{1b}\\u{202e} until Mon 2026-11-23 14:03","#,
            r#""hints":["lead claim --next"],"lead":12}}"#,
            "\n"
        )
    );
}

#[test]
fn values_are_escaped_and_cut() {
    let nasty = "\x1b]52;c;aGk=\x07\u{202e}王".repeat(50);
    let why = Flaw::new(nasty.clone()).hint(nasty.clone()).of(nasty.clone(), nasty.clone());
    let text = said(None, &why);
    assert!(!text.contains(|c| text::is_unsafe(c) && c != '\n'));
    let long = Flaw::new("is not a name").of("name", "x".repeat(300));
    assert_eq!(said(None, &long), format!("error: name `{}…` is not a name\n", "x".repeat(79)));
    assert!(!fault(&nasty).message.contains(text::is_unsafe));
    assert_eq!((fault("disk").exit, busy("daemon").exit, usage("what", &[]).exit), (1, 6, 2));
}

fn result(settled: Settled) -> LeadResult {
    LeadResult { lead: 12, name: "Kim Lee".to_owned(), settled, hints: vec![], view: None }
}

#[test]
fn every_deed_is_a_line() {
    let until = Some("2026-11-23T13:03:00Z".parse().unwrap());
    let moved = || Did::Moved { from: "New".to_owned(), to: "Quoted".to_owned() };
    let converted = |how, customer| Did::Converted { customer, noun: "client".to_owned(), how };
    let cases = [
        (Settled::Done(Did::Added), "added"),
        (Settled::Done(Did::MergedInto), "exists; what was given went into it"),
        (Settled::Done(Did::TookIn { from: vec![15, 16] }), "took in 15, 16"),
        (Settled::Already(Did::TookIn { from: vec![15] }), "took in 15 before"),
        (Settled::Already(Did::TookIn { from: Vec::new() }), "nothing to take in"),
        (Settled::Done(moved()), "New → Quoted"),
        (Settled::Already(moved()), "already in Quoted"),
        (Settled::Done(Did::Claimed { until }), "claimed until Mon 2026-11-23 14:03 (24 h)"),
        (Settled::Already(Did::Claimed { until }), "already yours until Mon 2026-11-23 14:03 (24 h)"),
        (Settled::Done(Did::Claimed { until: None }), "claimed; it is yours until you give it back"),
        (Settled::Already(Did::Owned), "yours already"),
        (Settled::Done(Did::Owned), "yours for good"),
        (Settled::Done(Did::Released), "given back"),
        (Settled::Done(Did::Assigned { to: Some(sam()) }), "assigned to sam"),
        (Settled::Already(Did::Assigned { to: None }), "belongs to nobody already"),
        (Settled::Done(Did::Scheduled { when: "Fri 2026-12-04".to_owned() }), "follow-up Fri 2026-12-04"),
        (Settled::Done(Did::Unscheduled), "follow-up ended"),
        (Settled::Done(Did::Noted), "noted"),
        (Settled::Done(Did::Logged { kind: "call".to_owned() }), "logged call"),
        (Settled::Done(Did::Tagged { tags: own(&["hot", "vip"]) }), "tags: hot, vip"),
        (Settled::Done(Did::Tagged { tags: vec![] }), "no tags"),
        (Settled::Done(converted(How::InPlace, None)), "converted: now a client"),
        (Settled::Already(converted(How::InPlace, None)), "already a client"),
        (Settled::Done(converted(How::Made, Some(3))), "converted into client 3"),
        (Settled::Done(converted(How::Linked, Some(3))), "converted into client 3, which existed"),
        (Settled::Already(converted(How::Made, Some(3))), "already converted into client 3"),
        (Settled::Done(Did::Trashed), "in the trash"),
        (Settled::Already(Did::Trashed), "already in the trash"),
        (Settled::Done(Did::Restored), "restored"),
    ];
    for (settled, text) in cases {
        assert_eq!(done(&result(settled), None, &clock()), format!("12 Kim Lee: {text}"));
    }
    assert_eq!(
        done(&result(Settled::Refused(jump())), None, &clock()),
        "cannot move 12 from New to Negotiating"
    );
}

#[test]
fn hints_can_be_typed() {
    let cases = [
        // L3, M8
        (
            Hint::FollowUpDue(date(2026, 11, 20)),
            "the follow-up of 2026-11-20 stands: `lead schedule 12 WHEN` or `lead schedule 12 none`",
        ),
        (Hint::PastFollowUp, "the date is past, 12 is overdue at once: `lead schedule 12 WHEN`"),
        // A1, A4, D5
        (Hint::Recommended("company".to_owned()), "company is recommended, and 12 has none"),
        (Hint::MergedFrom(9), "9 was merged into 12: `lead show 12`"),
        (Hint::BecameOwner, "you own it, to be able to see it: `lead assign 12 USER` hands it on"),
        (Hint::WonAlone, "won without a customer or a deal: `lead convert 12 --start-deal`"),
    ];
    for (one, text) in cases {
        assert_eq!(hint(&one, 12).as_deref(), Some(text));
    }
}

#[test]
fn f11_the_exit_of_several() {
    let done = || result(Settled::Done(Did::Noted));
    let refused = |why| result(Settled::Refused(why));
    let missing = || Refusal::NoSuch { thing: Thing::Lead, given: "9".to_owned(), suggestions: vec![] };
    let cases = [
        (vec![], 0),
        (vec![done(), result(Settled::Already(Did::Noted))], 0),
        (vec![done(), refused(jump())], 8),
        (vec![refused(jump()), refused(jump())], 4),
        (vec![refused(missing()), refused(missing())], 3),
        (vec![refused(missing()), refused(jump())], 8),
        (vec![refused(missing()), refused(jump()), refused(Refusal::Together)], 4),
        (vec![refused(Refusal::Together), refused(missing())], 3),
        (vec![refused(Refusal::Together), refused(jump())], 4),
    ];
    for (results, code) in cases {
        assert_eq!(exit(&results, &clock()), code, "{results:?}");
    }
}
