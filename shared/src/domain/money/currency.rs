//! The codes of currencies in use (ISO 4217), and nothing about their rates.
//!
//! A code outside the list is refused with the nearest one: a typing slip in a currency is worse
//! than one in a name, since sums are kept by currency.

use std::fmt;

use crate::domain::likeness::closest;
use crate::domain::refusal::Flaw;

/// A known currency, by its three letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency(&'static str);

const CODES: &[&str] = &[
    "AED", "AFN", "ALL", "AMD", "ANG", "AOA", "ARS", "AUD", "AWG", "AZN", "BAM", "BBD", "BDT", "BGN", "BHD",
    "BIF", "BMD", "BND", "BOB", "BRL", "BSD", "BTN", "BWP", "BYN", "BZD", "CAD", "CDF", "CHF", "CLF", "CLP",
    "CNY", "COP", "CRC", "CUP", "CVE", "CZK", "DJF", "DKK", "DOP", "DZD", "EGP", "ERN", "ETB", "EUR", "FJD",
    "FKP", "GBP", "GEL", "GHS", "GIP", "GMD", "GNF", "GTQ", "GYD", "HKD", "HNL", "HTG", "HUF", "IDR", "ILS",
    "INR", "IQD", "IRR", "ISK", "JMD", "JOD", "JPY", "KES", "KGS", "KHR", "KMF", "KPW", "KRW", "KWD", "KYD",
    "KZT", "LAK", "LBP", "LKR", "LRD", "LSL", "LYD", "MAD", "MDL", "MGA", "MKD", "MMK", "MNT", "MOP", "MRU",
    "MUR", "MVR", "MWK", "MXN", "MYR", "MZN", "NAD", "NGN", "NIO", "NOK", "NPR", "NZD", "OMR", "PAB", "PEN",
    "PGK", "PHP", "PKR", "PLN", "PYG", "QAR", "RON", "RSD", "RUB", "RWF", "SAR", "SBD", "SCR", "SDG", "SEK",
    "SGD", "SHP", "SLE", "SOS", "SRD", "SSP", "STN", "SVC", "SYP", "SZL", "THB", "TJS", "TMT", "TND", "TOP",
    "TRY", "TTD", "TWD", "TZS", "UAH", "UGX", "USD", "UYU", "UZS", "VED", "VES", "VND", "VUV", "WST", "XAF",
    "XCD", "XCG", "XOF", "XPF", "YER", "ZAR", "ZMW", "ZWG",
];

const THOUSANDTHS: [&str; 7] = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];

impl Currency {
    /// The currency of a code typed in any case.
    pub fn parse(code: &str) -> Result<Self, Flaw> {
        let upper = code.trim().to_ascii_uppercase();
        if let Ok(at) = CODES.binary_search(&upper.as_str()) {
            return Ok(Self(CODES[at]));
        }
        if upper.len() != 3 || !upper.bytes().all(|b| b.is_ascii_uppercase()) {
            return Err(Flaw::new("has no currency code of three letters").hint("write it as `4500EUR`"));
        }
        let flaw = Flaw::new(format!("has the unknown currency `{upper}`"));
        Err(match closest(&upper, CODES.iter().copied()) {
            Some(near) => flaw.hint(format!("did you mean `{near}`?")),
            None => flaw,
        })
    }

    /// The code, in capitals.
    pub fn code(&self) -> &'static str {
        self.0
    }

    /// Whether its small coin is a thousandth, so that three decimals are ordinary.
    pub(super) fn has_thousandths(self) -> bool {
        THOUSANDTHS.contains(&self.0)
    }

    /// The most decimals of an amount.
    pub(super) fn decimals(self) -> u32 {
        match self.0 {
            "CLF" => 4,
            _ if self.has_thousandths() => 3,
            _ => 2,
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_for_its_search() {
        assert!(CODES.is_sorted() && CODES.iter().all(|code| Currency::parse(code).is_ok()));
    }
}
