//! Money that was typed: what is read is the same when it is read again.

use lead_shared::domain::money::Money;

use super::{is_plain, text};

pub fn body(bytes: &[u8]) {
    let typed = text(bytes);
    for currency in ["EUR", "JPY", "KWD"] {
        match Money::parse(typed, currency) {
            Ok(money) => comes_back(money),
            Err(flaw) => {
                assert!(!flaw.why.is_empty());
                // What the flaw repeats is escaped by whoever says it; a hint that is an amount is one.
                let amounts = flaw.hints.iter().filter(|hint| hint.starts_with(|c: char| c.is_ascii_digit()));
                amounts.for_each(|hint| assert!(Money::parse(hint, currency).is_ok(), "{typed:?}: {hint}"));
            }
        }
    }
    if let Ok(money) = serde_json::from_slice::<Money>(bytes) {
        let written = serde_json::to_string(&money).expect("money is written");
        assert_eq!(serde_json::from_str::<Money>(&written).ok(), Some(money), "{written}");
    }
}

fn comes_back(money: Money) {
    let shown = money.to_string();
    is_plain(&shown);
    assert!(money.units() >= 0, "{shown}");
    assert_eq!(Money::parse(&shown, "EUR"), Ok(money), "{shown}");
    let amount = Money::parse(&money.amount(), money.currency().code());
    assert_eq!(amount, Ok(money), "{shown}");
    let written = serde_json::to_string(&money).expect("money is written");
    assert_eq!(serde_json::from_str::<Money>(&written).ok(), Some(money), "{written}");
    assert!(money.plus(money).is_some(), "two of the largest still fit: {shown}");
}
