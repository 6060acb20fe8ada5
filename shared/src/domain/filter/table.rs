//! The keys of the filter: as they are looked up, and as they are told.
//!
//! The one list of them; help and the manual page are made from it or compared with it.

/// A key that a term may begin with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// The key, before a `.` or the colon.
    pub name: &'static str,
    /// The suffixes it takes, in the order in which they are told; `""` is the key alone.
    pub suffixes: &'static [&'static str],
    /// What stands behind the colon, in few words.
    pub value: &'static str,
    /// What it asks of a lead.
    pub meaning: &'static str,
}

const fn key(
    name: &'static str,
    suffixes: &'static [&'static str],
    value: &'static str,
    meaning: &'static str,
) -> Key {
    Key { name, suffixes, value, meaning }
}

const IS: &[&str] = &["", "not"];
const ALONE: &[&str] = &[""];
const DATED: &[&str] = &["", "within", "after", "before"];

/// All keys.
pub const KEYS: &[Key] = &[
    key("stage", IS, "STAGE", "where it stands, by id or label"),
    key("kind", IS, "KIND", "open, won, lost or parked"),
    key("pipeline", IS, "ID", "the pipeline it is in"),
    key("owner", IS, "USER", "its owner: a login, me, none or any"),
    key("claim", IS, "USER", "who holds it by a live claim"),
    key("assignee", IS, "USER", "who has it: by a claim, else as owner"),
    key("pool", ALONE, "yes", "free to be claimed; or no"),
    key("tag", &["", "all", "not"], "TAG", "has any of these tags; none, any"),
    key("created", DATED, "WHEN", "when it was added"),
    key("due", DATED, "WHEN", "follow-up; overdue, upcoming, none"),
    key("contacted", DATED, "WHEN", "the last contact; never, any"),
    key("idle", &["over"], "SPAN", "nothing of it was changed for so long"),
    key("source", IS, "TEXT", "contains the text; none, any"),
    key("name", IS, "TEXT", "contains the text"),
    key("email", IS, "TEXT", "contains the text; none, any"),
    key("company", IS, "TEXT", "contains the text; none, any"),
    key("phone", IS, "TEXT", "contains the text, or its digits; none, any"),
    key("text", ALONE, "TEXT", "anywhere, in the notes too"),
    key("customer", IS, "N", "under this customer; none, any"),
    key("import", ALONE, "N", "added by this import; none, any"),
    key("converted", ALONE, "yes", "was ever converted; or no"),
    key("value", &["", "over", "under"], "MONEY", "alone: none or any"),
    key("trash", ALONE, "yes", "in the trash, which no other term sees; or no"),
];
