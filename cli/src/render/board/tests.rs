use std::collections::BTreeMap;

use jiff::civil::date;
use jiff::tz::TimeZone;
use lead_shared::domain::badge::Badge;
use lead_shared::domain::money::Money;

use super::*;
use crate::render::ColorChoice;

fn output(width: u16) -> Output {
    Output {
        format: Some(Format::Table),
        color: ColorChoice::Never,
        terminal: true,
        error_terminal: true,
        width,
        quiet: false,
        ink: lead_shared::domain::chart::Ink::Blocks,
        zone: TimeZone::UTC,
        labels: BTreeMap::new(),
    }
}

fn card(id: u64, name: &str) -> LeadView {
    LeadView { id, name: name.to_owned(), ..crate::render::tests::kim() }
}

fn lane(label: &str, leads: Vec<LeadView>) -> Lane {
    let column = ColumnView {
        pipeline: PipelineId::new("ours"),
        title: "Ours".to_owned(),
        stage: StageId::new(label.to_lowercase()),
        label: label.to_owned(),
        kind: StageKind::Open,
    };
    Lane { column, leads }
}

fn shown(out: &Output, lanes: &[Lane]) -> String {
    let mut sink = Vec::new();
    write_board(out, &mut sink, lanes).unwrap();
    String::from_utf8(sink).unwrap()
}

fn five() -> Vec<Lane> {
    let late = LeadView {
        badge: Some(Badge::Overdue),
        follow_up: Some(date(2026, 11, 20)),
        value: Money::parse("4500EUR", "EUR").ok(),
        ..card(3, "A name that is longer than a column")
    };
    let plain = LeadView {
        badge: None,
        follow_up: None,
        assignee: None,
        value: None,
        ..card(12, "李小龍李小龍李小龍")
    };
    vec![
        lane("First", vec![late, plain]),
        lane("Second", vec![]),
        lane("Third", vec![]),
        lane("Fourth", vec![]),
        lane("Fifth", vec![]),
    ]
}

#[test]
fn f2_five_columns_fit_80() {
    let expected = "\
First (2)       Second (0)      Third (0)       Fourth (0)      Fifth (0)
──────────────  ──────────────  ──────────────  ──────────────  ──────────────
3 A name that…
  overdue, sam
12 李小龍李小…
";
    assert_eq!(shown(&output(80), &five()), expected);
}

#[test]
fn f2_columns_stand_below_each_other_in_40() {
    let expected = "\
First (2)            Second (0)
───────────────────  ───────────────────
3 A name that is l…
  overdue, sam
12 李小龍李小龍李…

Third (0)            Fourth (0)
───────────────────  ───────────────────

Fifth (0)
───────────────────
";
    assert_eq!(shown(&output(40), &five()), expected);
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    for width in 1..=200 {
        for line in shown(&output(width), &five()).lines() {
            assert!(line.width() <= usize::from(width), "{width}: {line}");
            assert_eq!(line, line.trim_end());
        }
    }
}

#[test]
fn a_value_is_whole_or_not_there() {
    assert!(!shown(&output(80), &five()).contains("4500"));
    assert!(shown(&output(200), &five()).contains("  overdue, sam, 4500.00 EUR"));
}

#[test]
fn nothing_in_a_name_obeys() {
    let wild = vec![lane("First", vec![card(1, "\u{1b}[31mred\nand more")])];
    assert!(!shown(&output(80), &wild).replace('\n', "").contains(text::is_unsafe));
}
