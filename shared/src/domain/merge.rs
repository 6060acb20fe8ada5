//! Two leads that are one: what the one that stays takes over, and what it leaves.
//!
//! Its own words stay, its empty fields are filled, and what both have is named, so that nothing
//! is lost (A5, L4). Who owns it, where it stands and whose customer it is are no words: the engine
//! decides those. `merge` and `add --on-duplicate merge` call it.

use jiff::civil::{Date, Time};

use super::follow_up::FollowUp;
use super::lead::Lead;
use super::pipeline::Pipeline;
use super::text::fold;
use super::{email, name};

impl Lead {
    /// Fills empty fields with those of `other`, joins tags and free fields, and keeps the nearer
    /// follow-up. What both have and only one can keep is returned, as people read it.
    pub fn take_in(&mut self, other: &Self, pipeline: &Pipeline) -> Vec<String> {
        let mut left = Vec::new();
        if fold(&self.name) != fold(&other.name) {
            left.push(format!("name {}", other.name));
        }
        let is_same = |ours: &String, theirs: &String| fold(ours) == fold(theirs);
        fill(&mut self.company, other.company.as_ref(), is_same, "company", &mut left);
        let is_same_email = |ours: &String, theirs: &String| email::key(ours) == email::key(theirs);
        fill(&mut self.email, other.email.as_ref(), is_same_email, "email", &mut left);
        match (&self.phone, &other.phone) {
            (None, phone) => self.phone.clone_from(phone),
            (Some(ours), Some(theirs)) if ours.key() != theirs.key() => {
                left.push(format!("phone {}", theirs.typed));
            }
            _ => {}
        }
        fill(&mut self.address, other.address.as_ref(), is_same, "address", &mut left);
        let source = other.source.as_ref();
        match source.map(|source| pipeline.source(source)) {
            Some(Err(_)) => left.extend(source.map(|source| format!("source {source}"))),
            admitted => {
                let admitted = admitted.and_then(Result::ok);
                fill(&mut self.source, admitted.as_ref(), is_same, "source", &mut left);
            }
        }
        fill(&mut self.value, other.value.as_ref(), |ours, theirs| ours == theirs, "value", &mut left);
        left.extend(self.promise(other.follow_up.as_ref()).map(|one| format!("follow-up {one}")));
        for tag in &other.tags {
            if !self.tags.iter().any(|known| name::same(known, tag)) {
                self.tags.push(tag.clone());
            }
        }
        for (key, value) in &other.fields {
            let ours = self.fields.entry(key.clone()).or_insert_with(|| value.clone());
            if ours != value {
                left.push(format!("{key}={value}"));
            }
        }
        left
    }

    /// Keeps the nearer of two promised dates; the other one, if there is one.
    fn promise(&mut self, other: Option<&FollowUp>) -> Option<String> {
        let theirs = other?;
        let ours = self.follow_up.take();
        let (kept, left) = match ours {
            Some(ours) if when(&ours) == when(theirs) => (ours, None),
            Some(ours) if when(&ours) < when(theirs) => (ours, Some(shown(theirs))),
            ours => {
                let sequence = u32::try_from(self.revision).unwrap_or(u32::MAX);
                (FollowUp { sequence, ..theirs.clone() }, ours.as_ref().map(shown))
            }
        };
        self.follow_up = Some(kept);
        left
    }
}

/// Fills an empty field; another value than its own is left.
fn fill<T: Clone + std::fmt::Display>(
    ours: &mut Option<T>,
    theirs: Option<&T>,
    is_same: impl Fn(&T, &T) -> bool,
    field: &str,
    left: &mut Vec<String>,
) {
    match (&*ours, theirs) {
        (None, theirs) => *ours = theirs.cloned(),
        (Some(own), Some(other)) if !is_same(own, other) => left.push(format!("{field} {other}")),
        _ => {}
    }
}

/// A date without a time is the whole day, and comes after every time in it.
fn when(follow_up: &FollowUp) -> (Date, Time) {
    (follow_up.date, follow_up.time.unwrap_or(Time::MAX))
}

fn shown(follow_up: &FollowUp) -> String {
    let time = follow_up.time.map(|time| time.strftime(" %H:%M").to_string());
    format!("{}{}", follow_up.date, time.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::phone;
    use crate::domain::pipeline::preset;
    use crate::domain::user::Login;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn blank(pipeline: &Pipeline) -> Lead {
        Lead {
            id: 1,
            revision: 1,
            pipeline: pipeline.id.clone(),
            stage: pipeline.initial.clone(),
            name: "Kim Lee".to_owned(),
            company: None,
            email: None,
            phone: None,
            address: None,
            source: None,
            tags: Vec::new(),
            fields: Default::default(),
            value: None,
            owner: None,
            claim: None,
            follow_up: None,
            last_contacted_at: None,
            converted_at: None,
            customer: None,
            created_at: NOW,
            created_by: Login("kim".to_owned()),
            changed_at: NOW,
            trashed_at: None,
            merged_into: None,
            merged_from: Vec::new(),
            import: None,
            staged: false,
            unknown: Default::default(),
        }
    }

    fn due(date: &str, time: Option<&str>) -> Option<FollowUp> {
        let time = time.map(|time| time.parse().unwrap());
        Some(FollowUp { date: date.parse().unwrap(), time, zone: None, set_at: Timestamp::MIN, sequence: 3 })
    }

    #[test]
    fn a5_empty_fields_are_filled_and_other_values_named() {
        let agency = preset("agency").unwrap();
        let pipeline = agency.pipeline();
        let mut into = Lead { email: Some("Kim@acme.example".to_owned()), ..blank(&pipeline) };
        into.fields.insert("colour".to_owned(), "red".to_owned());
        into.tags = vec!["VIP".to_owned()];
        let mut from = Lead {
            name: "K. Lee".to_owned(),
            email: Some("kim@ACME.example".to_owned()),
            company: Some("Acme".to_owned()),
            phone: phone::parse("030 1234567", Some("DE")).ok(),
            source: Some("referral".to_owned()),
            ..blank(&pipeline)
        };
        from.fields.insert("colour".to_owned(), "blue".to_owned());
        from.fields.insert("size".to_owned(), "8".to_owned());
        from.tags = vec!["vip".to_owned(), "hot".to_owned()];
        assert_eq!(into.take_in(&from, &pipeline), ["name K. Lee", "colour=blue"]);
        assert_eq!(into.name, "Kim Lee");
        assert_eq!(into.email.as_deref(), Some("Kim@acme.example"));
        assert_eq!((into.company.as_deref(), into.source.as_deref()), (Some("Acme"), Some("Referral")));
        assert_eq!(into.phone, from.phone);
        assert_eq!(into.tags, ["VIP", "hot"]);
        assert_eq!(into.fields.len(), 2);
        let again = Lead {
            source: Some("Neighbour".to_owned()),
            phone: phone::parse("030 999", Some("DE")).ok(),
            ..blank(&pipeline)
        };
        assert_eq!(into.take_in(&again, &pipeline), ["phone 030 999", "source Neighbour"]);
    }

    #[test]
    fn l4_the_nearer_promise_is_kept_and_the_other_named() {
        let mini = preset("mini").unwrap();
        let pipeline = mini.pipeline();
        let (near, far) = (due("2026-11-24", None), due("2026-12-01", Some("15:00")));
        let early = due("2026-11-24", Some("09:00"));
        for (ours, theirs, kept, left, is_own) in [
            (&None, &near, &near, None, false),
            (&near, &None, &near, None, true),
            (&near, &near, &near, None, true),
            (&near, &far, &near, Some("follow-up 2026-12-01 15:00"), true),
            (&far, &near, &near, Some("follow-up 2026-12-01 15:00"), false),
            (&near, &early, &early, Some("follow-up 2026-11-24"), false),
        ] {
            let mut into = Lead { follow_up: ours.clone(), ..blank(&pipeline) };
            let from = Lead { follow_up: theirs.clone(), ..blank(&pipeline) };
            let said = into.take_in(&from, &pipeline);
            assert_eq!(said, left.into_iter().collect::<Vec<_>>(), "{ours:?} {theirs:?}");
            let now = into.follow_up.unwrap();
            let kept = kept.clone().unwrap();
            assert_eq!((now.date, now.time), (kept.date, kept.time));
            assert_eq!(now.sequence == 3, is_own, "{ours:?} {theirs:?}");
        }
    }
}
