//! The splitting rule, word by word.

use super::*;

fn words(line: &str) -> Vec<String> {
    line.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn shown(selection: &Selection) -> (String, String) {
    let ids: Vec<String> = selection
        .ids
        .iter()
        .map(|id| match id {
            Id::Stdin => "-".to_owned(),
            Id::Lead(LeadRef::Number(number)) => number.to_string(),
            Id::Lead(LeadRef::Range(from, to)) => format!("{from}..{to}"),
            Id::Lead(LeadRef::Email(address)) => address.clone(),
        })
        .collect();
    (ids.join(" "), selection.rest.join(" "))
}

#[test]
fn the_first_word_that_is_no_id_begins_the_rest() {
    for (line, ids, rest) in [
        ("12 won", "12", "won"),
        ("12 15,17 3-7 won", "12 15 17 3..7", "won"),
        ("12, 15 won", "12 15", "won"),
        ("12 kim@acme.example kim", "12 kim@acme.example", "kim"),
        ("a@b.example,7 won", "a@b.example 7", "won"),
        ("12 appointment set 15", "12", "appointment set 15"),
        ("12 2026-12-01", "12", "2026-12-01"),
        ("12 2026-12-01 15:00", "12", "2026-12-01 15:00"),
        ("12 1/12/26", "12", "1/12/26"),
        ("12 +3d", "12", "+3d"),
        ("12 2w", "12", "2w"),
        ("12 -1", "12", "-1"),
        ("- won", "-", "won"),
        ("12 - won", "12 -", "won"),
        ("../../x", "", "../../x"),
        ("-1", "", "-1"),
        (",", "", ","),
        ("1-2-3", "", "1-2-3"),
        ("7-", "", "7-"),
        ("٣", "", "٣"),
        ("", "", ""),
        ("007", "7", ""),
        ("18446744073709551615", "18446744073709551615", ""),
    ] {
        let split = Selection::split(&words(line)).unwrap();
        assert_eq!(shown(&split), (ids.to_owned(), rest.to_owned()), "{line}");
    }
}

#[test]
fn what_looks_like_an_id_and_cannot_be_one_is_refused() {
    for (line, value, why) in [
        ("0", "0", "is not the number of a lead"),
        ("12 0-5", "0-5", "is not the number of a lead"),
        ("7-3", "7-3", "runs backwards"),
        ("18446744073709551616", "18446744073709551616", "is beyond 18446744073709551615"),
        ("1-99999999999999999999", "1-99999999999999999999", "is beyond 18446744073709551615"),
    ] {
        match Selection::split(&words(line)) {
            Err(Refusal::Invalid { field, value: said, flaw }) => {
                assert_eq!((field.as_str(), said.as_str(), flaw.why.as_str()), ("id", value, why));
            }
            other => panic!("{line}: {other:?}"),
        }
    }
    assert!(matches!(Selection::split(&words("- -")), Err(Refusal::Conflict { .. })));
}

#[test]
fn a_verb_of_ids_alone_refuses_every_other_word() {
    for line in ["won", "12 won", "-1", "../../x", "1e3", "0x10", "12 +3"] {
        assert!(matches!(Selection::all(&words(line)), Err(Refusal::Invalid { .. })), "{line}");
    }
    assert_eq!(shown(&Selection::all(&words("12 3-7")).unwrap()), ("12 3..7".to_owned(), String::new()));
}

#[test]
fn the_text_of_one_lead_may_begin_with_a_number() {
    let split = Selection::split_first(&words("12 3 calls with kim@acme.example")).unwrap();
    assert_eq!(shown(&split), ("12".to_owned(), "3 calls with kim@acme.example".to_owned()));
    let split = Selection::split_first(&words("12 -")).unwrap();
    assert_eq!(shown(&split), ("12".to_owned(), "-".to_owned()));
    assert_eq!(Selection::split_first(&[]).unwrap(), Selection::default());
}

#[test]
fn one_literal_id_is_one_number_or_one_address() {
    for (line, literal) in
        [("12", true), ("a@b.example", true), ("3-3", false), ("12 12", false), ("-", false)]
    {
        assert_eq!(Selection::split(&words(line)).unwrap().literal().is_some(), literal, "{line}");
    }
}

#[test]
fn a_stream_is_ids_and_nothing_else() {
    let leads = of_stream("12\r\n15,17\n\n 3-4\ta@b.example").unwrap();
    assert_eq!(leads.len(), 5);
    assert_eq!(of_stream(" \n").unwrap(), []);
    for text in ["12 won", "-", "12\n0", "\u{feff}12"] {
        assert!(of_stream(text).is_err(), "{text:?}");
    }
}

#[test]
fn each_lead_is_kept_once_where_it_was_named_first() {
    let read = |text: &str| distinct(of_stream(text).unwrap());
    assert_eq!(read("1 2 1 2-4 3 5 kim@acme.example KIM@acme.example 2-4"), {
        let mut kept = of_stream("1 2 2-4 5").unwrap();
        kept.push(LeadRef::Email("kim@acme.example".to_owned()));
        kept
    });
}
