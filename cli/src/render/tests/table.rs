//! What people see: tables, cards and the day, at any width and with any text in them.

use lead_shared::domain::overview::{FunnelView, Report, ReportView};

use super::*;

#[test]
fn m3_the_table_shows_labels_badges_and_actions() {
    let other = LeadView { id: 7, name: "王小明".to_owned(), badge: None, follow_up: None, ..kim() };
    assert_eq!(
        written(Format::Table, Shape::many(What::Leads), &[row(kim()), row(other)]),
        "\
id  name     email             phone           source    tags        value  assignee  stage      follow-up       badge     actions
12  Kim Lee  kim@acme.example  +49 30 1234567  Referral  hot   4500.00 EUR  sam       Qualified  Tue 2026-11-24  upcoming  mark-contacted, convert
 7  王小明   kim@acme.example  +49 30 1234567  Referral  hot   4500.00 EUR  sam       Qualified                            mark-contacted, convert
"
    );
    assert_eq!(written(Format::Table, Shape::many(What::Leads), &[]), "");
}

#[test]
fn a_badge_is_a_word_in_its_colour() {
    for (badge, code) in [(Badge::Overdue, "9"), (Badge::Today, "11"), (Badge::Upcoming, "214")] {
        let out = Output { color: ColorChoice::Always, ..output(Format::Table) };
        let view = LeadView { badge: Some(badge), ..kim() };
        let table = written_by(&out, Shape::many(What::Leads), &[row(view)]);
        assert!(table.contains(&format!("\x1b[38;5;{code}m{}\x1b[39m", badge.word())), "{table:?}");
    }
}

#[test]
fn a_card_has_what_is_open_and_the_notes() {
    assert_eq!(
        written(Format::Table, Shape::one(What::Lead), &[row(kim())]),
        "\
12  Kim Lee
  Stage               Qualified
  Email               kim@acme.example
  Phone               +49 30 1234567
  Source              Referral
  Tags                hot
  Value               4500.00 EUR
  Claim               sam until Mon 2026-11-23 14:03
  Follow-up           Tue 2026-11-24  upcoming
  Pipeline            agency
  Created             Sun 2026-11-22 10:00
  Created by          kim
  Changed             Sun 2026-11-22 14:03
  Revision            7
  Open to it
    mark-contacted → Contacted
    convert
  Notes
    [2026-11-22 14:03 sam] asked for a quote
"
    );
}

fn nasty() -> LeadView {
    let bad = "王👩‍👩‍👧 e\u{301}\x1b]52;c;aGk=\x07\u{202e}\u{9b}1m\n\t\u{2028}".repeat(40);
    let bad = || bad.clone();
    LeadView {
        name: bad(),
        company: Some(bad()),
        email: Some(bad()),
        address: Some(bad()),
        source: Some(bad()),
        phone: Some(Phone { typed: bad(), e164: None }),
        tags: vec![bad(), bad()],
        fields: BTreeMap::from([(bad(), bad())]),
        stage: StageId::new(bad()),
        stage_label: bad(),
        pipeline: PipelineId::new(bad()),
        owner: Some(Login(bad())),
        assignee: Some(Login(bad())),
        created_by: Login(bad()),
        notes: Some(bad()),
        claim: Some(Claim { by: Login(bad()), at: jiff::Timestamp::UNIX_EPOCH, until: jiff::Timestamp::MAX }),
        actions: Some(vec![ActionView {
            name: bad(),
            to: Some(StageId::new(bad())),
            to_label: Some(bad()),
            kind: None,
        }]),
        ..kim()
    }
}

#[test]
fn nothing_stored_comes_out_raw_in_any_form() {
    let all = check_columns(What::Leads, "id,name,notes,fields,claim,owner,pipeline,address,stage").unwrap();
    let entry = EntryView { text: nasty().notes, action: nasty().company, event: Event::Edited, ..entry() };
    for format in [Format::Table, Format::Json, Format::Ndjson, Format::Tsv, Format::Ids] {
        for (what, one) in [
            (What::Leads, row(nasty())),
            (What::Lead, row(nasty())),
            (What::Entries, Row::Entry(Box::new(entry.clone()))),
            (What::Pipeline, Row::PipelineText("title = \"\u{202e}\u{9b}\u{2028}\"".to_owned())),
        ] {
            for columns in [None, Some(all.clone())] {
                let shape = Shape { columns, ..Shape::many(what) };
                let text = written(format, shape, std::slice::from_ref(&one));
                let kept = |c: char| matches!(c, '\n' | '\t');
                assert!(!text.contains(|c| text::is_unsafe(c) && !kept(c)), "{format:?} {what:?}");
            }
        }
    }
}

#[test]
fn a_table_fits_any_width() {
    for width in [0, 1, 5, 20, 40, 80, 200, u16::MAX] {
        for columns in [None, check_columns(What::Leads, "name,notes,company,email,tags").ok()] {
            let out = Output { width, ..output(Format::Table) };
            let shape = Shape { columns, ..Shape::many(What::Leads) };
            let rows = [row(kim()), row(nasty()), row(LeadView { id: u64::MAX, ..kim() })];
            let table = written_by(&out, shape, &rows);
            assert_eq!(table.lines().count(), 4, "{width}: {table}");
            let ascii = table.lines().filter(|line| line.is_ascii() || line.contains("Lee"));
            let widest = ascii.map(|line| line.chars().count()).max().unwrap_or_default();
            // A number is never cut: 20 digits are the least.
            let room = usize::from(if width == 0 { 80 } else { width.max(20) });
            assert!(widest <= room, "{width}: {table}");
            if width == 20 {
                let plain = written_by(&out, Shape::many(What::Leads), &rows[..1]);
                assert_eq!(plain, "id  name\n12  Kim Lee\n");
            }
        }
    }
}

#[test]
fn columns_go_whole_and_what_stays_is_whole_but_for_free_text() {
    let view = LeadView { company: Some("Analytical Engines".to_owned()), ..kim() };
    let at = |width| {
        written_by(&Output { width, ..output(Format::Table) }, Shape::many(What::Leads), &[row(view.clone())])
    };
    assert_eq!(
        at(80),
        "\
id  name     company             assignee  stage      follow-up       badge
12  Kim Lee  Analytical Engines  sam       Qualified  Tue 2026-11-24  upcoming
"
    );
    assert_eq!(
        at(120),
        "\
id  name     company             email             phone           assignee  stage      follow-up       badge
12  Kim Lee  Analytical Engines  kim@acme.example  +49 30 1234567  sam       Qualified  Tue 2026-11-24  upcoming
"
    );
}

#[test]
fn a_long_table_has_one_heading() {
    let rows: Vec<Row> = (0..2500).map(|id| row(LeadView { id, ..kim() })).collect();
    let table = written(Format::Table, Shape::many(What::Leads), &rows);
    assert_eq!(table.lines().count(), 2501);
    assert_eq!(table.matches("follow-up").count(), 1);
}

#[test]
fn a_day_in_groups() {
    let groups = [
        Group { key: "overdue", title: "Overdue", leads: vec![LeadView { actions: None, ..kim() }] },
        Group { key: "today", title: "Follow-ups due", leads: Vec::new() },
        Group { key: "lapsing", title: "Claims about to lapse", leads: vec![kim()] },
    ];
    let written = |format| {
        let mut sink = Vec::new();
        write_groups(&output(format), &mut sink, &groups).unwrap();
        String::from_utf8(sink).unwrap()
    };
    assert_eq!(
        written(Format::Json),
        format!(r#"{{"overdue":[{LISTED}],"today":[],"lapsing":[{LISTED}]}}{}"#, "\n")
    );
    assert_eq!(written(Format::Ids), "12\n");
    assert!(written(Format::Tsv).starts_with("overdue\t12\tKim Lee\t"));
    assert!(written(Format::Table).starts_with("Overdue (1)\nid  name "));
    assert!(written(Format::Table).contains("\n\nFollow-ups due (0)\n\nClaims about to lapse (1)\n"));
}

fn stage(label: &str, leads: u64, reached: u64) -> Row {
    Row::Report(Box::new(ReportView::Funnel(FunnelView {
        pipeline: PipelineId::new("mini"),
        stage: StageId::new(label),
        label: label.to_owned(),
        kind: StageKind::Open,
        leads,
        reached,
        percent: reached * 10,
        onward: (reached > 5).then_some(40),
    })))
}

#[test]
fn d7_bars_shrink_and_go_before_any_number() {
    let rows = [stage("New", 6, 10), stage("Appointment set", 4, 4), stage("Won", 0, 0)];
    let table = |width: u16| {
        let out = Output { width, ..output(Format::Table) };
        written_by(&out, Shape::many(What::Report(Report::Funnel)), &rows)
    };
    assert_eq!(
        table(60),
        "\
stage            leads  reached  percent  onward
New                  6       10     100%     40%  ██████████
Appointment set      4        4      40%          ████
Won                  0        0       0%
"
    );
    assert_eq!(
        table(40),
        "\
stage            leads  reached  percent
New                  6       10     100%
Appointment set      4        4      40%
Won                  0        0       0%
"
    );
    assert_eq!(
        table(20),
        "\
stage          leads
New                6
Appointment …      4
Won                0
"
    );
}
