//! The terms of a list, in one string: what they mean is the same however they are put, and what a planner
//! is told of them leaves nothing out.

use jiff::{Timestamp, Zoned};
use lead_shared::domain::filter::{BadTerm, Filter, FilterContext, SortKey, Subject, Text, split};
use lead_shared::domain::money::Money;

use super::{is_plain, text};

pub fn body(bytes: &[u8]) {
    let typed = text(bytes);
    let now: Zoned = "2026-11-22T14:03:27[Europe/Berlin]".parse().expect("a moment");
    let context = FilterContext {
        now: &now,
        me: "kim",
        stages: &[
            ("new", "New"),
            ("NOT_CONTACTED", "Not contacted"),
            ("qualified", "Qualified"),
            ("lost", "Lost"),
        ],
        kinds: &["open", "won", "lost", "parked"],
        pipelines: &["agency", "mini"],
        users: &["kim", "sam"],
        currency: "EUR",
        searched: &[Text::Name, Text::Email, Text::Company, Text::Phone, Text::Source],
    };
    sort_key(typed);
    let filter = match Filter::parse_list(typed, &context) {
        Ok(filter) => filter,
        Err(bad) => return refused(&bad),
    };
    let terms = split(typed).expect("it was split before");
    assert_eq!(Filter::parse(&terms, &context).as_ref(), Ok(&filter));
    let alone: Vec<Filter> = terms
        .iter()
        .map(|term| Filter::parse(std::slice::from_ref(term), &context).expect("it was read before"))
        .collect();
    let tags = ["VIP".to_owned(), "big-fish".to_owned()];
    for subject in subjects(&tags) {
        let is_meant = filter.matches(&subject);
        if !subject.trashed {
            assert_eq!(is_meant, alone.iter().all(|one| one.matches(&subject)), "terms are ANDed: {typed:?}");
        }
        if !is_meant {
            continue;
        }
        let due = filter.due_range();
        let is_due = due.is_none_or(|(from, to)| subject.follow_up.is_some_and(|on| from <= on && on <= to));
        assert!(is_due, "{typed:?}: {due:?}");
        assert!(filter.exact_stages().is_none_or(|ids| ids.contains(&subject.stage)), "{typed:?}");
        assert!(filter.exact_pipelines().is_none_or(|ids| ids.contains(&subject.pipeline)), "{typed:?}");
        assert!(!subject.trashed || (filter.wants_trash() && filter.speaks_of_trash()), "{typed:?}");
        let unnoted = Subject { notes: None, ..subject };
        assert!(filter.wants_notes() || filter.matches(&unnoted), "{typed:?}");
    }
}

fn sort_key(typed: &str) {
    match SortKey::parse(typed) {
        Ok(key) => assert_eq!(SortKey::parse(&key.to_string()).as_ref(), Ok(&key)),
        Err(flaw) => assert!(!flaw.why.is_empty()),
    }
}

fn refused(bad: &BadTerm) {
    is_plain(&bad.flaw.why);
    bad.flaw.hints.iter().for_each(|hint| is_plain(hint));
}

/// A lead with everything, one with nothing, and both in the trash.
fn subjects(tags: &[String]) -> [Subject<'_>; 4] {
    let at = |text: &str| -> Timestamp { text.parse().expect("an instant") };
    let full = Subject {
        id: 12,
        stage: "qualified",
        kind: "open",
        pipeline: "agency",
        owner: Some("kim"),
        claim_by: None,
        assignee: Some("kim"),
        in_pool: false,
        tags,
        created_at: at("2026-11-15T14:00:00Z"),
        follow_up: Some(jiff::civil::date(2026, 11, 24)),
        last_contacted_at: Some(at("2026-11-20T09:00:00Z")),
        changed_at: at("2026-10-01T09:00:00Z"),
        source: Some("Cold Call"),
        name: "Kim Łee",
        email: Some("kim@acme.example"),
        company: Some("Acme Straßenbau"),
        phone: Some("030 123-4567"),
        phone_e164: Some("+49301234567"),
        customer: Some(3),
        import: Some(7),
        converted: true,
        value: Money::parse("5000", "EUR").ok(),
        trashed: false,
        notes: Some("[2026-11-22 14:03 sam] asked: a Quote"),
    };
    let bare = Subject {
        id: 13,
        stage: "NOT_CONTACTED",
        pipeline: "mini",
        owner: None,
        claim_by: Some("sam"),
        assignee: Some("sam"),
        in_pool: true,
        tags: &[],
        created_at: at("2026-11-22T13:00:00Z"),
        follow_up: None,
        last_contacted_at: None,
        source: None,
        name: "王",
        email: None,
        company: None,
        phone: None,
        phone_e164: None,
        customer: None,
        import: None,
        converted: false,
        value: None,
        notes: None,
        ..full
    };
    [full, bare, Subject { trashed: true, ..full }, Subject { trashed: true, ..bare }]
}
