use super::*;
use proptest::prelude::*;

#[test]
fn amounts_are_read_exactly() {
    let cases = [
        ("4500EUR", "4500.00 EUR"),
        ("4500 EUR", "4500.00 EUR"),
        ("4500eur", "4500.00 EUR"),
        ("EUR 4500", "4500.00 EUR"),
        ("EUR4500", "4500.00 EUR"),
        ("€4500", "4500.00 EUR"),
        ("4500 €", "4500.00 EUR"),
        ("£12.5", "12.50 GBP"),
        (" 4500.50 ", "4500.50 USD"),
        ("4500", "4500.00 USD"),
        ("0", "0.00 USD"),
        ("007", "7.00 USD"),
        ("0.1", "0.10 USD"),
        ("1.125 KWD", "1.1250 KWD"),
        ("9999999999.99", "9999999999.99 USD"),
        ("0.1250 CLF", "0.1250 CLF"),
    ];
    for (typed, shown) in cases {
        let money = Money::parse(typed, "USD").unwrap_or_else(|flaw| panic!("{typed}: {flaw:?}"));
        assert_eq!(money.to_string(), shown, "{typed}");
        assert_eq!(Money::parse(shown, "CHF"), Ok(money), "{shown} is read back");
    }
}

#[test]
fn what_is_not_money_is_refused() {
    let write = "write it as `4500`, `4500.50` or `4500EUR`";
    let cases: &[(&str, &str, &[&str])] = &[
        ("", "is blank", &[]),
        ("4500.505", "has more than 2 decimals", &[]),
        ("1.1255 KWD", "has more than 3 decimals", &[]),
        ("NaN", "is not an amount of money", &[write]),
        ("inf", "is not an amount of money", &[write]),
        ("-inf", "is not an amount of money", &[write]),
        ("EUR", "is not an amount of money", &[write]),
        ("1e308", "is not an amount of money", &[write]),
        ("0x10", "is not an amount of money", &[write]),
        ("+5", "is not an amount of money", &[write]),
        (".5", "is not an amount of money", &[write]),
        ("5.", "is not an amount of money", &[write]),
        ("1.2.3", "is not an amount of money", &[write]),
        ("٤٥", "is not an amount of money", &[write]),
        ("4500\0", "is not an amount of money", &[write]),
        ("4500-", "is not an amount of money", &[write]),
        ("-4500EUR", "is negative", &[]),
        ("-1", "is negative", &[]),
        ("−1", "is negative", &[]),
        ("1,000", "may be thousands or decimals", &["1000", "1.00"]),
        ("1,000 EUR", "may be thousands or decimals", &["1000EUR", "1.00EUR"]),
        ("12.345", "has more than 2 decimals", &["12345"]),
        ("1,000.50", "is not an amount of money", &[write, "1000.50"]),
        ("4500,50", "is not an amount of money", &[write, "4500.50"]),
        ("1.000.000", "is not an amount of money", &[write, "1000000"]),
        ("1.000.9999", "is not an amount of money", &[write]),
        ("1.5$", "has `$`, which several currencies use", &["1.5USD"]),
        ("1.5555$", "has `$`, which several currencies use", &[]),
        ("1.00001", "has more than four decimals", &[]),
        ("10000000000", "is too large, the most is 9999999999", &[]),
        ("99999999999999999999999999EUR", "is too large, the most is 9999999999", &[]),
        ("4500 EURO", "has no currency code of three letters", &["write it as `4500EUR`"]),
        ("4500 E", "has no currency code of three letters", &["write it as `4500EUR`"]),
        ("4500 XQZ", "has the unknown currency `XQZ`", &[]),
        ("$\x1b[1m", "is not an amount of money", &[write]),
        ("$4500", "has `$`, which several currencies use", &["4500USD"]),
    ];
    for (typed, why, hints) in cases {
        let flaw = Money::parse(typed, "EUR").expect_err(typed);
        assert_eq!(flaw.why, *why, "{typed}");
        assert_eq!(flaw.hints, *hints, "{typed}");
    }
    assert_eq!(Money::parse("5 EUE", "EUR").unwrap_err().hints, ["did you mean `EUR`?"]);
    assert!(Money::parse("5", "").is_err());
}

#[test]
fn only_one_currency_is_compared_and_added() {
    let read = |typed| Money::parse(typed, "EUR").unwrap();
    assert!(read("4500") > read("4499.99"));
    assert_eq!(read("4500").partial_cmp(&read("4500 USD")), None);
    assert_eq!(read("0.10").plus(read("0.20")), Some(read("0.30")));
    assert_eq!(read("1").plus(read("1 USD")), None);
    assert_eq!(write_units(-15_000), "-1.50");
    assert_eq!(write_units(i128::MIN).len(), 41);
}

#[test]
fn machine_output_and_back() {
    let money = Money::parse("4500 EUR", "USD").unwrap();
    let json = r#"{"amount":"4500.00","currency":"EUR"}"#;
    assert_eq!(serde_json::to_string(&money).unwrap(), json);
    assert_eq!(serde_json::from_str::<Money>(json).unwrap(), money);
    assert!(serde_json::from_str::<Money>(r#"{"amount":"-1","currency":"EUR"}"#).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn no_money_panics(typed in any::<String>(), near in "[0-9,.€A-Z -]{0,14}") {
        let _ = (Money::parse(&typed, "EUR"), Money::parse(&near, &near));
    }
}
