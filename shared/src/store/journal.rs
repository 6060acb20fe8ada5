//! The end of the history: where changes get their numbers and activities their chain (N7).
//!
//! A header and its content stand under separate keys, so that a purge can erase the content and
//! the chain still holds. Only [`append`] writes here; [`verify`] walks what it wrote, for
//! `lead doctor`. Both hash what [`header_bytes`] defines, for ever.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::typed::{Typed, TypedTxn, request_key, write};
use super::{Key, StoreFault, Table, Txn, codec};
use crate::domain::activity::{Activity, Change, Draft};
use crate::domain::capability::Capability;
use crate::domain::user::Login;

mod verify;

pub use verify::{Break, Breakage, Walk, verify};

/// Where the history ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// The number of the last change; 0 before the first.
    pub change: u64,
    /// The sequence of the last activity; 0 before the first.
    pub seq: u64,
    /// The hash of the last activity, in hex; 64 zeros before the first.
    pub hash: String,
}

impl Head {
    /// Its key in [`Table::Meta`].
    pub(super) fn key() -> Key {
        Key::new().text("head")
    }
}

impl Default for Head {
    fn default() -> Self {
        Self { change: 0, seq: 0, hash: "0".repeat(64) }
    }
}

/// A change as the engine hands it in; numbers, salts and hashes are the store's.
#[derive(Clone, Debug, PartialEq)]
pub struct NewChange {
    /// The request that asked for it.
    pub request: String,
    /// Who.
    pub actor: Login,
    /// The real user, when one acted with another's rights (U2).
    pub via: Option<Login>,
    /// When.
    pub at: Timestamp,
    /// The verb, as typed on the command line.
    pub verb: String,
    /// The capability it needed.
    pub needs: Option<Capability>,
    /// The change it undoes.
    pub undoes: Option<u64>,
    /// What is answered, without personal data.
    pub answer: Value,
    /// Its activities, in order.
    pub drafts: Vec<Draft>,
}

/// Writes a change behind the last one and moves the head.
pub(super) fn append(txn: &mut (impl Txn + ?Sized), new: NewChange) -> Result<Change, StoreFault> {
    let mut head = txn.head()?;
    let change = Change {
        number: head.change + 1,
        request: new.request,
        actor: new.actor,
        via: new.via,
        at: new.at,
        verb: new.verb,
        needs: new.needs,
        first_seq: head.seq + 1,
        activities: new.drafts.len() as u64,
        undoes: new.undoes,
        answer: new.answer,
    };
    for draft in new.drafts {
        append_activity(txn, &mut head, &change, draft)?;
    }
    head.change = change.number;
    write(txn, Table::Request, &request_key(&change.actor, &change.request), &change.number)?;
    txn.save(&change)?;
    write(txn, Table::Meta, &Head::key(), &head)?;
    Ok(change)
}

fn append_activity(
    txn: &mut (impl Txn + ?Sized),
    head: &mut Head,
    change: &Change,
    draft: Draft,
) -> Result<(), StoreFault> {
    let seq = head.seq + 1;
    let key = Key::new().number(seq);
    let mut content = draft.content;
    content.salt = random()?;
    let bytes = codec::encode(|| format!("content/{seq}"), &content)?;
    txn.put(Table::Content, key.bytes(), &bytes)?;
    let (from, to) = draft.stages.map_or((None, None), |(from, to)| (from, Some(to)));
    let mut activity = Activity {
        seq,
        change: change.number,
        at: draft.at,
        actor: draft.actor,
        via: change.via.clone(),
        lead: draft.lead,
        customer: draft.customer,
        event: draft.event,
        action: draft.action,
        from,
        to,
        undoes: change.undoes,
        digest: codec::hex(&Sha256::digest(&bytes)),
        hash: String::new(),
    };
    activity.hash = chained(&head.hash, &activity);
    txn.save(&activity)?;
    head.seq = seq;
    head.hash = activity.hash;
    Ok(())
}

/// The hash, in hex, of a header behind an entry with the hash `before`: SHA-256 over the 64 ASCII
/// characters of `before`, then [`header_bytes`].
fn chained(before: &str, activity: &Activity) -> String {
    let hash = Sha256::new().chain_update(before).chain_update(header_bytes(activity)).finalize();
    codec::hex(&hash)
}

/// The bytes of a header that its hash is made over. They must never change: a history written
/// today is verified by every later version.
///
/// The line `lead activity 1\n`, then the fields in this order: `seq`, `change`, `at`, `actor`,
/// `via`, `lead`, `customer`, `event`, `action`, `from`, `to`, `digest`. An absent field is the byte
/// 0. A present one is the byte 1, its length in bytes as eight bytes big-endian, and the field:
/// numbers as ASCII decimals, `at` as decimal nanoseconds since 1970-01-01 UTC, the event by the
/// name scripts see, the rest as UTF-8. Behind them stands `undoes` where it is present, else nothing.
fn header_bytes(activity: &Activity) -> Vec<u8> {
    let mut bytes = b"lead activity 1\n".to_vec();
    let number = |number: Option<u64>| number.map(|number| number.to_string());
    let fields = [
        number(Some(activity.seq)),
        number(Some(activity.change)),
        Some(activity.at.as_nanosecond().to_string()),
        Some(activity.actor.to_string()),
        activity.via.as_ref().map(Login::to_string),
        number(activity.lead),
        number(activity.customer),
        Some(activity.event.name()),
        activity.action.clone(),
        activity.from.as_ref().map(ToString::to_string),
        activity.to.as_ref().map(ToString::to_string),
        Some(activity.digest.clone()),
    ];
    let behind = number(activity.undoes).map(Some);
    for field in fields.into_iter().chain(behind) {
        match field {
            None => bytes.push(0),
            Some(text) => {
                bytes.push(1);
                bytes.extend((text.len() as u64).to_be_bytes());
                bytes.extend(text.into_bytes());
            }
        }
    }
    bytes
}

/// Sixteen random bytes in hex.
pub fn random() -> Result<String, StoreFault> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|fault| StoreFault::Database(format!("no random bytes: {fault}")))?;
    Ok(codec::hex(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::activity::Event;
    use crate::domain::pipeline::StageId;

    fn activity() -> Activity {
        Activity {
            seq: 7,
            change: 3,
            at: "2026-11-22T14:03:00.5Z".parse().expect("an instant"),
            actor: Login("kim".to_owned()),
            via: None,
            lead: Some(12),
            customer: None,
            event: Event::LeadStatusTransition,
            action: Some("mark-won".to_owned()),
            from: Some(StageId::new("é")),
            to: None,
            undoes: None,
            digest: "ab".to_owned(),
            hash: String::new(),
        }
    }

    /// N7: the encoding is frozen; when this fails, every history written so far is orphaned.
    #[test]
    fn n7_the_bytes_under_a_hash_are_frozen() {
        let text = |text: &str| [&[1, 0, 0, 0, 0, 0, 0, 0, text.len() as u8], text.as_bytes()].concat();
        let expected = [
            b"lead activity 1\n".to_vec(),
            text("7"),
            text("3"),
            text("1795356180500000000"),
            text("kim"),
            vec![0],
            text("12"),
            vec![0],
            text("lead_status_transition"),
            text("mark-won"),
            text("é"),
            vec![0],
            text("ab"),
        ];
        assert_eq!(header_bytes(&activity()), expected.concat());
        let undo = Activity { undoes: Some(2), ..activity() };
        assert_eq!(header_bytes(&undo), [expected.concat(), text("2")].concat());
        assert_eq!(
            chained(&Head::default().hash, &activity()),
            codec::hex(&Sha256::digest([&[b'0'; 64], &expected.concat()[..]].concat()))
        );
    }

    #[test]
    fn salts_differ() {
        let (one, other) = (random().expect("random"), random().expect("random"));
        assert_eq!(one.len(), 32);
        assert_ne!(one, other);
    }
}
