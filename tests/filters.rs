//! The filter language: what each term finds, and what it says to a mistake.

use crate::harness::{Office, both};

/// Five leads, each different in one thing or another.
fn stock(office: &Office) {
    office.init("mini");
    office.user("sam", "sales");
    office.at("2026-11-01T00:00:00+01:00");
    office
        .add("'Kim Lee' --email kim@acme.example --company Acme --source Website --tag vip --tag Commercial");
    office.at("2026-11-15T12:00:00+01:00");
    office.add("'Sam Poe' --phone '030 1234567' --source Event --tag vip --owner sam --follow-up 2026-11-20 --value 9000");
    office.at("2026-11-30T23:59:59+01:00");
    office.add("'Zoë Acker' --stage qualified --tag cold --follow-up 2026-12-01");
    office.at("2026-12-01T09:00:00+01:00");
    office.add("'Lost One' --stage lost --note 'likes acme'");
    office.add("'Later' --follow-up 2026-12-03 --email later@other.example");
    office.lead("--as sam claim 1").ok();
    office.lead("log 2 call hello").ok();
}

both!(each_term_finds_what_it_says, "F9 M4 A6", |office| {
    stock(office);
    for (terms, expected) in [
        ("", &[1, 2, 3, 4, 5][..]),
        ("stage:new", &[1, 2, 5]),
        ("stage:new,qualified", &[1, 2, 3, 5]),
        ("stage.not:lost", &[1, 2, 3, 5]),
        ("kind:open", &[1, 2, 3, 5]),
        ("kind:lost", &[4]),
        ("pipeline:mini", &[1, 2, 3, 4, 5]),
        ("owner:sam", &[2]),
        ("owner:none", &[1, 3, 4, 5]),
        ("claim:any", &[1]),
        ("claim:none", &[2, 3, 4, 5]),
        ("assignee:sam", &[1, 2]),
        ("pool:yes", &[3, 5]),
        ("tag:vip,cold", &[1, 2, 3]),
        ("tag.all:vip,commercial", &[1]),
        ("tag.not:vip", &[3, 4, 5]),
        ("tag:nobody-has-this", &[]),
        ("created:2026-11-01..2026-11-30", &[1, 2, 3]),
        ("created:2026-11-15", &[2]),
        ("created.within:24h", &[3, 4, 5]),
        ("created.before:2026-11-15", &[1, 2]),
        ("due:overdue", &[2]),
        ("due:today", &[3]),
        ("due:upcoming", &[5]),
        ("due:none", &[1, 4]),
        ("due.before:2026-11-30", &[2]),
        ("due.within:7d", &[3, 5]),
        ("contacted:never", &[1, 3, 4, 5]),
        ("source:web", &[1]),
        ("source:EVENT", &[2]),
        ("converted:yes", &[]),
        ("converted:no", &[1, 2, 3, 4, 5]),
        ("acme", &[1]),
        ("ZOË", &[3]),
        ("tag:vip source:web created:2026-11-01..2026-11-30", &[1]),
        ("kind:open due:none", &[1]),
        ("customer:none", &[1, 2, 3, 4, 5]),
    ] {
        let mut found = office.found(terms);
        found.sort_unstable();
        assert_eq!(found, expected, "list {terms}");
    }
});

both!(a_mistake_in_a_filter_is_told_with_a_suggestion, "F9", |office| {
    stock(office);
    for (terms, words) in [
        ("stge:new", "stage"),
        ("stage:nwe", "new"),
        ("kind:opne", "open"),
        ("pool:maybe", "yes"),
        ("owner:sma", "sam"),
        ("due:never", "due"),
        ("created:2026-02-30", "2026-02-30"),
        ("created:2026-11-30..2026-11-01", "2026-11"),
        ("pipeline:nimi", "mini"),
        ("converted:perhaps", "perhaps"),
    ] {
        let run = office.lead(format!("list {terms}"));
        run.refused(2).says(words);
    }
});

both!(the_list_is_in_the_order_of_urgency, "A6 M3", |office| {
    stock(office);
    assert_eq!(office.found(""), [2, 3, 5, 1, 4], "overdue first, then nearest, undated last");
    assert_eq!(office.found("--sort name"), [1, 5, 4, 2, 3]);
    assert_eq!(office.found("--limit 2"), [2, 3]);
    office.lead("list --sort no-such-column").refused(2);
});

both!(badges_turn_with_the_viewers_date, "M5 N2", |office| {
    office.init("mini");
    let lead = office.add("'Kim Lee' --follow-up 2026-11-26");
    for (day, badge) in [
        ("22", serde_json::Value::Null),
        ("23", serde_json::Value::Null),
        ("24", "upcoming".into()),
        ("25", "upcoming".into()),
        ("26", "today".into()),
        ("27", "overdue".into()),
    ] {
        for time in ["00:00:00", "23:59:59"] {
            office.at(&format!("2026-11-{day}T{time}+01:00"));
            assert_eq!(office.field(lead, "badge"), badge, "on the {day}th at {time}");
        }
    }
    office.user("nia", "sales");
    office.lead("user edit nia --zone America/New_York").ok();
    office.at("2026-11-27T05:59:59+01:00");
    let seen = office.lead(format!("--as nia show {lead} --json")).json();
    assert_eq!(seen["badge"], "today", "in New York it is still the 26th");
    assert_eq!(office.field(lead, "badge"), "overdue");
});

both!(where_stands_in_place_of_ids, "F11", |office| {
    stock(office);
    let run = office.refused(7, "mv --to contacted --where 'stage:new'");
    run.says("--yes");
    office.lead("mv --to contacted --where 'stage:new' --yes").ok();
    let mut found = office.found("stage:contacted");
    found.sort_unstable();
    assert_eq!(found, [1, 2, 5]);
    office.lead("tag --where 'due:overdue' -y urgent").ok();
    assert_eq!(office.found("tag:urgent"), [2]);
    office.lead("trash --where 'name:nobody' --yes").ok();
});

both!(ids_in_all_their_forms, "L6", |office| {
    stock(office);
    office.lead("tag 1,3 a").ok();
    office.lead("tag 4-9 b").ok();
    office.lead("tag kim@ACME.example c").ok();
    office.lead_with(b"2\n5\n", "tag - d").ok();
    office.lead("tag 1 2-3 e").ok();
    for (tag, expected) in
        [("a", vec![1, 3]), ("b", vec![4, 5]), ("c", vec![1]), ("d", vec![2, 5]), ("e", vec![1, 2, 3])]
    {
        let mut found = office.found(&format!("tag:{tag}"));
        found.sort_unstable();
        assert_eq!(found, expected, "tag {tag}");
    }
    office.add("'Kim Twice' --email kim@acme.example");
    office.refused(7, "tag kim@acme.example x").says("Kim Twice");
    office.refused(3, "tag nobody@acme.example x");
});
