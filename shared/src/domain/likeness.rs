//! Which known word somebody meant who typed an unknown one.
//!
//! Serves every "did you mean": verbs, filters, stages, keys of a file. Refuses to guess: a word
//! that is too far from all others gets no answer.

use super::name::canonical;

/// Words longer than this were not meant for anything we know; characters.
const LONGEST: usize = 64;

/// No more than so many are offered.
const MOST: usize = 3;

/// No more of a closed set are listed.
const LISTED: usize = 12;

/// The candidate nearest to what was typed, if one is near enough to be worth saying.
pub fn closest<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    near(typed, candidates).into_iter().next()
}

/// Up to three candidates that are near to what was typed, the nearest first.
///
/// Upper and lower case are one, and so are `-`, `_` and space. One slip is allowed for every three
/// characters of the longer word; a beginning of at least three characters counts as meant too,
/// after the slips. Of several equally near the first wins.
pub fn near<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let typed = canonical(typed);
    let length = typed.chars().count();
    if length == 0 || length > LONGEST {
        return Vec::new();
    }
    let mut near: Vec<(usize, &str)> = Vec::new();
    for candidate in candidates {
        if let Some(slips) = distance(&typed, length, &canonical(candidate))
            && !near.iter().any(|(_, seen)| *seen == candidate)
        {
            near.push((slips, candidate));
        }
    }
    near.sort_by_key(|(slips, _)| *slips);
    near.into_iter().take(MOST).map(|(_, candidate)| candidate).collect()
}

/// What to type in place of an unknown word of a closed set: the near ones, or, where none is near,
/// what there is. None for an empty set. `shown` makes of a word what is to be typed.
pub fn hint<'a>(
    typed: &str,
    known: impl IntoIterator<Item = &'a str>,
    shown: impl Fn(&str) -> String,
) -> Option<String> {
    let mut words: Vec<&str> = Vec::new();
    for word in known {
        if !words.iter().any(|seen| canonical(seen) == canonical(word)) {
            words.push(word);
        }
    }
    let near = near(typed, words.iter().copied());
    if let Some((last, before)) = near.split_last() {
        let quoted = |word: &&str| format!("`{}`", shown(word));
        let before: Vec<String> = before.iter().map(quoted).collect();
        let or = if before.is_empty() { "" } else { " or " };
        return Some(format!("did you mean {}{or}{}?", before.join(", "), quoted(last)));
    }
    let more = words.len().checked_sub(LISTED).filter(|more| *more > 0);
    words.truncate(LISTED);
    let more = more.map(|more| format!(" and {more} more")).unwrap_or_default();
    (!words.is_empty()).then(|| format!("one of: {}{more}", words.join(", ")))
}

fn distance(typed: &str, length: usize, candidate: &str) -> Option<usize> {
    let longer = length.max(candidate.chars().count());
    let allowed = (longer / 3).min(4);
    let slips = strsim::osa_distance(typed, candidate);
    if slips <= allowed {
        Some(slips)
    } else if length >= 3 && candidate.starts_with(typed) {
        Some(5)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant_or_nothing() {
        let keys = ["at", "digest_over", "unassigned", "warn_before", "from", "keep", "qualified"];
        for (typed, meant) in [
            ("digest-over", Some("digest_over")),
            ("DIGEST_OVER", Some("digest_over")),
            ("digestover", Some("digest_over")),
            ("form", Some("from")),
            ("kep", Some("keep")),
            ("qual", Some("qualified")),
            ("unasigned", Some("unassigned")),
            ("un", None),
            ("zebra", None),
            ("x", None),
            ("", None),
            ("  ", None),
        ] {
            assert_eq!(closest(typed, keys), meant, "{typed}");
        }
        assert_eq!(closest(&"a".repeat(1_000_000), keys), None);
    }

    #[test]
    fn the_first_of_equals_wins() {
        assert_eq!(closest("cat", ["bat", "hat"]), Some("bat"));
        assert_eq!(closest("hat", ["bat", "hat"]), Some("hat"));
    }

    #[test]
    fn a_closed_set_offers_the_near_or_says_what_there_is() {
        let said = |typed, known: &[&str]| hint(typed, known.iter().copied(), str::to_owned);
        let stages = ["prospect", "Prospect", "quoted", "customer"];
        assert_eq!(said("prospct", &stages).as_deref(), Some("did you mean `prospect`?"));
        assert_eq!(said("hat", &["bat", "cat"]).as_deref(), Some("did you mean `bat` or `cat`?"));
        assert_eq!(said("zzz", &stages).as_deref(), Some("one of: prospect, quoted, customer"));
        assert_eq!(said("zzz", &[]), None);
        let many: Vec<String> = (0..40).map(|at| format!("word-{at}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(said("zzz", &many).is_some_and(|said| said.ends_with("word-11 and 28 more")));
    }
}
