use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr as _;

use crate::render::Lane;
use crate::screen::errand::{Answer, News, Saying};
use crate::screen::state::{Link, Screen};

use crate::screen::tests::{card, five, lane, open, said, screen, typed};

fn drawn(screen: &mut Screen, wide: u16, high: u16) -> Buffer {
    let mut terminal = Terminal::new(TestBackend::new(wide, high)).unwrap();
    terminal.draw(|frame| super::screen(screen, frame)).unwrap();
    terminal.backend().buffer().clone()
}

/// The screen in so many columns and lines, without blanks at the ends of lines.
fn shown(screen: &mut Screen, wide: u16, high: u16) -> String {
    let buffer = drawn(screen, wide, high);
    let row = |y: u16| {
        let (mut line, mut x) = (String::new(), 0);
        while x < wide {
            let symbol = buffer[(x, y)].symbol();
            line.push_str(symbol);
            x += u16::try_from(symbol.width().max(1)).unwrap();
        }
        line.trim_end().to_owned()
    };
    (0..high).map(row).collect::<Vec<_>>().join("\n")
}

/// Answers what is asked of the office, last of all.
fn answer(screen: &mut Screen, answer: &Answer) {
    for (number, _) in screen.errands() {
        screen.news(News::Answer(number, answer.clone()));
    }
}

fn moves() -> Answer {
    Answer::Open(open(&[("go", "second"), ("lose", "last")]))
}

/// Nine columns, the first with twenty cards.
fn nine() -> Vec<Lane> {
    let mut lanes: Vec<Lane> = ('A'..='I').map(|c| lane("ours", &format!("Stage {c}"), Vec::new())).collect();
    lanes[0].leads = (1..=20).map(|id| card(id, &format!("Person {id}"), "stage a")).collect();
    lanes[0].leads[4].tags.push("vip".to_owned());
    lanes[1].leads = five().remove(0).leads;
    lanes
}

#[test]
fn as_many_columns_as_can_be_read() {
    let mut screen = screen(nine());
    screen.terms = vec!["kind:open".to_owned()];
    screen.link = Link::Direct;
    typed(&mut screen, "G");
    assert_eq!(
        shown(&mut screen, 80, 24),
        "\
Pipeline ours, 22 leads, only kind:open                           live, no leadd
                                                               Stage F, 3 more ›
Stage A (20)   │Stage B (2)    │Stage C (0)    │Stage D (0)    │Stage E (0)
━━ 11 above ━━━│───────────────│───────────────│───────────────│────────────────
 12 Person 12  │ 3 Kim Lee     │               │               │
               │  overdue, sam │               │               │
 13 Person 13  │ 4 Sam Poe     │               │               │
               │               │               │               │
 14 Person 14  │               │               │               │
               │               │               │               │
 15 Person 15  │               │               │               │
               │               │               │               │
 16 Person 16  │               │               │               │
               │               │               │               │
 17 Person 17  │               │               │               │
               │               │               │               │
 18 Person 18  │               │               │               │
               │               │               │               │
 19 Person 19  │               │               │               │
               │               │               │               │
>20 Person 20  │               │               │               │
               │               │               │               │

Enter card  m move  c claim  o log  s schedule  n note  f filter  ? help  q quit"
    );
    typed(&mut screen, "→→→→→");
    assert_eq!(
        shown(&mut screen, 80, 8),
        "\
Pipeline ours, 22 leads, only kind:open                           live, no leadd
‹ Stage A                                                      Stage G, 2 more ›
Stage B (2)    │Stage C (0)    │Stage D (0)    │Stage E (0)    │Stage F (0)
───────────────│───────────────│───────────────│───────────────│━━━━━━━━━━━━━━━━
 3 Kim Lee     │               │               │               │
  overdue, sam │               │               │               │
 1 below
Enter card  m move  c claim  o log  s schedule  n note  f filter  ? help  q quit"
    );
}

#[test]
fn one_column_where_there_is_little_room() {
    let mut screen = screen(five());
    typed(&mut screen, "→");
    assert_eq!(
        shown(&mut screen, 40, 24),
        "\
Pipeline ours, 3 leads              live
‹ First                  Third, 2 more ›
Second (1)
━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
>12 李小龍李小龍李小龍李小龍
  upcoming

















Enter card  m move  ? help  q quit"
    );
    typed(&mut screen, "←m");
    answer(&mut screen, &moves());
    typed(&mut screen, "→");
    assert_eq!(
        shown(&mut screen, 40, 12),
        "\
Pipeline ours, 3 leads              live
‹ Fourth, 3 more
Last (0)
▶ lose





move 3 Kim Lee: lose → LAST
1 go, 2 lose
←→ choose  Enter moves  Esc leaves"
    );
}

#[test]
fn only_the_columns_that_are_open_are_lit() {
    let mut screen = screen(five());
    typed(&mut screen, "m");
    answer(&mut screen, &moves());
    assert_eq!(
        shown(&mut screen, 80, 12),
        "\
Pipeline ours, 3 leads                                                      live
First (2)      │Second (1)     │Third (0)      │Fourth (0)     │Last (0)
───────────────│▶ go           │───────────────│───────────────│▷ lose
>3 Kim Lee     │ 12 李小龍李小…│               │               │
  overdue, sam │  upcoming     │               │               │
 4 Sam Poe     │               │               │               │
               │               │               │               │
               │               │               │               │

move 3 Kim Lee: go → SECOND
1 go, 2 lose
←→ choose  1-9 choose  Enter moves  Esc leaves"
    );
    let buffer = drawn(&mut screen, 80, 12);
    for (x, modifiers) in [
        (1, Modifier::DIM),
        (17, Modifier::BOLD),
        (33, Modifier::DIM),
        (49, Modifier::DIM),
        (65, Modifier::BOLD),
    ] {
        assert_eq!(buffer[(x, 1)].modifier, modifiers, "the column at {x}");
    }
    assert_eq!(buffer[(17, 2)].modifier, Modifier::REVERSED, "the chosen one");
}

#[test]
fn a_line_shows_what_can_be_typed_and_what_was_wrong() {
    let mut screen = screen(five());
    typed(&mut screen, "ocal");
    answer(&mut screen, &Answer::Words(vec!["call".to_owned(), "visit".to_owned()]));
    typed(&mut screen, "⏎");
    answer(&mut screen, &Answer::Refused(said("no-such", "no kind of activity `cal`")));
    assert_eq!(
        shown(&mut screen, 60, 14),
        "\
Pipeline ours, 3 leads                                  live
                                            Fourth, 1 more ›
First (2)          │Second (1)         │Third (0)
━━━━━━━━━━━━━━━━━━━│───────────────────│────────────────────
>3 Kim Lee         │ 12 李小龍李小龍李…│
  overdue, sam     │  upcoming         │
 1 below
log: 3 Kim Lee
> cal
error: no kind of activity `cal`
hint: `lead list`
call, visit
… 2 lines more
Enter does it  Esc leaves it"
    );
    let mut terminal = Terminal::new(TestBackend::new(60, 14)).unwrap();
    terminal.draw(|frame| super::screen(&mut screen, frame)).unwrap();
    terminal.backend_mut().assert_cursor_position((5, 8));
}

#[test]
fn an_undo_of_much_is_shortened_and_still_asked_about() {
    let mut screen = screen(five());
    typed(&mut screen, "u");
    let lines = (1..=20).map(|line| format!("  lead {line} stage: `a` → `b`")).collect();
    answer(&mut screen, &Answer::Undoing(7, lines));
    assert_eq!(
        shown(&mut screen, 40, 12),
        "\
Pipeline ours, 3 leads              live
                        Second, 3 more ›
First (2)
━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
>3 Kim Lee
  overdue, sam
  lead 1 stage: `a` → `b`
  lead 2 stage: `a` → `b`
  lead 3 stage: `a` → `b`
… 17 lines more
undo it?
y yes  n no"
    );
}

#[test]
fn a_store_that_is_away_and_what_was_done_are_said() {
    let mut screen = screen(five());
    screen.news(News::Away(said("busy", "the store is busy")));
    screen.panel = vec![Saying::Plain("3 Kim Lee: noted".to_owned()), Saying::Hint("lead list".to_owned())];
    assert_eq!(
        shown(&mut screen, 50, 12),
        "\
Pipeline ours, 3 leads                    not live
                                  Fourth, 1 more ›
First (2)       │Second (1)      │Third (0)
━━━━━━━━━━━━━━━━│────────────────│────────────────
>3 Kim Lee      │ 12 李小龍李小… │
  overdue, sam  │  upcoming      │
 4 Sam Poe      │                │

error: the store is busy; trying again
3 Kim Lee: noted
hint: `lead list`
Enter card  m move  c claim  o log  ? help  q quit"
    );
    screen.link = Link::Daemon;
    screen.silent_for = 3;
    assert!(shown(&mut screen, 50, 12).starts_with("Pipeline ours, 3 leads                   no answer\n"));
}

#[test]
fn a_card_is_read_page_by_page() {
    let mut screen = screen(five());
    typed(&mut screen, "⏎");
    let lines =
        ["3  Kim Lee", "  Stage               First", "  Follow-up           Fri 2026-11-20  overdue"];
    let notes = (1..=9).map(|line| format!("    note {line}"));
    answer(&mut screen, &Answer::Card(lines.into_iter().map(str::to_owned).chain(notes).collect()));
    assert_eq!(
        shown(&mut screen, 40, 8),
        "\
3  Kim Lee
  Stage               First
  Follow-up           Fri 2026-11-20
                      overdue
    note 1
    note 2
    note 3
6 lines below  ↑↓ scroll  Esc back"
    );
    typed(&mut screen, "G");
    assert_eq!(
        shown(&mut screen, 40, 8),
        "    note 3
    note 4
    note 5
    note 6
    note 7
    note 8
    note 9
↑↓ scroll  Esc back"
    );
    typed(&mut screen, "⎋?");
    let help = shown(&mut screen, 40, 50);
    assert!(
        help.starts_with(
            "Keys of the board

← → h l    another column
"
        ),
        "{help}"
    );
    assert!(
        help.contains(
            "upcoming   it is in a day or two
"
        ),
        "{help}"
    );
}

#[test]
fn the_smallest_screens() {
    let mut screen = screen(five());
    assert_eq!(
        shown(&mut screen, 20, 6),
        "\
Pipeline ours…  live
First (2)
━━━━━━━━━━━━━━━━━━━━
>3 Kim Lee
  overdue, sam
? help  q quit"
    );
    typed(&mut screen, "n12345678901234567890");
    assert_eq!(
        shown(&mut screen, 20, 6),
        "\
Pipeline ours…  live
First (2)
━━━━━━━━━━━━━━━━━━━━
note: 3 Kim Lee
> 5678901234567890
Enter does it  Esc l"
    );
    assert_eq!(
        shown(&mut screen, 19, 5),
        "\
too small for the
board: 20 x 6 at
least; q quits

"
    );
    for (wide, high) in [(1, 1), (0, 0), (20, 200), (300, 6)] {
        shown(&mut screen, wide, high);
    }
}

#[test]
fn nothing_that_is_stored_is_obeyed() {
    let mut lanes = five();
    lanes[0].leads[0].name = "a\u{1b}[31mb\u{202e}c\nd".to_owned();
    let shown = shown(&mut screen(lanes), 40, 8);
    assert!(shown.contains(">3 a\\u{1b}[31mb\\u{202e}c d\n"), "{shown}");
}

#[test]
fn every_colour_stands_beside_its_word_and_can_be_left_out() {
    let mut screen = screen(five());
    typed(&mut screen, "→");
    screen.colored = true;
    let colored = drawn(&mut screen, 80, 10);
    assert_eq!((colored[(2, 4)].symbol(), colored[(2, 4)].fg), ("o", Color::Indexed(1)), "overdue in red");
    screen.colored = false;
    let plain = drawn(&mut screen, 80, 10);
    let is_plain = |cell: &&ratatui::buffer::Cell| cell.fg == Color::Reset && cell.bg == Color::Reset;
    assert_eq!(plain.content().iter().filter(is_plain).count(), plain.content().len());
    let text = |buffer: &Buffer| buffer.content().iter().map(|cell| cell.symbol()).collect::<String>();
    assert_eq!(text(&colored), text(&plain));
}
