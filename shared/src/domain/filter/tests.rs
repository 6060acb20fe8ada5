use super::*;
use proptest::prelude::*;

const STAGES: &[(&str, &str)] =
    &[("new", "New"), ("NOT_CONTACTED", "Not contacted"), ("qualified", "Qualified"), ("lost", "Lost")];

fn context(now: &Zoned) -> FilterContext<'_> {
    FilterContext {
        now,
        me: "kim",
        stages: STAGES,
        kinds: &["open", "won", "lost", "parked"],
        pipelines: &["agency", "mini"],
        users: &["kim", "sam"],
        currency: "EUR",
        searched: &[],
    }
}

fn at(zoned: &str) -> Zoned {
    zoned.parse().unwrap()
}

/// Sunday.
fn now() -> Zoned {
    at("2026-11-22T14:00[Europe/Berlin]")
}

fn instant(text: &str) -> Timestamp {
    at(&format!("{text}[Europe/Berlin]")).timestamp()
}

fn read(text: &str, now: &Zoned) -> Result<Filter, BadTerm> {
    Filter::parse_list(text, &context(now))
}

fn full(tags: &[String]) -> Subject<'_> {
    Subject {
        id: 12,
        stage: "qualified",
        kind: "open",
        pipeline: "agency",
        owner: Some("kim"),
        claim_by: None,
        assignee: Some("kim"),
        in_pool: false,
        tags,
        created_at: instant("2026-11-15T14:00"),
        follow_up: Some(jiff::civil::date(2026, 11, 24)),
        last_contacted_at: Some(instant("2026-11-20T09:00")),
        changed_at: instant("2026-10-01T09:00"),
        source: Some("Cold Call"),
        name: "Kim Łee",
        email: Some("kim@acme.example"),
        company: Some("Acme Straßenbau"),
        phone: Some("030 123-4567"),
        phone_e164: Some("+49301234567"),
        customer: Some(3),
        import: Some(7),
        converted: true,
        value: Some(Money::parse("5000 EUR", "EUR").unwrap()),
        trashed: false,
        notes: Some("[2026-11-22 14:03 sam] asked: a Quote"),
    }
}

fn bare() -> Subject<'static> {
    Subject {
        id: 13,
        stage: "NOT_CONTACTED",
        kind: "open",
        pipeline: "mini",
        owner: None,
        claim_by: Some("sam"),
        assignee: Some("sam"),
        in_pool: true,
        tags: &[],
        created_at: instant("2026-11-22T13:00"),
        follow_up: None,
        last_contacted_at: None,
        changed_at: instant("2026-11-22T13:00"),
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
        trashed: false,
        notes: None,
    }
}

/// A filter, and whether it means the full and the bare lead.
const TERMS: &[(&str, bool, bool)] = &[
    ("", true, true),
    ("stage:qualified", true, false),
    ("stage:new,qualified", true, false),
    ("Stage:not-contacted", false, true),
    ("stage:\"Not contacted\"", false, true),
    ("stage.not:lost", true, true),
    ("stage.not:qualified,lost", false, true),
    ("kind:open", true, true),
    ("kind.not:open", false, false),
    ("pipeline:agency", true, false),
    ("owner:me", true, false),
    ("owner:none", false, true),
    ("owner:none,kim", true, true),
    ("owner:any", true, false),
    ("owner.not:sam", true, false),
    ("owner.not:none", true, false),
    ("claim:any", false, true),
    ("claim:none", true, false),
    ("claim:Sam", false, true),
    ("assignee:sam", false, true),
    ("pool:yes", false, true),
    ("pool:no", true, false),
    ("tag:vip,commercial", true, false),
    ("tag:VIP", true, false),
    ("tag.all:vip,big-fish", true, false),
    ("tag.all:vip,commercial", false, false),
    ("tag.not:cold", true, true),
    ("tag.not:vip", false, true),
    ("tag:none", false, true),
    ("tag:any", true, false),
    ("tag:nobody-has-it", false, false),
    ("created:2026-11-15", true, false),
    ("created:2026-11-15..2026-11-22", true, true),
    ("created:2026-11-16..2026-11-22", false, true),
    ("created:2026-11-16..", false, true),
    ("created:..2026-11-15", true, false),
    ("created:today,2026-11-15", true, true),
    ("created:7d", true, true),
    ("created.within:24h", false, true),
    ("created.within:1h", false, true),
    ("created.within:59min", false, false),
    ("created.within:7d", true, true),
    ("created.within:6d", false, true),
    ("created.after:2026-11-15", true, true),
    ("created.after:3d", false, true),
    ("created.before:2026-11-15", true, false),
    ("created.before:2026-11-14", false, false),
    ("created.before:1w", true, false),
    ("created:\"2026-11-22 13:00\"", false, true),
    ("due:upcoming", true, false),
    ("due:overdue", false, false),
    ("due:today", false, false),
    ("due:none", false, true),
    ("due:none,upcoming", true, true),
    ("due:any", true, false),
    ("due:2026-11-24", true, false),
    ("due:tomorrow..2026-11-30", true, false),
    ("due.before:fri", true, false),
    ("due.before:tomorrow", false, false),
    ("due.before:2d", true, false),
    ("due.after:3d", false, false),
    ("due.within:7d", true, false),
    ("due.within:24h", false, false),
    ("contacted:never", false, true),
    ("contacted:none", false, true),
    ("contacted:any", true, false),
    ("contacted.before:7d", false, false),
    ("contacted.before:2d", true, false),
    ("contacted.within:7d", true, false),
    ("idle.over:30d", true, false),
    ("source:CALL", true, false),
    ("source:web", false, false),
    ("source:none", false, true),
    ("source.not:web", true, false),
    ("name:łEE", true, false),
    ("name:王", false, true),
    ("name:\"kim ł\"", true, false),
    ("email:acme", true, false),
    ("company:STRASSEN", true, false),
    ("phone:0301234567", true, false),
    ("phone:+49-30", true, false),
    ("phone:123-4", true, false),
    ("phone:1234 phone:4567", true, false),
    ("phone:999", false, false),
    ("phone:none", false, true),
    ("text:quote", true, false),
    ("text:asked:", true, false),
    ("text:none", false, false),
    ("customer:3", true, false),
    ("customer:none", false, true),
    ("customer:any", true, false),
    ("customer:4,none", false, true),
    ("import:7", true, false),
    ("import:none", false, true),
    ("import:8,9", false, false),
    ("converted:yes", true, false),
    ("converted:no", false, true),
    ("converted:yes,no", true, true),
    ("value.over:5000", false, false),
    ("value.over:4999.99", true, false),
    ("value.over:1USD", false, false),
    ("value.over:1USD,4999EUR", true, false),
    ("value.under:5000.01", true, false),
    ("value:none", false, true),
    ("trash:yes", false, false),
    ("trash:no", true, true),
    ("trash:yes,no", true, true),
    ("acme", true, false),
    ("ACME,王", true, true),
    ("none", false, false),
    ("straßenbau", false, false),
    ("kind:open owner:me acme", true, false),
    ("kind:open owner:none acme", false, false),
];

#[test]
fn f9_m4_every_term_of_the_table() {
    let tags = ["VIP".to_owned(), "big-fish".to_owned()];
    let now = now();
    for (text, is_full, is_bare) in TERMS {
        let filter = read(text, &now).unwrap_or_else(|bad| panic!("{text}: {bad:?}"));
        assert_eq!((filter.matches(&full(&tags)), filter.matches(&bare())), (*is_full, *is_bare), "{text}");
    }
}

#[test]
fn l8_the_trash_is_seen_only_when_asked_for() {
    let now = now();
    let trashed = Subject { trashed: true, ..bare() };
    for (text, expected) in
        [("", false), ("王", false), ("trash:yes", true), ("trash:no", false), ("trash:yes,no", true)]
    {
        let filter = read(text, &now).unwrap();
        assert_eq!((filter.matches(&trashed), filter.wants_trash()), (expected, expected), "{text}");
    }
}

#[test]
fn bad_terms_are_refused_with_what_was_meant() {
    let now = now();
    let cases: &[(&str, &str, &str)] = &[
        ("stge:new", "has the unknown key `stge`", "did you mean `stage:new`?"),
        ("http://x", "has the unknown key `http`", "`text:http://x` looks for the words"),
        (":x", "has the unknown key ``", "`text::x` looks for the words"),
        ("stage:qualifed", "has the unknown stage `qualifed`", "did you mean `stage:qualified`?"),
        ("stage:xyz", "has the unknown stage `xyz`", "one of: new, NOT_CONTACTED, qualified, lost"),
        ("stage.within:1d", "has the unknown suffix `.within`", "write `stage:` or `stage.not:`"),
        ("idle:30d", "needs a suffix to `idle`", "write `idle.over:`"),
        ("idle.over:today", "is not a span of time", "write it as `idle.over:30d`"),
        ("kind:opn", "has the unknown kind `opn`", "did you mean `kind:open`?"),
        ("pipeline:agncy", "has the unknown pipeline `agncy`", "did you mean `pipeline:agency`?"),
        ("owner:sm", "has the unknown user `sm`", "did you mean `owner:sam`?"),
        ("pool:maybe", "has the unknown value `maybe`", "one of: yes, no"),
        ("due:overdu", "is not a date", "did you mean `due:overdue`?"),
        ("due:tomorow", "is not a date", "did you mean `tomorrow`?"),
        ("contacted:nevr", "is not a date", "did you mean `contacted:never`?"),
        ("trash:", "has no value", ""),
        ("tag:a,,b", "has an empty value beside a comma", ""),
        ("created:2026-12-01..2026-11-01", "ends before it begins", ""),
        ("created:..", "is a range without an end", ""),
        ("created:2026-02-30..", "has no such day", ""),
        ("created:1/12/26", "may be two dates", "2026-12-01"),
        ("created.within:today", "is not a span of time", "write it as `24h`, `7d` or `2w`"),
        ("created.within:99999999999d", "is not between the years 1970 and 9998", ""),
        ("due:2026-12-02..2026-12-01", "ends before it begins", ""),
        ("due:\"fri 15:00\"", "has a time, where a day is asked for", ""),
        ("customer:0", "is not the number of any customer", "write it as `customer:3` or `customer:none`"),
        ("customer:-1", "is not the number of any customer", "write it as `customer:3` or `customer:none`"),
        ("value:5", "is neither `none` nor `any`", "value.over:5000"),
        ("value.over:-1", "is negative", ""),
        ("value.over:1,000", "has two amounts in one currency", "did you mean `value.over:1000`?"),
        ("value.over:x", "is not an amount of money", "write it as `4500`, `4500.50` or `4500EUR`"),
    ];
    for (text, why, hint) in cases {
        let bad = read(text, &now).expect_err(text);
        assert_eq!(bad.flaw.why, *why, "{text}");
        assert_eq!(bad.flaw.hints.first().map_or("", String::as_str), *hint, "{text}");
    }
    let bad = read("kind:open stge:new", &now).unwrap_err();
    assert_eq!(bad.term, "stge:new");
    assert_eq!(read("stage:\x1b[1m", &now).unwrap_err().flaw.why, r"has the unknown stage `\u{1b}[1m`");
    assert_eq!(read("a \"b", &now).unwrap_err().flaw.why, "has an open quote");
    assert!(Filter::parse(&[" ".to_owned()], &context(&now)).is_err());
}

#[test]
fn terms_are_split_outside_quotes() {
    let cases: &[(&str, &[&str])] = &[
        ("", &[]),
        (" a  b ", &["a", "b"]),
        (r#"a b "c d""#, &["a", "b", "c d"]),
        (r#"name:"kim lee" x"#, &["name:kim lee", "x"]),
        ("name:'kim lee',\"b c\"", &["name:kim lee,b c"]),
        ("name:o'neil", &["name:o'neil"]),
        (r#""a\"b\\""#, &[r#"a"b\"#]),
        ("\"\"", &[""]),
    ];
    for (text, terms) in cases {
        assert_eq!(split(text).unwrap(), *terms, "{text}");
    }
}

#[test]
fn f9_a_day_is_as_long_as_the_viewers_clocks_make_it() {
    let cases = [
        ("Europe/Berlin", "2027-03-28", 23),
        ("Europe/Berlin", "2026-10-25", 25),
        ("America/New_York", "2026-11-01", 25),
        ("America/New_York", "2027-03-14", 23),
        ("Pacific/Apia", "2011-12-29", 24),
        ("Pacific/Apia", "2011-12-31", 24),
    ];
    for (zone, day, hours) in cases {
        let now = at(&format!("2027-06-01T12:00[{zone}]"));
        let filter = read(&format!("created:{day}"), &now).unwrap();
        let start = at(&format!("{day}T00:00[{zone}]")).timestamp();
        let end = start + jiff::SignedDuration::from_hours(hours);
        let tick = jiff::SignedDuration::from_nanos(1);
        for (created_at, expected) in [(start - tick, false), (start, true), (end - tick, true), (end, false)]
        {
            assert_eq!(filter.matches(&Subject { created_at, ..bare() }), expected, "{zone} {created_at}");
        }
    }
    let lord_howe = at("2026-10-04T12:00[Australia/Lord_Howe]");
    let filter = read("created:today", &lord_howe).unwrap();
    let created_at = at("2026-10-04T00:00[Australia/Lord_Howe]").timestamp();
    assert!(filter.matches(&Subject { created_at, ..bare() }));
    let created_at = created_at + jiff::SignedDuration::from_mins(23 * 60 + 30);
    assert!(!filter.matches(&Subject { created_at, ..bare() }));
}

#[test]
fn a_planner_learns_where_to_look() {
    let now = now();
    let stages = |text| read(text, &now).unwrap().exact_stages().map(|ids| ids.join(" "));
    assert_eq!(stages("kind:open"), None);
    assert_eq!(stages("stage.not:new"), None);
    assert_eq!(stages("stage:new,lost").as_deref(), Some("lost new"));
    assert_eq!(stages("stage:new,lost stage:lost").as_deref(), Some("lost"));
    assert_eq!(stages("stage:new stage:lost").as_deref(), Some(""));
    let due = |text| read(text, &now).unwrap().due_range().map(|(from, to)| format!("{from} {to}"));
    assert_eq!(due("due:none,today"), None);
    assert_eq!(due("due:today,2026-12-01").as_deref(), Some("2026-11-22 2026-12-01"));
    assert_eq!(due("due.after:today due.before:fri").as_deref(), Some("2026-11-22 2026-11-27"));
    assert!(read("text:x", &now).unwrap().wants_notes() && !read("x", &now).unwrap().wants_notes());
}

#[test]
fn sort_keys() {
    for (typed, by, descending) in
        [("name", SortBy::Name, false), ("-created", SortBy::Created, true), ("DUE", SortBy::Due, false)]
    {
        let key = SortKey::parse(typed).unwrap();
        assert_eq!(key, SortKey { by, descending });
        assert_eq!(key.to_string(), typed.to_lowercase());
    }
    let flaw = SortKey::parse("-creatd").unwrap_err();
    assert_eq!(
        (flaw.why.as_str(), flaw.hints[0].as_str()),
        ("is not a sort key", "did you mean `-created`?")
    );
    assert!(SortKey::parse("").is_err() && SortKey::parse("--name").is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]
    #[test]
    fn no_filter_panics(any in any::<String>(), near in "(stage|owner|tag|created|due|contacted|idle|phone|customer|value|trash)(\\.(not|all|within|after|before|over))?:[a-z0-9.,é-]{0,12}") {
        let now = now();
        for text in [any, near] {
            let _ = Filter::parse(std::slice::from_ref(&text), &context(&now));
            let _ = SortKey::parse(&text);
            if let Ok(filter) = read(&text, &now) {
                let _ = (filter.matches(&bare()), filter.exact_stages(), filter.due_range(), filter.wants_trash());
            }
        }
    }
}
