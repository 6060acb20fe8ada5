use super::*;
use phonenumber::metadata::DATABASE;
use proptest::prelude::*;

#[test]
fn l6_numbers_become_e164_with_the_teams_country() {
    let cases: &[(&str, Option<&str>, Option<&str>)] = &[
        ("+49 30 1234567", None, Some("+49301234567")),
        ("+49 (0)30 1234567", None, Some("+49301234567")),
        ("+49 (0) 30/123-45 67", None, Some("+49301234567")),
        ("(+49) 30 1234567", None, Some("+49301234567")),
        ("030 1234567", Some("DE"), Some("+49301234567")),
        ("0049 30 1234567", Some("de"), Some("+49301234567")),
        ("011 49 30 1234567", Some("US"), Some("+49301234567")),
        ("tel:+49-30-1234567", None, Some("+49301234567")),
        ("030 1234567 ext. 12", Some("DE"), Some("+49301234567")),
        ("(212) 555-0123", Some("US"), Some("+12125550123")),
        ("1-212-555-0123 x99", Some("US"), Some("+12125550123")),
        ("+1 (212) 555.0123", Some("DE"), Some("+12125550123")),
        ("8 (495) 123-45-67", Some("RU"), Some("+74951234567")),
        ("06 698 12345", Some("IT"), Some("+390669812345")),
        ("+39 06 698 12345", None, Some("+390669812345")),
        ("020 7946 0018", Some("GB"), Some("+442079460018")),
        ("+44 020 7946 0018", None, Some("+442079460018")),
        ("+800 1234 5678", None, Some("+80012345678")),
        ("030 1234567", None, None),
        ("030 1234567", Some("XX"), None),
        ("12", None, None),
        ("555-0123", Some("US"), None),
        ("+999 1234567", None, None),
        ("+49 1", None, None),
    ];
    for (typed, country, e164) in cases {
        match parse(typed, *country) {
            Ok(phone) => assert_eq!((phone.typed.as_str(), phone.e164.as_deref()), (*typed, *e164)),
            Err(flaw) => assert_eq!((flaw.why.as_str(), *typed), ("has fewer than 3 digits", "12")),
        }
    }
}

#[test]
fn l6_what_has_no_e164_is_compared_by_its_digits() {
    assert_eq!(parse("555-0123", Some("US")).unwrap().key(), "5550123");
    assert_eq!(parse("5550123 #4", None).unwrap().key(), "5550123");
    assert_eq!(parse(" 030 1234567 ", Some("DE")).unwrap().key(), "+49301234567");
    assert_eq!(parse(" 030 1234567 ", Some("DE")).unwrap().typed, "030 1234567");
}

#[test]
fn what_is_not_a_number_is_refused() {
    for (typed, why) in [
        ("", "is blank"),
        ("call me", "contains letters"),
        ("1-800-FLOWERS", "contains letters"),
        ("030 1234567 home", "contains letters"),
        ("ext 12", "has fewer than 3 digits"),
        ("٠٣٠١٢٣٤", "contains `٠`"),
        ("--", "has fewer than 3 digits"),
        ("12", "has fewer than 3 digits"),
        ("123456789012345678901", "has more than 20 digits"),
        ("030+1234567", "has a `+` that is not at its start"),
        ("030 1234567; 030 7654321", "contains `;`"),
        ("030\n1234567", r"contains a control character (\u{a})"),
        ("\u{202d}030 1234567", r"contains a mark that turns the direction of writing (\u{202d})"),
    ] {
        assert_eq!(parse(typed, Some("DE")).unwrap_err().why, why, "{typed:?}");
    }
}

#[test]
fn every_countrys_numbers_agree_with_libphonenumber() {
    assert!(plan::ROWS.is_sorted_by_key(|row| row.0));
    let mut compared = 0;
    let mut differ = Vec::new();
    for (country, calling, trunk, abroad, ..) in plan::ROWS.iter().filter(|row| row.0 != "001") {
        let Some(meta) = DATABASE.by_id(*country) else { continue };
        let kinds = meta.descriptors();
        let examples = [kinds.fixed_line(), kinds.mobile(), kinds.toll_free()];
        for national in examples.into_iter().flatten().filter_map(|kind| kind.example()) {
            let expected = Some(format!("+{calling}{national}"));
            for typed in [
                format!("+{calling} {national}"),
                format!("{trunk} {national}"),
                format!("{abroad} {calling} {national}"),
            ] {
                compared += 1;
                let found = parse(&typed, Some(country)).ok().and_then(|phone| phone.e164);
                if found != expected {
                    differ.push(format!("{country} {typed}: {found:?}"));
                }
            }
        }
    }
    assert!(compared > 1_500, "{compared}");
    assert!(differ.is_empty(), "{compared}: {differ:#?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn no_number_panics(typed in any::<String>(), near in "[0-9+()x#é .-]{0,20}", country in "[A-Zé]{0,3}") {
        for typed in [typed, near] {
            let _ = parse(&typed, None);
            let _ = parse(&typed, Some(&country)).map(|phone| phone.key());
        }
    }
}
