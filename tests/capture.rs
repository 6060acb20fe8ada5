//! Adding leads: what must be given, where they start, and what exists already.

use serde_json::{Value, json};

use crate::harness::both;

both!(the_channel_says_where_it_starts, "F10", |office| {
    office.init("field-service");
    for (line, stage) in [
        ("", "lead"),
        ("--via booking-form", "lead"),
        ("--via ai-receptionist", "lead"),
        ("--via WEB_FORM", "lead"),
        ("--via technician", "customer"),
        ("--via office --stage prospect", "prospect"),
        ("--via technician --stage quoted", "quoted"),
    ] {
        let lead = office.add(&format!("'Kim Lee' {line}"));
        assert_eq!(office.field(lead, "stage"), stage, "{line}");
    }
    let run = office.refused(2, "add 'Kim Lee' --via office");
    run.says("hint: ").says("lead").says("prospect");
    let run = office.lead("add 'Kim Lee' --via carrier-pigeon");
    assert!([2, 3].contains(&run.code), "{run}");
    run.refused(run.code).says("carrier-pigeon");
});

both!(a_phone_or_an_email_is_required, "A1", |office| {
    office.init("agency");
    office.refused(2, "add 'Kim Lee'").says("phone").says("email");
    office.refused(2, ["add", ""]).says("name");
    let run = office.lead("add 'Kim Lee' --phone 030123");
    assert_eq!(run.number(), 1);
    run.says("company");
    let run = office.lead("add 'Sam Poe' --email sam@acme.example --company Acme");
    assert_eq!(run.number(), 2);
    assert!(!run.stderr.contains("company"), "{run}");
});

both!(sources_are_a_closed_list, "A2 M2", |office| {
    office.init("agency");
    for (n, source) in
        ["Website", "referral", "LINKEDIN", "cold-call", "Email", "Event", "Other"].iter().enumerate()
    {
        office.add(&format!("'Kim Lee' --phone 03012{n} --source {source}"));
    }
    assert_eq!(office.field(4, "source"), "Cold Call", "as the list spells it");
    let run = office.refused(2, "add 'Kim Lee' --phone 030999 --source Billboard");
    run.says("Billboard");
    for source in ["Website", "Referral", "LinkedIn", "Cold Call", "Email", "Event", "Other"] {
        run.says(source);
    }
    let lead = office.add("'Sam Poe' --pipeline mini --source advertisement");
    assert_eq!(office.field(lead, "source"), "Advertisement");
    office.refused(2, "add 'Sam Poe' --pipeline mini --source 'Cold Call'");
});

both!(free_text_sources, "F9", |office| {
    office.init("field-service");
    let lead = office.add("'Kim Lee' --source 'Neighbour of Ada'");
    assert_eq!(office.field(lead, "source"), "Neighbour of Ada");
});

both!(naming_an_owner_needs_assign, "A4", |office| {
    office.init("agency");
    office.user("sam", "sales");
    office.user("max", "manager");
    office.refused(4, "--as sam add 'Kim Lee' --phone 030123 --owner max");
    let own = office.lead("--as sam add 'Kim Lee' --phone 030123");
    assert_eq!(office.field(own.number(), "owner"), "sam", "else its creator could not see it");
    let given = office.lead("--as max add 'Sam Poe' --phone 030124 --owner sam").number();
    assert_eq!(office.field(given, "owner"), "sam");
    let pool = office.lead("--as max add 'Ada' --phone 030125").number();
    assert_eq!(office.field(pool, "owner"), Value::Null);
    office.refused(3, "add 'Ada' --phone 030126 --owner nobody-here");
});

both!(who_exists_already_is_asked_about, "A5 L6", |office| {
    office.init("agency");
    let first = office.add("'Kim Lee' --email Kim@Acme.example --phone '030 1234567'");
    for double in ["--email ' kim@acme.EXAMPLE'", "--phone +49301234567", "--phone '(030) 123-4567'"] {
        let run = office.refused(7, format!("add 'K. Lee' {double}"));
        run.says("Kim Lee").says(&first.to_string()).says("--on-duplicate");
        office.refused(4, format!("add 'K. Lee' {double} --on-duplicate fail"));
    }
    let merged = office.lead("add 'K. Lee' --email kim@acme.example --company Acme --on-duplicate merge");
    assert_eq!(merged.number(), first);
    assert_eq!(office.found(""), [first]);
    let kept = office.add("'K. Lee' --email kim@acme.example --on-duplicate keep");
    assert_eq!(office.found(""), [first, kept]);
    office.lead(format!("trash {first} {kept}")).ok();
    office.add("'Kay' --email kim@acme.example");
    office.lead("client add 'Zoe' --email zoe@acme.example").ok().stdout("1\n");
    office.refused(7, "add 'Zoe' --email zoe@acme.example");
    let under = office.lead("add 'Zoe' --email zoe@acme.example --on-duplicate merge").number();
    assert_eq!(office.field(under, "customer"), 1, "a new lead under that client");
});

both!(doubles_are_nobodys_business_where_the_file_says_so, "A5 M1", |office| {
    office.init("mini");
    office.add("'Kim Lee' --email kim@acme.example");
    office.add("'Kim Lee' --email kim@acme.example");
    assert_eq!(office.add("'No Address'"), 3);
});

both!(every_field_comes_back_as_it_was_typed, "L6 L1", |office| {
    office.init("mini");
    office.user("sam", "sales");
    let lead = office.add(
        "'Kim Lee' --email Kim@Acme.example --phone '030 / 1234567' --company Acme --address 'Am Markt 1' --source Event \
         --value '4500 EUR' --note 'first words' --set colour=blue --set size=XL --tag hot --tag vip --owner sam \
         --follow-up '2026-12-01 15:00'",
    );
    let shown = office.show(lead);
    for (key, expected) in [
        ("id", json!(1)),
        ("pipeline", json!("mini")),
        ("stage", json!("new")),
        ("name", json!("Kim Lee")),
        ("company", json!("Acme")),
        ("email", json!("Kim@Acme.example")),
        ("phone", json!("030 / 1234567")),
        ("phone_e164", json!("+49301234567")),
        ("address", json!("Am Markt 1")),
        ("source", json!("Event")),
        ("tags", json!(["hot", "vip"])),
        ("fields", json!({"colour": "blue", "size": "XL"})),
        ("value", json!({"amount": "4500.00", "currency": "EUR"})),
        ("owner", json!("sam")),
        ("claim", json!(null)),
        ("assignee", json!("sam")),
        ("follow_up", json!({"date": "2026-12-01", "time": "15:00"})),
        ("badge", json!(null)),
        ("created_by", json!(crate::harness::account())),
        ("created_at", json!("2026-11-22T08:00:00Z")),
    ] {
        assert_eq!(shown[key], expected, "{key}");
    }
    let notes = format!("[2026-11-22 09:00 {}] first words", crate::harness::account());
    assert_eq!(shown["notes"], notes.as_str());
});

both!(money_in_all_its_forms, "L6", |office| {
    office.init("mini");
    for (typed, amount, currency) in [
        ("4500EUR", "4500.00", "EUR"),
        ("4500 EUR", "4500.00", "EUR"),
        ("4500.50", "4500.50", "EUR"),
        ("12.5 usd", "12.50", "USD"),
        ("0", "0.00", "EUR"),
    ] {
        let lead = office.add(&format!("'Kim Lee' --value '{typed}'"));
        assert_eq!(office.field(lead, "value"), json!({"amount": amount, "currency": currency}), "{typed}");
    }
});

both!(when_in_all_its_forms, "F5 T2", |office| {
    // The office's first day is a Sunday.
    office.init("mini");
    let lead = office.add("'Kim Lee'");
    for (typed, date, time) in [
        ("2026-12-01", "2026-12-01", None),
        ("today", "2026-11-22", None),
        ("tomorrow", "2026-11-23", None),
        ("fri", "2026-11-27", None),
        ("sun", "2026-11-29", None),
        ("in 3 days", "2026-11-25", None),
        ("+3d", "2026-11-25", None),
        ("2w", "2026-12-06", None),
        ("end of month", "2026-11-30", None),
        ("fri 15:00", "2026-11-27", Some("15:00")),
        ("2026-12-01 09:30", "2026-12-01", Some("09:30")),
    ] {
        let run = office.lead(format!("schedule {lead} {typed}"));
        run.ok().stdout("").says(date).says("Europe/Berlin");
        assert_eq!(office.field(lead, "follow_up"), json!({"date": date, "time": time}), "{typed}");
    }
    office.lead(format!("schedule {lead} none")).ok();
    assert_eq!(office.field(lead, "follow_up"), Value::Null);
});

both!(tomorrow_is_by_the_acting_users_clock, "T2 T3", |office| {
    office.at("2026-11-22T23:30:00+01:00");
    office.init("mini");
    office.user("tao", "sales");
    office.lead("user edit tao --zone Asia/Tokyo").ok();
    let lead = office.add("'Kim Lee'");
    office.lead(format!("schedule {lead} tomorrow")).ok();
    assert_eq!(office.field(lead, "follow_up")["date"], "2026-11-23");
    office.lead(format!("--as tao schedule {lead} tomorrow")).ok();
    assert_eq!(office.field(lead, "follow_up")["date"], "2026-11-24");
});
