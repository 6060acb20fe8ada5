//! A mail address that is certain to be one: checked once, one recipient, its domain in ASCII.
//!
//! Refuses what cannot travel without SMTPUTF8 (a local part outside ASCII). Called by whoever
//! makes a letter or an envelope.

use std::fmt;

use super::clean;

/// Characters of a display name that are kept.
const NAME_LIMIT: usize = 120;

/// One address, with the name shown beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    name: Option<String>,
    mailbox: lettre::Address,
}

/// Why a text is no address; the text itself is not repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadAddress {
    /// Not of the form `local@domain`, or with a character that none may have.
    #[error("not a mail address")]
    Form,
    /// The part before the `@` is not ASCII.
    #[error("a mail address outside ASCII before the @ cannot be delivered everywhere")]
    LocalPart,
    /// The domain has no form in ASCII.
    #[error("not a domain that mail can be sent to")]
    Domain,
}

impl Address {
    /// Checks `email` and turns its domain to punycode.
    ///
    /// # Errors
    /// [`BadAddress`] when it is none, or has control characters, blanks or more than 254 bytes.
    pub fn new(email: &str) -> Result<Self, BadAddress> {
        let email = email.trim_matches(' ');
        let (local, domain) = email.rsplit_once('@').ok_or(BadAddress::Form)?;
        if email.chars().any(|c| c.is_control() || c.is_whitespace() || matches!(c, '<' | '>')) {
            return Err(BadAddress::Form);
        }
        if !local.is_ascii() {
            return Err(BadAddress::LocalPart);
        }
        let domain = idna::domain_to_ascii_strict(domain).map_err(|_| BadAddress::Domain)?;
        if local.len() + 1 + domain.len() > 254 {
            return Err(BadAddress::Form);
        }
        let mailbox = lettre::Address::new(local, domain).map_err(|_| BadAddress::Form)?;
        Ok(Self { name: None, mailbox })
    }

    /// The same address with a display name, made fit for a header; a blank one is none.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        let name = clean::header_text(name, NAME_LIMIT);
        self.name = (!name.is_empty()).then_some(name);
        self
    }

    /// The bare address, its domain in ASCII.
    #[must_use]
    pub fn email(&self) -> &str {
        self.mailbox.as_ref()
    }

    /// What SMTP is told.
    pub(super) fn envelope(&self) -> lettre::Address {
        self.mailbox.clone()
    }

    /// What a header is told.
    pub(super) fn mailbox(&self) -> lettre::message::Mailbox {
        lettre::message::Mailbox::new(self.name.clone(), self.mailbox.clone())
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.email())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_are_addresses() {
        for good in ["kim@acme.example", "kim.lee+crm@acme.example", "lead@localhost"] {
            assert_eq!(Address::new(good).unwrap().email(), good);
        }
        assert_eq!(Address::new("kim@bücher.example").unwrap().email(), "kim@xn--bcher-kva.example");
        for bad in [
            "",
            "kim",
            "@acme.example",
            "kim@",
            "kim lee@acme.example",
            "kim@acme.example.",
            "kim@acme.example\r\nRCPT TO:<x@y.z>",
            "kim@acme.example>,<x@y.z",
            "kim@a..b",
            "kim@\u{202e}acme.example",
        ] {
            assert!(Address::new(bad).is_err(), "{bad:?}");
        }
        assert_eq!(Address::new("kím@acme.example"), Err(BadAddress::LocalPart));
        assert!(Address::new(&format!("{}@acme.example", "k".repeat(250))).is_err());
    }
}
