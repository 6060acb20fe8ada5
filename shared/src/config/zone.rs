//! The zone of a name, and which one was meant by a name that is none.

use jiff::tz::{TimeZone, db};

use crate::domain::likeness::closest;
use crate::domain::refusal::Flaw;

/// The zone of an IANA name, `Europe/Berlin`, in any case.
///
/// # Errors
/// A name that is none; the hint has the one that was meant, be it known by its city alone.
pub fn zone(typed: &str) -> Result<TimeZone, Flaw> {
    let zone = TimeZone::get(typed).ok().filter(|zone| zone.iana_name().is_some());
    zone.ok_or_else(|| {
        let near = meant(typed).map(|near| format!("did you mean `{near}`?"));
        Flaw::new("is not a zone").hint(near.unwrap_or_else(|| "\"Europe/Berlin\"".to_owned()))
    })
}

fn meant(typed: &str) -> Option<String> {
    let known: Vec<String> = db().available().map(|name| name.as_str().to_owned()).collect();
    if let Some(whole) = closest(typed, known.iter().map(String::as_str)) {
        return Some(whole.to_owned());
    }
    let city = |name: &str| name.rsplit('/').next().unwrap_or_default().to_owned();
    let cities: Vec<String> = known.iter().map(|name| city(name)).collect();
    let near = closest(&city(typed), cities.iter().map(String::as_str))?;
    known.iter().find(|name| city(name) == near).cloned()
}
