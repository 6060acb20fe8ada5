use super::*;
use crate::screen::tests::{card, five, lane};

fn board(lanes: Vec<Lane>, columns: usize, cards: usize) -> Board {
    let mut board = Board::default();
    board.renew(lanes);
    board.fit(columns, cards, None);
    board
}

fn chosen(board: &Board) -> Option<u64> {
    board.chosen().map(|lead| lead.id)
}

fn many(count: u64) -> Vec<Lane> {
    vec![lane("ours", "First", (1..=count).map(|id| card(id, "Kim", "first")).collect())]
}

#[test]
fn one_goes_no_further_than_the_board() {
    let mut board = board(five(), 5, 9);
    for (step, place) in [(-1, 0), (1, 1), (9, 4), (-2, 2), (-9, 0)] {
        board.step_column(step);
        assert_eq!(board.column(), place, "{step}");
    }
    for (step, place) in [(-1, 0), (1, 1), (1, 1), (isize::MIN, 0), (isize::MAX, 1)] {
        board.step_card(step);
        assert_eq!(board.here(), (0, place), "{step}");
    }
    board.turn_column(-1);
    assert_eq!(board.column(), 4);
    board.turn_column(1);
    assert_eq!(board.here(), (0, 1), "a column keeps the card that was chosen in it");
}

#[test]
fn a_long_column_is_scrolled_no_further_than_it_must() {
    let mut board = board(many(20_000), 1, 5);
    for (step, stand) in
        [(4, (0, 4)), (1, (1, 5)), (-3, (1, 2)), (-2, (0, 0)), (isize::MAX, (19_995, 19_999))]
    {
        board.step_card(step);
        assert_eq!(board.stand(0), stand, "{step}");
    }
    board.fit(1, 9, None);
    assert_eq!(board.stand(0), (19_991, 19_999), "more room shows more");
    board.renew(many(2));
    assert_eq!(board.stand(0), (0, 1));
    board.renew(many(0));
    assert_eq!((board.stand(0), chosen(&board)), ((0, 0), None));
}

#[test]
fn columns_are_scrolled_to_the_one_where_one_is_or_that_is_shown() {
    let mut board = board(five(), 2, 5);
    assert_eq!(board.seen(), 0..2);
    board.step_column(3);
    board.fit(2, 5, None);
    assert_eq!(board.seen(), 2..4);
    board.fit(2, 5, Some(0));
    assert_eq!(board.seen(), 0..2);
    board.fit(9, 5, None);
    assert_eq!(board.seen(), 0..5);
}

#[test]
fn a_chosen_card_stays_chosen_wherever_it_goes() {
    let mut board = board(five(), 5, 9);
    board.go((0, 1));
    let mut lanes = five();
    let gone = lanes[0].leads.remove(1);
    lanes[3].leads.push(gone);
    board.renew(lanes.clone());
    assert_eq!((board.here(), chosen(&board)), ((3, 0), Some(4)));
    lanes[3].leads.clear();
    lanes[3].leads.push(card(9, "New", "fourth"));
    board.renew(lanes);
    assert_eq!(chosen(&board), Some(9), "it is gone: what is in its place");
}

#[test]
fn a_lead_that_was_changed_is_put_where_it_belongs() {
    let mut board = board(five(), 5, 9);
    board.put(LeadView { revision: 2, ..card(4, "Sam Roe", "first") });
    assert_eq!((board.here(), board.find(4).unwrap().name.as_str()), ((0, 0), "Sam Roe"));
    board.put(LeadView { revision: 2, ..card(3, "Kim Lee", "third") });
    assert_eq!((board.here(), chosen(&board), board.count()), ((2, 0), Some(3), 3));
    board.put(card(99, "Not seen", "first"));
    assert_eq!(board.count(), 3);
}

#[test]
fn one_pipeline_is_seen_at_a_time() {
    let mut lanes = five();
    lanes.extend([lane("other", "A", vec![card(7, "Zoe", "a")]), lane("other", "B", Vec::new())]);
    let mut board = board(lanes, 5, 9);
    assert_eq!((board.sheet(), board.sheets(), board.count()), (0..5, (1, 2), 3));
    board.step_column(99);
    assert_eq!(board.column(), 4);
    board.turn_sheet();
    board.fit(5, 9, None);
    assert_eq!((board.sheet(), board.sheets(), board.count(), board.seen()), (5..7, (2, 2), 1, 5..7));
    board.turn_column(-1);
    assert_eq!(board.column(), 6);
    board.turn_sheet();
    assert_eq!(board.column(), 0);
    assert_eq!(board.hits("zoe"), [], "not on this sheet");
}

#[test]
fn a_card_is_found_by_what_it_says() {
    let mut lanes = five();
    lanes[0].leads[1].tags.push("VIP".to_owned());
    lanes[0].leads[1].email = Some("sam@acme.example".to_owned());
    lanes[0].leads[1].address = Some("Long Lane, York".to_owned());
    let board = board(lanes, 5, 9);
    for (typed, hits) in [
        ("york", &[(0, 1)][..]),
        ("KIM", &[(0, 0)]),
        ("vip", &[(0, 1)]),
        ("acme", &[(0, 1)]),
        ("sam", &[(0, 0), (0, 1)]),
        ("12", &[(1, 0)]),
        ("1", &[]),
        (" ", &[]),
    ] {
        assert_eq!(board.hits(typed), hits, "{typed}");
    }
}
