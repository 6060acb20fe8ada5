//! Email addresses of leads, customers and users.
//!
//! One plain mailbox, kept as typed and compared by [`Email::key`] (L6). Refused are display names,
//! comments, quoted local parts and domain literals: what a form or a phone call never yields and
//! what a header could be smuggled in. International domains and local parts are accepted as
//! they are written; a domain of one label too, since `account@host` is a user's first address.

use std::fmt;

use email_address::{EmailAddress, Error, Options};
use serde::{Deserialize, Serialize};

use super::refusal::Flaw;
use super::text;

/// The longest address, in bytes (RFC 5321, less the angle brackets).
pub const EMAIL_MAX: usize = 254;

/// A mailbox, as typed but for white space at its ends.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

impl Email {
    /// The address in `typed`, or what is wrong with it.
    pub fn parse(typed: &str) -> Result<Self, Flaw> {
        let address = typed.trim_matches(' ');
        if text::is_blank(address) {
            return Err(Flaw::new("is blank"));
        }
        if address.len() > EMAIL_MAX {
            return Err(Flaw::new(format!("is {} bytes long, more than {EMAIL_MAX}", address.len())));
        }
        text::line(address)?;
        if let (Some(open), true) = (address.rfind('<'), address.ends_with('>')) {
            let bare = &address[open + 1..address.len() - 1];
            let flaw = Flaw::new("is not a bare email address");
            return Err(if Self::parse(bare).is_ok() { flaw.hint(bare) } else { flaw });
        }
        let why = match address.matches('@').count() {
            0 => Some("has no `@`"),
            1 => None,
            _ => Some("has more than one `@`"),
        };
        if let Some(why) = why {
            return Err(Flaw::new(why).hint("write one address as `name@domain`"));
        }
        if address.contains(char::is_whitespace) {
            return Err(Flaw::new("contains a space"));
        }
        let options = Options::default().without_display_text().without_domain_literal();
        let parsed =
            EmailAddress::parse_with_options(address, options).map_err(|fault| Flaw::new(why_not(&fault)))?;
        if parsed.local_part().contains('"') {
            return Err(Flaw::new("has a quoted name before the `@`"));
        }
        let is_label_char = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.' || !c.is_ascii();
        if let Some(c) = parsed.domain().chars().find(|&c| !is_label_char(c)) {
            return Err(Flaw::new(format!("has `{c}` in its domain")));
        }
        Ok(Self(address.to_owned()))
    }

    /// The form in which addresses are compared: trimmed and case-folded (L6).
    pub fn key(&self) -> String {
        key(&self.0)
    }

    /// The address as typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The comparing form of any text in an address's place, whether or not it is one (L6).
pub fn key(typed: &str) -> String {
    text::fold(typed.trim())
}

fn why_not(fault: &Error) -> &'static str {
    match fault {
        Error::LocalPartEmpty => "has nothing before the `@`",
        Error::LocalPartTooLong => "has more than 64 bytes before the `@`",
        Error::DomainEmpty => "has nothing after the `@`",
        Error::DomainTooLong | Error::SubDomainTooLong => "has a domain that is too long",
        Error::SubDomainEmpty => "has a dot too many in its domain",
        Error::UnsupportedDomainLiteral => "has a number for a domain",
        _ => "is not an email address",
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Email {
    type Error = String;

    fn try_from(typed: String) -> Result<Self, String> {
        Self::parse(&typed).map_err(|flaw| format!("email {}", flaw.why))
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses() {
        let longest = format!("{}@{}.example", "a".repeat(63), vec!["b".repeat(60); 3].join("."));
        assert_eq!(longest.len(), EMAIL_MAX);
        let fine = [
            "kim@acme.example",
            "Kim.Lee+crm@Acme.Example",
            "o'neil@acme.example",
            "kim@localhost",
            "kim@bücher.example",
            "kim@xn--bcher-kva.example",
            "王@例え.テスト",
            longest.as_str(),
        ];
        for typed in fine {
            assert_eq!(Email::parse(typed).unwrap().as_str(), typed);
        }
        let bad: &[(&str, &str)] = &[
            ("", "is blank"),
            ("   ", "is blank"),
            ("kim", "has no `@`"),
            ("kim@lee@acme.example", "has more than one `@`"),
            ("\"a@b\"@acme.example", "has more than one `@`"),
            ("kim lee@acme.example", "contains a space"),
            ("kim@acme .example", "contains a space"),
            ("\"kim lee\"@acme.example", "contains a space"),
            ("\"kim\"@acme.example", "has a quoted name before the `@`"),
            ("@acme.example", "has nothing before the `@`"),
            ("kim@", "has nothing after the `@`"),
            ("kim@acme.example.", "has a dot too many in its domain"),
            ("kim@acme..example", "has a dot too many in its domain"),
            ("kim@.example", "has a dot too many in its domain"),
            ("kim.@acme.example", "is not an email address"),
            (".kim@acme.example", "is not an email address"),
            ("kim@-acme.example", "is not an email address"),
            ("kim@ac!me.example", "has `!` in its domain"),
            ("kim@[127.0.0.1]", "has a number for a domain"),
            ("kim@acme.example\r\nBcc: all@acme.example", r"contains a control character (\u{d})"),
            ("kim@acme.example\n", r"contains a control character (\u{a})"),
            ("kim\u{202e}@acme.example", r"contains a mark that turns the direction of writing (\u{202e})"),
        ];
        for (typed, why) in bad {
            assert_eq!(Email::parse(typed).unwrap_err().why, *why, "{typed:?}");
        }
        let longer = Email::parse(&format!("a{longest}")).unwrap_err();
        assert_eq!(longer.why, "is 255 bytes long, more than 254");
        let named = Email::parse("Kim Lee <kim@acme.example>").unwrap_err();
        assert_eq!(
            (named.why.as_str(), named.hints[0].as_str()),
            ("is not a bare email address", "kim@acme.example")
        );
        assert!(Email::parse("<<<>").is_err());
    }

    #[test]
    fn l6_addresses_are_compared_trimmed_and_folded() {
        let typed = Email::parse(" Kim@ACME.Example ").unwrap();
        assert_eq!((typed.as_str(), typed.key().as_str()), ("Kim@ACME.Example", "kim@acme.example"));
        assert_eq!(key("\tKIM@acme.example\n"), "kim@acme.example");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn no_address_panics(typed in ".{0,12}@?.{0,12}", any in any::<String>()) {
            let _ = (Email::parse(&typed), Email::parse(&any));
        }
    }
}
