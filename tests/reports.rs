//! Reports: what is counted, under what, and for whom.

use serde_json::{Value, json};

use crate::harness::{Office, Run, account, both};

/// One key of each line.
fn column(report: &Value, key: &str) -> Vec<Value> {
    let lines = report.as_array().expect("an array of lines");
    lines.iter().map(|line| line.get(key).unwrap_or_else(|| panic!("no {key} in {line}")).clone()).collect()
}

/// Six leads of two sources and of none, two of them converted, with three deals.
fn stock(office: &Office) {
    office.init("dealership");
    office.user("sam", "sales");
    office.at("2026-11-01T09:00:00+01:00");
    office.add("'One' --source Website --owner sam");
    office.add("'Two' --source website");
    office.at("2026-11-10T09:00:00+01:00");
    office.add("'Three' --source Website");
    office.add("'Four' --source Event --owner sam");
    office.add("'Five'");
    office.add("'Six'");
    office.lead("convert 1 5").ok();
    office.lead("deal start 1 'A car' --value 4500EUR").ok();
    office.lead("deal start 1 'A bike' --value 500.50").ok();
    office.lead("deal start 5 'A truck' --value 9000USD").ok();
    office.at("2026-11-22T09:00:00+01:00");
}

both!(deals_count_under_the_source_of_their_lead_and_none_is_a_source, "D7", |office| {
    stock(office);
    let report = office.lead("report sources --json").json();
    assert_eq!(
        report,
        json!([
            {"source": "Website", "leads": 3, "converted": 1, "percent": 33, "deals": 2, "won": 0,
             "value": {"amount": "5000.50", "currency": "EUR"}, "other_values": []},
            {"source": "Event", "leads": 1, "converted": 0, "percent": 0, "deals": 0, "won": 0,
             "value": null, "other_values": []},
            {"source": null, "leads": 2, "converted": 1, "percent": 50, "deals": 1, "won": 0,
             "value": null, "other_values": [{"amount": "9000.00", "currency": "USD"}]},
        ])
    );
    office.lead("report sources").ok().stdout(
        "Website\t3\t1\t2\t0\t5000.50 EUR\t\t33\nEvent\t1\t0\t0\t0\t\t\t0\n\t2\t1\t1\t0\t\t9000.00 USD\t50\n",
    );
    let few = office.lead("report sources source:web --json").json();
    assert_eq!(column(&few, "leads"), [3]);
    office.lead("trash 1").ok();
    let report = office.lead("report sources --json").json();
    assert_eq!((&report[0]["leads"], &report[0]["deals"]), (&2.into(), &0.into()), "no report has the trash");
});

both!(a_period_has_both_its_ends, "D7 F9", |office| {
    stock(office);
    for (period, leads) in [
        ("--since 2026-11-10", json!([1, 1, 2])),
        ("--until 2026-11-01", json!([2])),
        ("--since 2026-11-01 --until 2026-11-10", json!([3, 1, 2])),
        ("--since 2026-11-02 --until 2026-11-09", json!([])),
    ] {
        let report = office.lead(format!("report sources {period} --json")).json();
        assert_eq!(Value::from(column(&report, "leads")), leads, "{period}");
    }
    office.lead("report sources --since never").refused(2).says("never");
    for verb in ["report sources", "history"] {
        let said = "error: until `2026-11-01` is before `2026-11-10`, where it begins\n";
        office.lead(format!("{verb} --since 2026-11-10 --until 2026-11-01")).refused(2).stderr(said);
    }
    office.lead("report sources stge:new").refused(2).says("stage");
});

both!(the_funnel_says_who_stands_where_and_who_came_so_far, "D7", |office| {
    stock(office);
    for lead in 1..=4 {
        office.lead(format!("mv {lead} mark-contacted")).ok();
    }
    office.lead("mv 1 mark-engaged").ok();
    office.lead("mv 2 mark-lost").ok();
    let report = office.lead("report funnel --json").json();
    assert_eq!(
        column(&report, "stage"),
        ["new", "contacted", "engaged", "appointment-set", "showed", "negotiating", "won", "lost", "dormant"]
    );
    assert_eq!(column(&report, "leads"), [2, 2, 1, 0, 0, 0, 0, 1, 0]);
    assert_eq!(column(&report, "reached"), [6, 4, 1, 0, 0, 0, 0, 1, 0]);
    assert_eq!(column(&report, "percent"), [100, 67, 17, 0, 0, 0, 0, 17, 0]);
    let none = Value::Null;
    let onward: [Value; 9] = [
        67.into(),
        25.into(),
        0.into(),
        none.clone(),
        none.clone(),
        none.clone(),
        none.clone(),
        none.clone(),
        none,
    ];
    assert_eq!(column(&report, "onward"), onward, "who came further, but for those who were lost");
    let few = office.lead("report funnel source:web --json").json();
    assert_eq!(column(&few, "reached"), [3, 3, 1, 0, 0, 0, 0, 1, 0]);
    let nobody = office.lead("report funnel nobody-is-called-so --json").json();
    assert_eq!(column(&nobody, "reached"), [0; 9]);
    office.lead("report funnel -F table").ok().shows("Appointment set");
});

both!(ageing_is_the_time_in_the_stage, "D7", |office| {
    office.init("mini");
    for (at, name) in
        [("2026-08-01", "Ancient"), ("2026-09-22", "Old"), ("2026-11-01", "Older"), ("2026-11-15", "Week")]
    {
        office.at(&format!("{at}T09:00:00+01:00"));
        office.add(name);
    }
    office.at("2026-11-21T09:00:00+01:00");
    office.add("Day");
    office.lead("mv 1 contacted").ok();
    office.at("2026-11-22T09:00:00+01:00");
    let report = office.lead("report ageing --json").json();
    let first = json!({"pipeline": "mini", "stage": "new", "label": "New", "kind": "open", "leads": 4, "day": 1,
        "week": 1, "month": 1, "quarter": 1, "longer": 0, "median_days": 7, "p90_days": 61, "oldest_days": 61, "oldest": 2});
    assert_eq!(report[0], first);
    assert_eq!(column(&report, "oldest")[1..3], [json!(1), json!(null)]);
    assert_eq!(column(&report, "day")[1], 1, "it stands there since it was moved");
    office.at("2026-11-22T09:00:01+01:00");
    let report = office.lead("report ageing stage:new --json").json();
    assert_eq!((&report[0]["day"], &report[0]["week"]), (&0.into(), &1.into()), "a day is 24 hours");
    assert_eq!(report[0]["month"], 2, "and a week is seven of them");
});

both!(people_are_counted_by_what_they_have_and_did, "D7", |office| {
    stock(office);
    office.user("nia", "sales");
    office.lead("--as sam log 1 call hello").ok();
    office.lead("--as sam log 1 note 'no contact'").ok();
    office.at("2026-11-23T09:00:00+01:00");
    office.lead("--as sam log 4 email hello --next 2026-11-22").ok();
    office.lead("--as nia convert 4").ok();
    let report = office.lead("report people --json").json();
    let owner = account();
    let line = |user: Value, counts: [u64; 5], last_week: u64| {
        let [leads, open, overdue, contacts, converted] = counts;
        json!({"user": user, "leads": leads, "open": open, "overdue": overdue, "contacts": contacts,
               "converted": converted, "weeks": [0, 0, 0, 0, 0, 0, 0, last_week]})
    };
    let mut expected = vec![
        line("nia".into(), [0, 0, 0, 0, 1], 0),
        line("sam".into(), [2, 2, 1, 2, 0], 2),
        line(owner.into(), [0, 0, 0, 0, 2], 0),
    ];
    expected.sort_by_key(|line| line["user"].as_str().map(str::to_owned));
    expected.push(line(Value::Null, [4, 4, 0, 0, 0], 0));
    assert_eq!(report, Value::from(expected));
    let later = office.lead("report people --since 2026-11-23 --json").json();
    let contacts: Vec<_> = column(&later, "contacts").into_iter().filter(|count| *count != 0).collect();
    assert_eq!(contacts, [1], "the period is when it was done");
});

both!(the_last_weeks_of_contacts_end_with_the_period, "D7", |office| {
    office.init("mini");
    office.user("sam", "sales");
    office.at("2026-10-04T09:00:00+02:00");
    office.add("'Kim Lee' --owner sam");
    for at in ["2026-10-04T09:00:00+02:00", "2026-11-08T09:00:01+01:00", "2026-11-21T09:00:00+01:00"] {
        office.at(at);
        office.lead("--as sam log 1 call hello").ok();
        office.lead("--as sam log 1 note 'no contact'").ok();
    }
    office.at("2026-11-22T09:00:00+01:00");
    let of_sam = |line: &str| {
        let report = office.lead(format!("report people {line} --json")).json();
        report.as_array().unwrap().iter().find(|line| line["user"] == "sam").unwrap().clone()
    };
    let weeks = |line: &str| of_sam(line)["weeks"].clone();
    assert_eq!(weeks(""), json!([1, 0, 0, 0, 0, 0, 1, 1]), "a week is seven days, back from now");
    assert_eq!(weeks("--until 2026-11-08"), json!([0, 0, 1, 0, 0, 0, 0, 1]));
    assert_eq!(weeks("--until 2026-10-01"), json!([0, 0, 0, 0, 0, 0, 0, 0]));
    assert_eq!(weeks("--since 2026-11-20"), weeks(""), "whenever the period began");
    assert_eq!(of_sam("--since 2026-11-20")["contacts"], 1);
});

/// What a terminal of this width, locale and kind is shown.
fn table(office: &Office, report: &str, locale: &str, term: &str) -> String {
    let mut command = office.lead_command(format!("report {report} -F table"));
    command.env("LC_ALL", locale).env("TERM", term);
    Run::of(command, None).ok().stdout.clone()
}

both!(people_are_shown_bars_beside_the_numbers, "D7", |office| {
    stock(office);
    for lead in 1..=4 {
        office.lead(format!("mv {lead} mark-contacted")).ok();
    }
    office.lead("mv 1 mark-lost").ok();
    office.user("nia", "sales");
    office.lead("--as sam log 1 call hello").ok();
    let blocks = |report: &str| table(office, report, "de_DE.utf8", "xterm");
    assert_eq!(
        blocks("funnel"),
        "stage            leads  reached  percent  onward\n\
         New                  2        6     100%     67%  ████████████████████████\n\
         Contacted            3        4      67%      0%  ████████████████\n\
         Engaged              0        0       0%\n\
         Appointment set      0        0       0%\n\
         Showed               0        0       0%\n\
         Negotiating          0        0       0%\n\
         Won                  0        0       0%\n\
         Lost                 1        1      17%          ████\n\
         Dormant              0        0       0%\n"
    );
    assert_eq!(
        blocks("sources"),
        "source   leads  converted    %  deals  won        value  other-values\n\
         Website      3          1  33%      2    0  5000.50 EUR                ███░░░░░░\n\
         Event        1          0   0%      0    0                             ░░░\n\
         none         2          1  50%      1    0                9000.00 USD  ███░░░\n"
    );
    let ages = blocks("ageing stage:new");
    assert!(
        ages.starts_with(
            "stage            leads  ages   1d  7d  30d  90d  more  median  p90  oldest  lead\n\
             New                  2  ··█··   0   0    2    0     0      12   12      12     5\n"
        ),
        "{ages}"
    );
    assert!(blocks("people").contains("  ·······█  "), "{}", blocks("people"));
    for plain in [("C", "xterm"), ("C.UTF-8", "dumb")] {
        assert!(table(office, "sources", plain.0, plain.1).contains("###------\n"), "{plain:?}");
        assert!(table(office, "people", plain.0, plain.1).contains("  0 0 0 0 0 0 0 1  "), "{plain:?}");
    }
});

both!(a_report_counts_only_what_one_may_see, "A13 D7", |office| {
    office.init("agency");
    office.user("sam", "sales");
    office.add("'Mine' --phone 030123 --owner sam --source Event");
    office.add("'Not Mine' --phone 030124 --owner me --source Website");
    office.lead("convert 2").ok();
    office.lead("deal start 2 'Big' --value 100").ok();
    office.lead("log 2 call secret").ok();
    let report = |line: &str| office.lead(format!("report {line} --json --as sam")).json();
    assert_eq!(column(&report("sources"), "source"), ["Event"]);
    assert_eq!(column(&report("funnel"), "reached"), [1, 0, 0, 0, 0]);
    assert_eq!(column(&report("ageing"), "leads"), [1, 0, 0, 0, 0]);
    assert_eq!(column(&report("people"), "user"), ["sam"]);
});
