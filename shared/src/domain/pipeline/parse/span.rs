//! Spans of time as a pipeline file writes them: `24h`, `1h30m`, `+3d`.
//!
//! Elapsed time here: a day is 24 hours. Calendar words are read elsewhere.

use jiff::SignedDuration;

/// The longest span: a year of days.
const LIMIT_SECONDS: i64 = 366 * 86_400;

/// Elapsed time above zero and up to 366 days, as `24h`, `90m`, `2d`, `45s` or several of them in a row.
pub(crate) fn elapsed(text: &str) -> Option<SignedDuration> {
    let mut seconds: i64 = 0;
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit())?;
        let (digits, tail) = rest.split_at(end);
        let unit = tail.chars().next()?;
        let scale = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            _ => return None,
        };
        seconds = seconds.checked_add(digits.parse::<i64>().ok()?.checked_mul(scale)?)?;
        rest = &tail[unit.len_utf8()..];
    }
    (1..=LIMIT_SECONDS).contains(&seconds).then(|| SignedDuration::from_secs(seconds))
}

/// Calendar days from 1 to 366, as `+3d` or `2w`.
pub(super) fn days(text: &str) -> Option<u16> {
    let text = text.strip_prefix('+').unwrap_or(text);
    let (digits, scale) = match text.strip_suffix('d') {
        Some(digits) => (digits, 1),
        None => (text.strip_suffix('w')?, 7),
    };
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let days = digits.parse::<u16>().ok()?.checked_mul(scale)?;
    (1..=366).contains(&days).then_some(days)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elapsed_time() {
        assert_eq!(elapsed("24h"), Some(SignedDuration::from_secs(86_400)));
        assert_eq!(elapsed("1h30m"), Some(SignedDuration::from_mins(90)));
        assert_eq!(elapsed("366d"), Some(SignedDuration::from_hours(366 * 24)));
        for bad in
            ["", "24", "h", "-1h", "0h", "367d", "24 h", "1.5h", "1y", "99999999999999999999h", "24H", "2é"]
        {
            assert_eq!(elapsed(bad), None, "{bad}");
        }
    }

    #[test]
    fn calendar_days() {
        assert_eq!((days("+3d"), days("2w"), days("366d")), (Some(3), Some(14), Some(366)));
        for bad in ["", "+", "d", "3", "0d", "367d", "++3d", "-3d", "9999w", "3h"] {
            assert_eq!(days(bad), None, "{bad}");
        }
    }
}
