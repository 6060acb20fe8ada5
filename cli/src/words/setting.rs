//! What became of a key of the policy, in a line.

use lead_shared::config::Setting;
use lead_shared::domain::reply::SettingChange;

use super::quoted;

/// A line about a key: `reminders.at is 07:30 now; it was 08:00`.
pub fn setting(change: &SettingChange) -> String {
    let SettingChange { key, before, after, changed, is_default } = change;
    let (key, was, is) = (quoted(key), quoted(before), quoted(after));
    let is_hidden = [before, after].iter().any(|value| *value == Setting::HIDDEN);
    match (changed, is_default) {
        (false, false) if is_hidden => format!("{key} is so already"),
        (false, false) => format!("{key} is so already: {is}"),
        (false, true) => format!("{key} is so already: lead.toml does not say it"),
        (true, false) if is_hidden => format!("{key} is set now"),
        (true, false) if was == is => format!("{key} is {is}, and lead.toml says so now"),
        (true, false) if was.is_empty() => format!("{key} is {is} now; it was not set"),
        (true, false) => format!("{key} is {is} now; it was {was}"),
        (true, true) if is.is_empty() => format!("{key} is not set any more"),
        (true, true) if was == is => format!("{key} is {is} still, by default"),
        (true, true) => format!("{key} is {is} again, by default; it was {was}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_outcome_has_its_sentence() {
        for (before, after, changed, is_default, said) in [
            ("08:00", "07:30", true, false, "k is 07:30 now; it was 08:00"),
            ("", "7", true, false, "k is 7 now; it was not set"),
            ("08:00", "08:00", true, false, "k is 08:00, and lead.toml says so now"),
            ("", Setting::HIDDEN, true, false, "k is set now"),
            (Setting::HIDDEN, "", true, true, "k is not set any more"),
            ("07:30", "08:00", true, true, "k is 08:00 again, by default; it was 07:30"),
            ("08:00", "08:00", true, true, "k is 08:00 still, by default"),
            ("08:00", "08:00", false, false, "k is so already: 08:00"),
            (Setting::HIDDEN, Setting::HIDDEN, false, false, "k is so already"),
            ("08:00", "08:00", false, true, "k is so already: lead.toml does not say it"),
        ] {
            let (key, before, after) = ("k".to_owned(), before.to_owned(), after.to_owned());
            assert_eq!(setting(&SettingChange { key, before, after, changed, is_default }), said);
        }
    }
}
