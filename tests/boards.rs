//! The board and the day's work: which leads, in which order, for people and for scripts.

use serde_json::Value;

use crate::harness::{Office, both, direct};

/// Leads in three of five columns: one overdue, one due today, one upcoming, one without a date.
fn stock(office: &Office) {
    office.init("field-service");
    office.user("sam", "sales");
    office.at("2026-11-18T09:00:00+01:00");
    office.add("'No Date' --stage lead --tag vip");
    office.add("'Next Week' --stage lead --follow-up 2026-11-24");
    office.add("'Late One' --stage lead --follow-up 2026-11-19 --owner sam");
    office.add("'Due Now' --stage quoted --follow-up 2026-11-22 --tag vip");
    office.add("'Old Customer' --stage customer --source Web");
    office.at("2026-11-22T09:00:00+01:00");
}

/// Each column's stage, count and leads.
fn columns(board: &Value) -> Vec<(String, u64, Vec<u64>)> {
    let ids = |column: &Value| {
        let leads = column["leads"].as_array().expect("an array of leads");
        leads.iter().map(|lead| lead["id"].as_u64().expect("a number")).collect()
    };
    let columns = board.as_array().expect("an array of columns");
    let name = |column: &Value| column["stage"].as_str().expect("a stage").to_owned();
    columns.iter().map(|one| (name(one), one["count"].as_u64().expect("a count"), ids(one))).collect()
}

both!(the_board_has_every_column_and_due_cards_first, "F2", |office| {
    stock(office);
    let board = office.lead("board --json").json();
    let expected = [
        ("lead", vec![3, 2, 1]),
        ("prospect", vec![]),
        ("quoted", vec![4]),
        ("customer", vec![5]),
        ("inactive", vec![]),
    ];
    let expected: Vec<_> =
        expected.into_iter().map(|(stage, leads)| (stage.to_owned(), leads.len() as u64, leads)).collect();
    assert_eq!(columns(&board), expected);
    assert_eq!((&board[0]["label"], &board[2]["label"]), (&"Lead".into(), &"Quoted".into()));
    assert_eq!(board[0]["leads"][0]["badge"], "overdue");
    assert_eq!(office.lead("board -F ndjson").lines().len(), 5);
});

both!(due_cards_stand_first_whatever_the_order_of_the_list, "F2", |office| {
    let file = office.lead("pipeline export mini").ok().stdout.clone();
    let file = file.replace("id = \"mini\"", "id = \"ours\"");
    let file = file.replace("order = [\"follow_up\", \"id\"]", "order = [\"name\"]");
    office.file("ours.toml", &file);
    office.init("./ours.toml");
    office.add("'Abe'");
    office.add("'Zoe' --follow-up 2026-11-22");
    office.add("'Bea' --follow-up 2026-11-24");
    office.add("'Yan' --follow-up 2026-11-01");
    assert_eq!(columns(&office.lead("board --json").json())[0].2, [4, 2, 1, 3]);
    assert_eq!(office.found(""), [1, 3, 4, 2]);
});

both!(board_and_list_take_the_same_terms_and_show_the_same_leads, "F2 F9 L8", |office| {
    stock(office);
    let lost = office.add("'Gone'");
    office.lead(format!("trash {lost}")).ok();
    for terms in [
        "",
        "kind:open",
        "tag:vip",
        "stage:lead",
        "due:overdue,today",
        "owner:sam",
        "kim",
        "source:web",
        "trash:yes",
    ] {
        let mut listed = office.found(terms);
        listed.sort_unstable();
        let board = office.lead(format!("board {terms} --json")).json();
        let mut shown: Vec<u64> = columns(&board).into_iter().flat_map(|(_, _, leads)| leads).collect();
        shown.sort_unstable();
        assert_eq!(listed, shown, "board {terms}");
        assert_eq!(columns(&board).len(), 5, "empty columns too");
    }
    let run = office.lead("board stge:lead");
    run.refused(2).says("stage");
    office.lead("board --where stage:lead").refused(2).says("lead board TERM");
});

both!(the_board_of_a_script_is_a_card_a_line, "F2", |office| {
    stock(office);
    let run = office.lead("board");
    let lines: Vec<Vec<&str>> =
        run.ok().stdout.lines().map(|line| line.split('\t').take(3).collect()).collect();
    assert_eq!(
        lines,
        [
            ["lead", "3", "Late One"],
            ["lead", "2", "Next Week"],
            ["lead", "1", "No Date"],
            ["quoted", "4", "Due Now"],
            ["customer", "5", "Old Customer"]
        ]
    );
    let csv = office.lead("board -F csv").ok().stdout.clone();
    assert!(csv.starts_with("stage,id,name,"), "{csv}");
    assert!(csv.contains("\nlead,3,Late One,"), "{csv}");
    let csv = office.lead("today -F csv").ok().stdout.clone();
    assert!(csv.starts_with("part,id,name,"), "{csv}");
    assert!(csv.contains("\noverdue,3,Late One,"), "{csv}");
    office.lead("board -F ids").ok().stdout("3\n2\n1\n4\n5\n");
});

both!(the_board_has_only_what_one_may_see, "A13 F2", |office| {
    office.init("agency");
    office.user("sam", "sales");
    office.add("'Mine' --phone 030123 --owner sam");
    office.add("'Not Mine' --phone 030124 --owner me");
    let board = office.lead("board --json --as sam").json();
    assert_eq!(columns(&board)[0], ("NOT_CONTACTED".to_owned(), 1, vec![1]));
    let today = office.lead("today --json --as sam").json();
    assert_eq!(part(&today, "new"), [1]);
});

both!(the_list_of_people_has_the_columns_and_the_order_of_the_file, "M3 A6", |office| {
    let file = office.lead("pipeline export mini").ok().stdout.clone();
    let file = file.replace("id = \"mini\"", "id = \"ours\"");
    let file = file.replace(
        "columns = [\"id\", \"name\", \"email\", \"phone\", \"source\", \"assignee\", \"stage\", \"follow_up\", \"badge\", \"actions\"]",
        "columns = [\"name\", \"owner\", \"id\", \"company\"]",
    );
    office.file("ours.toml", &file.replace("order = [\"follow_up\", \"id\"]", "order = [\"-name\"]"));
    office.init("./ours.toml");
    office.add("'Abe' --owner me --email abe@acme.example");
    office.add("'Zoe'");
    let shown = office.lead("list -F table").ok().stdout.clone();
    let cells: Vec<Vec<&str>> = shown.lines().map(|line| line.split_whitespace().collect()).collect();
    let owner = crate::harness::account();
    assert_eq!(cells, [vec!["name", "owner", "id"], vec!["Zoe", "2"], vec!["Abe", &owner, "1"]]);
    office.lead("list").ok().shows("abe@acme.example");
    office.lead("list -F table --columns id,stage").ok().stdout("id  stage\n 2  New\n 1  New\n");
});

direct!(the_board_of_people_fits_the_width, "F2", |office| {
    stock(office);
    let run = office.lead("board -F table");
    run.ok().stdout(
        "\
Lead (3)        Prospect (0)    Quoted (1)      Customer (1)    Inactive (0)
──────────────  ──────────────  ──────────────  ──────────────  ──────────────
3 Late One                      4 Due Now       5 Old Customer
  overdue, sam                    today
2 Next Week
  upcoming
1 No Date
",
    );
});

both!(a_board_shows_the_pipelines_that_are_meant, "F2", |office| {
    office.init("field-service");
    office.add("'Here'");
    office.add("'There' --pipeline mini");
    let stages = |line: &str| -> Vec<String> {
        columns(&office.lead(line).json()).into_iter().map(|(stage, ..)| stage).collect()
    };
    assert_eq!(stages("board --json").len(), 10);
    assert_eq!(stages("board pipeline:mini --json"), ["new", "contacted", "qualified", "lost", "converted"]);
    assert_eq!(stages("board nobody --json")[0], "lead");
    assert_eq!(stages("board pipeline:agency --json")[0], "NOT_CONTACTED");
});

/// The numbers in one part of the day.
fn part(today: &Value, key: &str) -> Vec<u64> {
    let leads = today[key].as_array().unwrap_or_else(|| panic!("no part {key} in {today}"));
    leads.iter().map(|lead| lead["id"].as_u64().expect("a number")).collect()
}

both!(the_days_work_is_one_command, "F13 M6", |office| {
    stock(office);
    office.at("2026-11-21T08:59:59+01:00");
    office.add("'Yesterday, too old'");
    office.at("2026-11-21T09:00:00+01:00");
    office.add("'Just new'");
    office.add("'Called already'");
    office.lead("log 8 call hello").ok();
    office.at("2026-11-22T09:00:00+01:00");
    let today = office.lead("today --json").json();
    assert!(today.is_object(), "{today}");
    assert_eq!(part(&today, "due"), [4], "today's, apart from the overdue");
    assert_eq!(part(&today, "overdue"), [3]);
    assert_eq!(part(&today, "new"), [7], "24 hours, both ends included, without a contact");
    assert_eq!(part(&today, "without_follow_up"), [1, 6, 7, 8], "open ones");
    assert_eq!(part(&today, "lapsing"), [0; 0]);
    assert_eq!(part(&office.lead("today assignee:sam --json").json(), "overdue"), [3]);
    assert_eq!(part(&office.lead("today tag:vip --json").json(), "overdue"), [0; 0]);
    let run = office.lead("today -F table");
    run.ok().shows("Follow-ups due (1)\n").shows("Overdue (1)\n").shows("Claims about to lapse (0)\n");
    run.shows("New, not contacted yet (1)\n").shows("Without a follow-up (4)\n");
    let lines = office.lead("today").ok().stdout.clone();
    assert!(lines.starts_with("due\t4\tDue Now\t"), "{lines}");
    office.lead("today -F ids").ok().stdout("4\n3\n7\n1\n6\n8\n");
});

both!(a_check_of_the_day_ends_with_10_when_something_is_late, "F13 M6", |office| {
    office.init("mini");
    let lead = office.add("'Kim Lee' --follow-up 2026-11-22");
    office.lead("today --check --json").ok();
    office.at("2026-11-23T00:00:00+01:00");
    let run = office.lead("today --check --json");
    assert_eq!(run.code, 10, "{run}");
    office.lead("today --json").ok();
    office.lead("today --check tag:vip").ok();
    office.lead(format!("mv {lead} lost")).ok();
    office.lead("today --check").code(0);
    office.lead(format!("mv {lead} new")).ok();
    office.lead("today --check").code(10);
    office.lead(format!("trash {lead}")).ok();
    office.lead("today --check").code(0).stdout("");
});

both!(claims_about_to_lapse_are_work_for_today, "F13 A9", |office| {
    office.init("agency");
    office.add("'Kim Lee' --phone 030123 --follow-up 2026-12-24");
    office.lead("claim 1").ok();
    let lapsing = || part(&office.lead("today --json").json(), "lapsing");
    for (at, expected) in [
        ("2026-11-23T06:59:59+01:00", &[][..]),
        ("2026-11-23T07:00:00+01:00", &[1]),
        ("2026-11-23T08:59:59+01:00", &[1]),
        ("2026-11-23T09:00:00+01:00", &[]),
    ] {
        office.at(at);
        assert_eq!(lapsing(), expected, "{at}");
    }
});

direct!(an_empty_day_is_said_in_every_part, "F13", |office| {
    office.init("mini");
    let today = office.lead("today --json").json();
    assert_eq!(
        today,
        serde_json::json!({"due": [], "overdue": [], "new": [], "without_follow_up": [], "lapsing": []})
    );
});
