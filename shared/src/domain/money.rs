//! Money with its currency, exact to four decimals.
//!
//! What is typed is read strictly: no grouping of thousands, no sign, no exponent, because a guess
//! at `1,000` would be wrong by three digits for half of its readers (quality.md §5, Money). Amounts
//! of two currencies are never compared or added. Called for `--value` and `value.over:`.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::refusal::Flaw;

mod currency;

pub use currency::Currency;

/// Ten-thousandths to one unit of a currency.
const SCALE: i64 = 10_000;
/// Digits before the decimal point, so that ten thousand of the largest still fit one `i64`.
const WHOLE_DIGITS: usize = 10;

/// An amount that is not negative, with its currency.
///
/// Serialised as `{"amount":"4500.00","currency":"EUR"}`: two decimals, or four where two do not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Money {
    units: i64,
    currency: Currency,
}

#[derive(Serialize, Deserialize)]
struct Written {
    amount: String,
    currency: String,
}

impl Money {
    /// The money in `typed`; an amount alone is in `default_currency`, the team's.
    ///
    /// `4500EUR`, `4500 eur`, `EUR 4500`, `€4500.50` and `4500.50` are read.
    pub fn parse(typed: &str, default_currency: &str) -> Result<Self, Flaw> {
        let text = typed.trim();
        if text.is_empty() {
            return Err(Flaw::new("is blank"));
        }
        let (number, code) = halves(text);
        let currency = match code {
            None => Currency::parse(default_currency)?,
            Some("€") => Currency::parse("EUR")?,
            Some("£") => Currency::parse("GBP")?,
            Some(sign @ ("$" | "¥")) => {
                amount(number)?;
                let code = if sign == "$" { "USD" } else { "JPY" };
                let flaw = Flaw::new(format!("has `{sign}`, which several currencies use"));
                return Err(offered(flaw, format!("{number}{code}"), default_currency));
            }
            Some(code) => Currency::parse(code).map_err(|flaw| match amount(number) {
                Ok(_) => flaw,
                Err(_) => not_an_amount(),
            })?,
        };
        let shown = |number: &str| match code {
            Some(_) => format!("{number}{currency}"),
            None => number.to_owned(),
        };
        if let Some((whole, thousandths)) = grouping(number)
            && !currency.has_thousandths()
        {
            let plain = shown(&format!("{whole}{thousandths}"));
            let decimals = match thousandths.strip_suffix('0') {
                Some(decimals) => decimals.to_owned(),
                None => format!("{thousandths}0"),
            };
            if decimals.len() > currency.decimals() as usize {
                return Err(too_fine(currency).hint(plain));
            }
            return Err(Flaw::new("may be thousands or decimals")
                .hint(plain)
                .hint(shown(&format!("{whole}.{decimals}"))));
        }
        let units = amount(number).map_err(|flaw| match regrouped(number) {
            Some(plain) => offered(flaw, shown(&plain), default_currency),
            None => flaw,
        })?;
        if units % 10_i64.pow(4 - currency.decimals()) != 0 {
            return Err(too_fine(currency));
        }
        Ok(Self { units, currency })
    }

    /// The amount in ten-thousandths of the currency's unit.
    pub fn units(&self) -> i64 {
        self.units
    }

    /// The currency.
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// The amount alone: `4500.00`, or `4500.1250`.
    pub fn amount(&self) -> String {
        write_units(i128::from(self.units))
    }

    /// The sum, or none when the currencies differ or it is too large to hold.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        (self.currency == other.currency)
            .then(|| self.units.checked_add(other.units))
            .flatten()
            .map(|units| Self { units, ..self })
    }
}

/// Ten-thousandths as text with two decimals, or four where two do not do: for sums in reports.
pub fn write_units(units: i128) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let scale = u128::from(SCALE.unsigned_abs());
    let (whole, part) = (units.unsigned_abs() / scale, units.unsigned_abs() % scale);
    if part % 100 == 0 {
        format!("{sign}{whole}.{:02}", part / 100)
    } else {
        format!("{sign}{whole}.{part:04}")
    }
}

/// The amount and the currency's code or sign, whichever of the two stands first.
fn halves(text: &str) -> (&str, Option<&str>) {
    let is_code = |c: char| c.is_alphabetic() || matches!(c, '€' | '£' | '$' | '¥');
    let ahead = text.trim_start_matches(is_code);
    if ahead.len() < text.len() {
        return (ahead.trim_start(), Some(&text[..text.len() - ahead.len()]));
    }
    let behind = text.trim_end_matches(is_code);
    if behind.len() < text.len() { (behind.trim_end(), Some(&text[behind.len()..])) } else { (text, None) }
}

/// The two sides of `1,000` or `1.000`, which may be one thousand or one.
fn grouping(number: &str) -> Option<(&str, &str)> {
    let (whole, part) = number.split_once([',', '.'])?;
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    ((1..=3).contains(&whole.len())
        && part.len() == 3
        && digits(whole)
        && digits(part)
        && !whole.starts_with('0'))
    .then_some((whole, part))
}

/// A grouped or comma-written number as it should have been typed, when there is one reading.
fn regrouped(number: &str) -> Option<String> {
    let point = number.rfind([',', '.'])?;
    let (whole, part) = (&number[..point], &number[point + 1..]);
    let mut groups = whole.split([',', '.', '\'', ' ', '_', '\u{a0}']);
    let first = groups.next()?;
    let whole = groups.try_fold(first.to_owned(), |all, group| (group.len() == 3).then(|| all + group))?;
    let plain = if part.len() == 3 { format!("{whole}{part}") } else { format!("{whole}.{part}") };
    (plain != number).then_some(plain)
}

/// The flaw with what should have been typed, if that is an amount.
fn offered(flaw: Flaw, plain: String, default_currency: &str) -> Flaw {
    if Money::parse(&plain, default_currency).is_ok() { flaw.hint(plain) } else { flaw }
}

/// Digits with at most four decimals, in ten-thousandths.
fn amount(number: &str) -> Result<i64, Flaw> {
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    if number.starts_with(['-', '−']) {
        return Err(Flaw::new("is negative"));
    }
    if [whole, part].iter().any(|side| side.is_empty() || !side.bytes().all(|b| b.is_ascii_digit())) {
        return Err(not_an_amount());
    }
    if part.len() > 4 {
        return Err(Flaw::new("has more than four decimals"));
    }
    let whole = whole.trim_start_matches('0');
    if whole.len() > WHOLE_DIGITS {
        return Err(Flaw::new(format!("is too large, the most is {}", "9".repeat(WHOLE_DIGITS))));
    }
    let digits = format!("{whole}{part:0<4}");
    digits.parse().map_err(|_| not_an_amount())
}

fn too_fine(currency: Currency) -> Flaw {
    Flaw::new(format!("has more than {} decimals", currency.decimals()))
}

fn not_an_amount() -> Flaw {
    Flaw::new("is not an amount of money").hint("write it as `4500`, `4500.50` or `4500EUR`")
}

impl PartialOrd for Money {
    /// None between two currencies.
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        (self.currency == other.currency).then(|| self.units.cmp(&other.units))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount(), self.currency)
    }
}

impl From<Money> for Written {
    fn from(money: Money) -> Self {
        Self { amount: money.amount(), currency: money.currency.to_string() }
    }
}

impl TryFrom<Written> for Money {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let read = |flaw: Flaw| format!("money {}", flaw.why);
        Ok(Self {
            units: amount(&written.amount).map_err(read)?,
            currency: Currency::parse(&written.currency).map_err(read)?,
        })
    }
}

#[cfg(test)]
mod tests;
