//! The accounts of the operating system, and this machine's name.
//!
//! Answers who a process is by what the kernel and the passwd database say (U2), never by what a
//! variable says. Called where a connection's peer or our own process must be named.

use nix::unistd::{Uid, User, gethostname};

/// An account of the operating system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The number the kernel knows it by.
    pub uid: u32,
    /// Its login name; `uid:1234` for a number without an entry in the passwd database.
    pub name: String,
}

impl Account {
    /// The account in whose name this process acts: its effective uid.
    pub fn of_this_process() -> Self {
        Self::of(Uid::effective().as_raw())
    }

    /// The account with this number. A passwd database that cannot be asked counts as one without
    /// the entry: the number alone decides what may be done.
    pub fn of(uid: u32) -> Self {
        let known = User::from_uid(Uid::from_raw(uid)).ok().flatten().map(|user| user.name);
        let name = known.filter(|name| !name.is_empty()).unwrap_or_else(|| format!("uid:{uid}"));
        Self { uid, name }
    }
}

/// This machine's name as it calls itself; `localhost` if it has none that could stand in an
/// address.
pub fn host() -> String {
    gethostname()
        .ok()
        .and_then(|name| name.into_string().ok())
        .filter(|name| is_host(name))
        .unwrap_or_else(|| "localhost".to_owned())
}

fn is_host(name: &str) -> bool {
    let label = |part: &str| {
        (1..=63).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    name.len() <= 253 && name.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_has_a_name_and_nobody_else_s_number_has_its_own() {
        assert_eq!(Account::of(0), Account { uid: 0, name: "root".to_owned() });
        assert_eq!(Account::of(3_999_999_999).name, "uid:3999999999");
    }

    #[test]
    fn this_process_is_its_effective_uid() {
        assert_eq!(Account::of_this_process().uid, Uid::effective().as_raw());
    }

    #[test]
    fn only_a_name_that_can_stand_in_an_address_is_a_host() {
        for good in ["desk", "desk-7", "mail.acme.example", "4c3f00aa"] {
            assert!(is_host(good), "{good}");
        }
        for bad in ["", "a_b", "-a", "a-", "a..b", "a b", "a\nb", "ä", &"a".repeat(64)] {
            assert!(!is_host(bad), "{bad}");
        }
        assert!(is_host(&host()));
    }
}
