use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::TimeZone;
use lead_shared::domain::badge::Badge;
use lead_shared::domain::overview::ColumnView;
use lead_shared::domain::pipeline::{PipelineId, StageId, StageKind, Step};
use lead_shared::domain::request::Deed;
use lead_shared::domain::user::Login;
use lead_shared::domain::view::{ActionView, LeadView};
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::errand::{Answer, Errand, Held, News, Saying, Snapshot};
use super::state::{Link, Mode, Screen, Wish};
use crate::render::Lane;
use crate::words::{Clock, Said};

/// A card of the second stage or another, without a date.
pub(super) fn card(id: u64, name: &str, stage: &str) -> LeadView {
    LeadView {
        id,
        revision: 1,
        pipeline: PipelineId::new("ours"),
        stage: StageId::new(stage),
        stage_label: stage.to_owned(),
        name: name.to_owned(),
        company: None,
        email: None,
        phone: None,
        source: None,
        tags: Vec::new(),
        fields: BTreeMap::new(),
        value: None,
        owner: None,
        claim: None,
        assignee: None,
        follow_up: None,
        badge: None,
        ..crate::render::tests::kim()
    }
}

pub(super) fn lane(pipeline: &str, label: &str, leads: Vec<LeadView>) -> Lane {
    let column = ColumnView {
        pipeline: PipelineId::new(pipeline),
        title: format!("Pipeline {pipeline}"),
        stage: StageId::new(label.to_lowercase()),
        label: label.to_owned(),
        kind: StageKind::Open,
    };
    Lane { column, leads }
}

/// Five columns: two cards in the first, one in the second.
pub(super) fn five() -> Vec<Lane> {
    let late = LeadView {
        badge: Some(Badge::Overdue),
        follow_up: Some(date(2026, 11, 20)),
        assignee: Some(Login("sam".to_owned())),
        ..card(3, "Kim Lee", "first")
    };
    let tomorrow = LeadView {
        badge: Some(Badge::Upcoming),
        ..card(12, "李小龍李小龍李小龍李小龍", "second")
    };
    vec![
        lane("ours", "First", vec![late, card(4, "Sam Poe", "first")]),
        lane("ours", "Second", vec![tomorrow]),
        lane("ours", "Third", Vec::new()),
        lane("ours", "Fourth", Vec::new()),
        lane("ours", "Last", Vec::new()),
    ]
}

pub(super) fn snapshot(lanes: Vec<Lane>) -> Snapshot {
    let clock = Clock { zone: TimeZone::UTC, now: Timestamp::UNIX_EPOCH };
    Snapshot { lanes, terms: Vec::new(), served: true, clock }
}

pub(super) fn screen(lanes: Vec<Lane>) -> Screen {
    Screen::new(snapshot(lanes), false)
}

pub(super) fn press(screen: &mut Screen, code: KeyCode) {
    screen.key(KeyEvent::new(code, KeyModifiers::NONE));
}

/// Types text; an arrow, `⏎` and `⎋` stand for their keys.
pub(super) fn typed(screen: &mut Screen, text: &str) {
    for c in text.chars() {
        press(
            screen,
            match c {
                '⏎' => KeyCode::Enter,
                '⎋' => KeyCode::Esc,
                '→' => KeyCode::Right,
                '←' => KeyCode::Left,
                '↓' => KeyCode::Down,
                '↑' => KeyCode::Up,
                '⇥' => KeyCode::Tab,
                c => KeyCode::Char(c),
            },
        );
    }
}

/// What is open: a move to each of these stages.
pub(super) fn open(moves: &[(&str, &str)]) -> Vec<ActionView> {
    let view = |(name, to): &(&str, &str)| ActionView {
        name: (*name).to_owned(),
        to: Some(StageId::new(*to)),
        to_label: Some((*to).to_uppercase()),
        kind: Some(Step::Forward),
    };
    let convert = ActionView { name: "convert".to_owned(), to: None, to_label: None, kind: None };
    moves.iter().map(view).chain([convert]).collect()
}

pub(super) fn said(code: &'static str, message: &str) -> Said {
    let hints = vec!["lead list".to_owned()];
    Said { exit: 4, code, message: message.to_owned(), hints, lead: None }
}

/// The one errand that is wanted now.
#[track_caller]
fn errand(screen: &mut Screen) -> (u64, Errand) {
    let mut errands = screen.errands();
    assert_eq!(errands.len(), 1, "{errands:?}");
    errands.remove(0)
}

#[track_caller]
fn answer(screen: &mut Screen, answer: Answer) {
    let (number, _) = errand(screen);
    screen.news(News::Answer(number, answer));
}

fn held(screen: &Screen, id: u64) -> Held {
    Held::of(screen.board.find(id).unwrap())
}

#[test]
fn a_card_is_moved_along_what_is_open_to_it() {
    let mut screen = screen(five());
    typed(&mut screen, "m");
    // Typed ahead: it waits until it is known what is open.
    typed(&mut screen, "→⏎");
    assert!(matches!(screen.mode, Mode::Moving { open: None, .. }));
    let (number, asked) = errand(&mut screen);
    assert_eq!(asked, Errand::Open(3));
    let moves = open(&[("lose", "last"), ("go", "second"), ("jump", "second")]);
    screen.news(News::Answer(number, Answer::Open(moves)));
    let Mode::Moving { open: Some(choices), at, .. } = &screen.mode else { panic!("{:?}", screen.mode) };
    let names: Vec<_> = choices.iter().map(|choice| (choice.name.as_str(), choice.column)).collect();
    assert_eq!(names, [("go", 1), ("jump", 1), ("lose", 4)], "column by column, convert not among them");
    assert_eq!(*at, 1);
    let deed = Deed::Move { target: "jump".to_owned(), convert: None };
    let held = held(&screen, 3);
    let (number, asked) = errand(&mut screen);
    assert_eq!(asked, Errand::Do(held, deed));
    screen.news(News::Lead(Box::new(LeadView { revision: 2, ..card(3, "Kim Lee", "second") })));
    screen.news(News::Answer(number, Answer::Done(vec![Saying::Plain("moved".to_owned())])));
    assert!(matches!(screen.mode, Mode::Browse));
    assert_eq!((screen.board.here(), screen.board.chosen().unwrap().revision), ((1, 0), 2), "it is followed");
}

#[test]
fn where_no_move_is_open_it_is_said() {
    let mut screen = screen(five());
    typed(&mut screen, "m");
    answer(&mut screen, Answer::Open(open(&[])));
    assert!(matches!(screen.mode, Mode::Browse));
    let said = ["no move is open to 3 in first".to_owned(), "open to it: convert".to_owned()];
    assert_eq!(screen.panel, [Saying::Plain(said[0].clone()), Saying::Hint(said[1].clone())]);
}

#[test]
fn who_chooses_is_told_when_the_card_changes_meanwhile() {
    let mut screen = screen(five());
    typed(&mut screen, "m");
    answer(&mut screen, Answer::Open(open(&[("go", "second")])));
    screen.news(News::Board(Box::new(snapshot(five()))));
    assert!(matches!(screen.mode, Mode::Moving { .. }), "another card's change disturbs nobody");
    let mut lanes = five();
    lanes[0].leads[0].revision = 2;
    screen.news(News::Board(Box::new(snapshot(lanes))));
    assert!(matches!(screen.mode, Mode::Browse));
    assert_eq!(screen.panel, [Saying::Plain("3 was changed by someone else just now".to_owned())]);
}

#[test]
fn a_line_that_is_refused_stays_to_be_mended() {
    let mut screen = screen(five());
    typed(&mut screen, "s31 feb⏎");
    let asked = Deed::Schedule { when: "31 feb".to_owned(), note: None };
    let first = held(&screen, 3);
    let (number, errand_) = errand(&mut screen);
    assert_eq!(errand_, Errand::Do(first, asked));
    // Changed by another meanwhile, and not yet said so: what was seen is what is held.
    let mut lanes = five();
    lanes[0].leads[0].revision = 2;
    screen.news(News::Board(Box::new(snapshot(lanes))));
    screen.news(News::Answer(number, Answer::Refused(said("invalid", "no such day"))));
    let Mode::Typing { line, held, .. } = &screen.mode else { panic!("{:?}", screen.mode) };
    assert_eq!((line.text().as_str(), held.as_ref().unwrap().revision), ("31 feb", 1));
    assert_eq!(screen.panel[0], Saying::Error("no such day".to_owned()));
    typed(&mut screen, "⏎");
    answer(&mut screen, Answer::Refused(said("changed", "changed")));
    let Mode::Typing { held, .. } = &screen.mode else { panic!("{:?}", screen.mode) };
    assert_eq!(held.as_ref().unwrap().revision, 2, "once it is said, it is held anew");
    typed(&mut screen, "⏎");
    answer(&mut screen, Answer::Done(vec![Saying::Plain("done".to_owned())]));
    assert!(matches!(screen.mode, Mode::Browse));
    assert_eq!(screen.panel, [Saying::Plain("done".to_owned())]);
}

#[test]
fn a_filter_that_is_none_keeps_the_former() {
    let mut screen = screen(five());
    let narrow = Snapshot { terms: vec!["a b".to_owned(), "tag:vip".to_owned()], ..snapshot(five()) };
    screen.news(News::Board(Box::new(narrow)));
    typed(&mut screen, "f");
    let Mode::Typing { line, .. } = &screen.mode else { panic!("{:?}", screen.mode) };
    assert_eq!(line.text(), "\"a b\" tag:vip");
    typed(&mut screen, "x⏎");
    let (number, asked) = errand(&mut screen);
    assert_eq!(asked, Errand::Filter(vec!["a b".to_owned(), "tag:vipx".to_owned()]));
    screen.news(News::Answer(number, Answer::Refused(said("invalid", "no"))));
    assert!(matches!(screen.mode, Mode::Typing { .. }));
    assert_eq!(screen.terms, ["a b", "tag:vip"]);
}

#[test]
fn an_undo_is_shown_before_it_is_done() {
    let mut screen = screen(five());
    for (key, asked) in [("u", Errand::Undoing(None)), ("U", Errand::Undoing(Some(3)))] {
        typed(&mut screen, key);
        let (number, errand_) = errand(&mut screen);
        assert_eq!(errand_, asked);
        screen.news(News::Answer(number, Answer::Undoing(7, vec!["what".to_owned()])));
        typed(&mut screen, "x");
        assert!(screen.errands().is_empty());
        typed(&mut screen, "n");
        assert!(matches!(screen.mode, Mode::Browse));
    }
    typed(&mut screen, "u");
    answer(&mut screen, Answer::Undoing(7, Vec::new()));
    typed(&mut screen, "y");
    assert_eq!(errand(&mut screen).1, Errand::Undo(7));
    typed(&mut screen, "⎋u");
    answer(&mut screen, Answer::Refused(said("nothing-to-undo", "no change of yours")));
    assert!(matches!(screen.mode, Mode::Browse));
}

#[test]
fn an_answer_nobody_waits_for_any_more_is_said_and_no_more() {
    let mut screen = screen(five());
    typed(&mut screen, "nhello⏎⎋");
    let (number, _) = errand(&mut screen);
    typed(&mut screen, "nother");
    screen.news(News::Answer(number, Answer::Done(vec![Saying::Plain("noted".to_owned())])));
    let Mode::Typing { line, .. } = &screen.mode else { panic!("{:?}", screen.mode) };
    assert_eq!(line.text(), "other");
    assert_eq!(screen.panel, [Saying::Plain("noted".to_owned())]);
}

#[test]
fn a_search_goes_from_card_to_card_and_back_where_it_began() {
    let mut screen = screen(five());
    typed(&mut screen, "→/e");
    assert_eq!(screen.board.here(), (0, 0), "Lee, behind the last");
    typed(&mut screen, "↓");
    assert_eq!(screen.board.here(), (0, 1), "Poe");
    typed(&mut screen, "↓↑");
    assert_eq!(screen.board.here(), (0, 1));
    typed(&mut screen, "⎋");
    assert_eq!(screen.board.here(), (1, 0));
    typed(&mut screen, "/小龍⏎");
    assert_eq!(screen.board.here(), (1, 0));
    typed(&mut screen, "/nobody⏎");
    assert_eq!(screen.panel, [Saying::Plain("no card has `nobody`".to_owned())]);
    typed(&mut screen, "/poe⏎←k/⏎");
    assert_eq!(screen.board.here(), (0, 1), "nothing typed: the former once more");
    assert!(screen.errands().is_empty(), "nobody is asked");
}

#[test]
fn what_is_pasted_goes_into_a_line_or_nowhere() {
    let mut screen = screen(five());
    screen.paste("q");
    assert_eq!(screen.wish, None);
    typed(&mut screen, "n");
    screen.paste("one\ntwo");
    let Mode::Typing { line, .. } = &screen.mode else { panic!("{:?}", screen.mode) };
    assert_eq!(line.text(), "one two");
}

#[test]
fn keys_that_end_stop_and_draw_anew() {
    for (code, modifiers, wish) in [
        (KeyCode::Char('q'), KeyModifiers::NONE, Some(Wish::End(0))),
        (KeyCode::Char('c'), KeyModifiers::CONTROL, Some(Wish::End(130))),
        (KeyCode::Char('z'), KeyModifiers::CONTROL, Some(Wish::Suspend)),
        (KeyCode::Char('l'), KeyModifiers::CONTROL, Some(Wish::Redraw)),
        (KeyCode::Esc, KeyModifiers::NONE, None),
    ] {
        let mut screen = screen(five());
        screen.key(KeyEvent::new(code, modifiers));
        assert_eq!(screen.wish, wish, "{code:?}");
    }
    let mut screen = screen(five());
    typed(&mut screen, "nq");
    assert_eq!(screen.wish, None, "a letter of a line");
    // `Esc` and a letter close behind it.
    screen.key(KeyEvent::new(KeyCode::Char('q'), KeyModifiers::ALT));
    assert_eq!(screen.wish, Some(Wish::End(0)));
}

#[test]
fn on_an_empty_board_no_key_does_harm() {
    let mut screen = screen(Vec::new());
    for key in "hjklgG⇥pm cwRoasntCuU⎋/x⏎f⎋?q←→↑↓".chars().filter(|key| !"uU".contains(*key))
    {
        typed(&mut screen, &key.to_string());
    }
    assert!(screen.errands().is_empty());
}

#[test]
fn a_store_that_is_away_keeps_the_board() {
    let mut screen = screen(five());
    screen.news(News::Away(said("busy", "gone")));
    assert_eq!(screen.link, Link::Away(said("busy", "gone")));
    assert_eq!(screen.board.count(), 3);
    screen.news(News::Board(Box::new(snapshot(five()))));
    assert_eq!(screen.link, Link::Daemon);
}

#[test]
fn a_filter_that_is_shown_reads_as_it_was() {
    for terms in [
        vec!["kind:open".to_owned(), "acme".to_owned()],
        vec![r#"text:say "hi" you"#.to_owned()],
        vec![r"name:a \b c".to_owned(), "name:o'neil".to_owned()],
    ] {
        let shown = super::keys::shown_terms(&terms);
        assert_eq!(lead_shared::domain::filter::split(&shown).ok(), Some(terms), "{shown}");
    }
}

#[test]
fn a_filter_that_is_typed_has_the_quotes_of_a_shell() {
    for (line, terms) in [
        ("owner:none 'name:person 1'", &["owner:none", "name:person 1"][..]),
        ("name:\"person 1\" o'neil", &["name:person 1", "o'neil"]),
    ] {
        let mut screen = screen(five());
        screen.terms.clear();
        typed(&mut screen, &format!("f{line}⏎"));
        let asked = screen.errands();
        assert!(matches!(&asked[..], [(_, Errand::Filter(found))] if found == terms), "{asked:?}");
    }
    let mut screen = screen(five());
    typed(&mut screen, "f'open⏎");
    assert!(screen.errands().is_empty() && !screen.panel.is_empty());
}
