//! Numbers in options, each refused with a clause that follows the value in the sentence.

/// A number of leads to print at most, from 1.
pub(super) fn limit(typed: &str) -> Result<u64, String> {
    match whole(typed)? {
        0 => Err("is not a number from 1 on".to_owned()),
        number => Ok(number),
    }
}

/// A lead's revision.
pub(super) fn revision(typed: &str) -> Result<u64, String> {
    whole(typed)
}

/// The number of a customer, a deal or a mail: they count from 1.
pub(super) fn number(typed: &str) -> Result<u64, String> {
    match whole(typed)? {
        0 => Err("is not a number: they count from 1".to_owned()),
        number => Ok(number),
    }
}

/// A folder's name.
pub(super) fn folder(typed: &str) -> Result<String, String> {
    if typed.is_empty() { Err("names no folder".to_owned()) } else { Ok(typed.to_owned()) }
}

fn whole(typed: &str) -> Result<u64, String> {
    if typed.is_empty() || !typed.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("is not a whole number".to_owned());
    }
    typed.parse().map_err(|_| format!("is beyond {}", u64::MAX))
}
