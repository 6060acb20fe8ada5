//! What the doctor finds: a line for each thing that was looked at, with the command that mends it.
//!
//! The writer keeps still meanwhile. What can be rebuilt is set right when that is asked for; nothing
//! else is changed.

use std::fs;
use std::ops::ControlFlow;

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::state::mail_counts;
use super::{Desk, Sink};
use crate::config;
use crate::domain::capability::Capability;
use crate::domain::health::Ailment;
use crate::domain::view::{Diagnosis, Row};
use crate::doorway;
use crate::engine::backup::{daily, unsettled};
use crate::engine::halt::Halt;
use crate::engine::mail::{FOLDER, bytes_path};
use crate::store::{
    Difference, Key, StoreFault, Table, Typed as _, check_row, copy_out, outgrown, reindex, repair, to_hex,
    verify,
};
use crate::template::Templates;

/// What brings a store back whose records are damaged.
const RESTORE: &str = "lead --store NEWDIR backup restore FILE";

/// What was found in one place: what is wrong with it, and the command that mends it, or that all is
/// well.
type Found = Result<String, (String, Option<String>)>;

/// Looks in one place.
type Check<'a> = &'a dyn Fn() -> Result<Found, Halt>;

/// Looks at the store, the history, the policy's file, the mail and the backups; for those without
/// `admin` at what they see and at the timed work.
pub(super) fn doctor(desk: &Desk<'_>, mend: bool, sink: &mut Sink<'_>) -> Result<(), Halt> {
    let own: [(&str, Check<'_>); 3] =
        [("you", &|| Ok(sight(desk))), ("daemon", &|| daemon(desk)), ("mail", &|| mail(desk))];
    let all: [(&str, Check<'_>); 10] = [
        ("store", &|| records(desk)),
        ("history", &|| history(desk)),
        ("indexes", &|| indexes(desk, mend)),
        ("lead.toml", &|| policy(desk)),
        ("templates", &|| Ok(templates(desk))),
        ("people", &|| people(desk)),
        ("daemon", &|| daemon(desk)),
        ("mail", &|| mail(desk)),
        ("outbox", &|| outbox(desk)),
        ("backups", &|| backups(desk)),
    ];
    let places = if desk.scope.may(Capability::Admin) { &all[..] } else { &own[..] };
    for (place, look) in places {
        let found = match look() {
            // A row that cannot be read is a finding; a disk that cannot be read is a fault.
            Err(Halt::Fault(fault @ StoreFault::Damaged { .. })) => {
                Err((fault.to_string(), Some(RESTORE.to_owned())))
            }
            found => found?,
        };
        let (good, finding, mend) = match found {
            Ok(finding) => (true, finding, None),
            Err((finding, mend)) => (false, finding, mend),
        };
        if !sink(Row::Diagnosis(Diagnosis { place: (*place).to_owned(), good, finding, mend })) {
            break;
        }
    }
    Ok(())
}

/// What the caller sees, and how to see more (A13).
fn sight(desk: &Desk<'_>) -> Found {
    let (who, role) = (desk.scope.actor(), desk.scope.user().map_or("", |user| user.role.as_str()));
    let seen = Capability::sight(|one| desk.scope.may(one));
    let more = if desk.scope.may(Capability::ViewAll) {
        String::new()
    } else {
        format!("; someone with `admin` shows you all by `lead user grant {who} view-all`")
    };
    Ok(format!("{who}, {role}: you see {seen}{more}"))
}

fn records(desk: &Desk<'_>) -> Result<Found, Halt> {
    let (mut rows, mut bad, mut first, mut bytes) = (0_u64, 0_u64, None, 0);
    let store = &*desk.inner.store;
    copy_out(store, &mut |table, key, value| {
        rows += 1;
        bytes += (key.len() + value.len()) as u64;
        if let Err(fault) = check_row(table, key, value) {
            bad += 1;
            first.get_or_insert(fault.to_string());
        }
        Ok::<(), StoreFault>(())
    })?;
    for table in [Table::Index, Table::Count] {
        store.scan(&Key::new().span(table), &mut |key, value| {
            bytes += (key.len() + value.len()) as u64;
            Ok(ControlFlow::Continue(()))
        })?;
    }
    Ok(match (first, outgrown(&desk.inner.dir, bytes)?) {
        (None, None) => Ok(format!("{rows} records, all of them readable")),
        (None, Some(length)) => Err((
            format!("{rows} records in {} MiB, and a file of {} MiB", bytes >> 20, length >> 20),
            Some("lead doctor --compact".to_owned()),
        )),
        (Some(first), _) => Err((format!("{bad} of {rows} records: {first}"), Some(RESTORE.to_owned()))),
    })
}

fn history(desk: &Desk<'_>) -> Result<Found, Halt> {
    let breaks = verify(&*desk.inner.store)?;
    Ok(match breaks.first() {
        None => Ok(format!("{} activities, chained and whole", desk.inner.store.head()?.seq)),
        Some(first) => Err((
            format!("{} breaks, the first at {}: {:?}", breaks.len(), first.seq, first.how),
            Some("lead history".to_owned()),
        )),
    })
}

fn indexes(desk: &Desk<'_>, mend: bool) -> Result<Found, Halt> {
    let store = &*desk.inner.store;
    let first = reindex(store)?;
    let differ = |difference: &Difference| {
        format!("{} entries and {} counters", difference.entries, difference.counts.len())
    };
    if first.is_none() {
        return Ok(Ok("agree with the records".to_owned()));
    }
    let wrong = format!("{} differ from the records", differ(&first));
    if !mend {
        return Ok(Err((wrong, Some("lead doctor --reindex".to_owned()))));
    }
    let said = differ(&first);
    let mut left = first;
    while !left.is_none() {
        repair(store, &left)?;
        let next = reindex(store)?;
        if (next.entries, next.counts.len()) >= (left.entries, left.counts.len()) {
            return Ok(Err((wrong, Some(RESTORE.to_owned()))));
        }
        left = next;
    }
    store.sync()?;
    Ok(Ok(format!("{said} were set right")))
}

/// What a daemon could not start by is told while one still runs.
fn policy(desk: &Desk<'_>) -> Result<Found, Halt> {
    let policy = match config::read(&desk.inner.dir) {
        Ok(policy) => policy,
        Err(fault) => return Ok(Err((fault.to_string(), Some("lead config path".to_owned())))),
    };
    let mut wrong: Vec<String> = Vec::new();
    wrong.extend(doorway::check_group(policy.team.group.as_deref()).err().map(|fault| fault.to_string()));
    wrong.extend(desk.inner.policy_flaws(desk.now)?);
    Ok(match wrong.is_empty() {
        true => Ok("can be read".to_owned()),
        false => Err((wrong.join("; "), Some("lead config path".to_owned()))),
    })
}

/// A broken one stops only the mail that needs it (O4); who runs the firm is told here.
fn templates(desk: &Desk<'_>) -> Found {
    let made = Templates::of(&desk.office.policy.mail, &desk.inner.dir);
    let faults: Vec<_> = made.faults().iter().map(ToString::to_string).collect();
    match (faults.is_empty(), made.own()) {
        (true, 0) => Ok("built in".to_owned()),
        (true, own) => Ok(format!("{own} of the firm's own, in order")),
        (false, _) => Err((faults.join("; "), Some("lead config templates NEWDIR".to_owned()))),
    }
}

fn people(desk: &Desk<'_>) -> Result<Found, Halt> {
    let people = desk.office.people.values();
    let silent: Vec<&str> = people
        .filter(|user| user.email.is_none() && user.disabled_at.is_none())
        .map(|user| user.login.as_str())
        .collect();
    if silent.is_empty() {
        let count = desk.office.people.len();
        let users = if count == 1 { "user" } else { "users, each" };
        return Ok(Ok(format!("{count} {users} with a mail address")));
    }
    let found = format!("without a mail address: {}", silent.join(", "));
    Ok(Err((found, Some("lead user edit USER --email ADDRESS".to_owned()))))
}

/// Whether the timed work is done: by a daemon, or by the job that stands in for it.
fn daemon(desk: &Desk<'_>) -> Result<Found, Halt> {
    let health = desk.inner.health();
    let Some(swept_at) = health.swept_at else {
        return Ok(Ok("no sweep yet; `leadd` does them".to_owned()));
    };
    let swept = format!("last swept {}", stamp(desk, swept_at));
    // When something is due tells of the lead that it is about.
    let sees_all = desk.scope.may(Capability::ViewAll);
    if let Some(Ailment::Unswept { due_at, .. }) = desk.inner.ailment(false, desk.now)? {
        let due = if sees_all { format!(", {}", stamp(desk, due_at)) } else { String::new() };
        return Ok(Err((format!("{swept}, and not since the next was due{due}"), Some("leadd".to_owned()))));
    }
    let next = health.next_at.filter(|_| sees_all);
    let next = next.map_or_else(String::new, |at| format!(", next due {}", stamp(desk, at)));
    Ok(Ok(format!("{swept}{next}")))
}

fn mail(desk: &Desk<'_>) -> Result<Found, Halt> {
    let mail = mail_counts(desk)?;
    let relay = desk.inner.health().relay;
    let mut found = format!("{} waiting", mail.waiting);
    if let Some(since) = mail.waiting_since {
        found += &format!(" since {}", stamp(desk, since));
    }
    let is_late = matches!(desk.inner.ailment(true, desk.now)?, Some(Ailment::Unsent { .. }));
    if mail.failed + mail.unknown == 0 && mail.said.is_none() && relay.is_none() && !is_late {
        return Ok(Ok(format!("{found}, none failed")));
    }
    found += &format!(", {} failed, {} of unknown fate", mail.failed, mail.unknown);
    let mend = match (relay, mail.said) {
        (Some(relay), _) => {
            found += &format!("; the relay is at fault since {}: {}", stamp(desk, relay.since), relay.said);
            "leadd check"
        }
        (None, said) => {
            found += &said.map_or_else(String::new, |said| format!("; the last try: {said}"));
            "lead outbox list"
        }
    };
    Ok(Err((found, Some(mend.to_owned()))))
}

/// An instant as the caller reads clocks.
fn stamp(desk: &Desk<'_>, at: Timestamp) -> String {
    at.to_zoned(desk.scope.zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// The bytes of mails: those that may still be sent must be there as they were fixed, and no others
/// are kept than those of mails that are known.
fn outbox(desk: &Desk<'_>) -> Result<Found, Halt> {
    let (store, dir) = (&*desk.inner.store, &desk.inner.dir);
    let fixed = unsettled(store)?;
    for (mail, hash) in &fixed {
        let wrong = match fs::read(bytes_path(dir, *mail)) {
            Ok(bytes) if to_hex(&Sha256::digest(&bytes)) == *hash => continue,
            Ok(_) => "is not as it was fixed".to_owned(),
            Err(fault) => format!("cannot be read: {fault}"),
        };
        let found = format!("{FOLDER}/{mail}.eml {wrong}");
        return Ok(Err((found, Some(format!("lead outbox show {mail}")))));
    }
    let mut strays = Vec::new();
    for entry in fs::read_dir(dir.join(FOLDER)).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let stem = name.strip_suffix(".eml").or_else(|| name.strip_suffix(".part"));
        let mail = stem.and_then(|id| id.parse().ok()).map(|id| store.mail(id)).transpose()?.flatten();
        if mail.is_none() {
            strays.push(name);
        }
    }
    strays.sort();
    Ok(match strays.first() {
        None => Ok(format!("fixed texts: {}, none of them changed", fixed.len())),
        Some(first) => {
            let found = format!("{} files of no mail in {FOLDER}/, the first `{first}`", strays.len());
            Err((found, Some("leadd --once".to_owned())))
        }
    })
}

fn backups(desk: &Desk<'_>) -> Result<Found, Halt> {
    let dir = &desk.inner.dir;
    if let Some(said) = daily::failure(dir) {
        return Ok(Err((format!("the last one failed: {said}"), Some("lead backup create FILE".to_owned()))));
    }
    let dates = daily::dates(&daily::folder(dir, &desk.office.policy));
    Ok(Ok(match dates.last() {
        None => "none yet; leadd makes one a day".to_owned(),
        Some(last) => format!("{} kept, the last of {last}", dates.len()),
    }))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::reply::Outcome;
    use crate::domain::request::{Call, Caller, Look};
    use crate::engine::{Engine, Setup};
    use crate::store::{Finish, Index, Key, Table};

    fn findings(engine: &Engine, mend: bool) -> Vec<Diagnosis> {
        let call = Call { caller: Caller::Account("boss".to_owned()), as_user: None };
        let mut found = Vec::new();
        let outcome = engine.read(
            &call,
            &Look::Doctor { reindex: mend, whole: true },
            Timestamp::UNIX_EPOCH,
            &mut |row| {
                if let Row::Diagnosis(one) = row {
                    found.push(one);
                }
                true
            },
        );
        assert!(matches!(outcome, Outcome::Ok(_)), "{outcome:?}");
        found
    }

    fn bad(engine: &Engine, mend: bool) -> Vec<String> {
        let found = findings(engine, mend).into_iter().filter(|one| !one.good);
        found
            .map(|one| format!("{}: {} ({})", one.place, one.finding, one.mend.unwrap_or_default()))
            .collect()
    }

    fn office(dir: &tempfile::TempDir) -> Engine {
        let setup = Setup { account: "boss".to_owned(), host: "acme.example".to_owned(), ..Setup::default() };
        Engine::create(&dir.path().join("store"), &setup, Timestamp::UNIX_EPOCH, 1 << 20).expect("a store")
    }

    fn put(engine: &Engine, table: Table, key: &Key, value: Option<&[u8]>) {
        let put = engine.inner.store.transact(&mut |txn| {
            match value {
                Some(value) => txn.put(table, key.bytes(), value)?,
                None => txn.delete(table, key.bytes())?,
            }
            Ok(Finish::Commit)
        });
        put.expect("written");
    }

    #[test]
    fn indexes_and_counters_are_set_right_when_that_is_asked_for() {
        let dir = tempfile::tempdir().expect("a folder");
        let engine = office(&dir);
        assert_eq!(bad(&engine, false), Vec::<String>::new());
        put(&engine, Table::Index, &Key::index(Index::UserAccount).text("boss").text("boss"), None);
        put(&engine, Table::Index, &Key::index(Index::LeadTrashed).number(7), Some(&[]));
        put(&engine, Table::Count, &Key::new().text("p").text("s"), Some(&[1, 7]));
        let wrong = "indexes: 2 entries and 1 counters differ from the records (lead doctor --reindex)";
        assert_eq!(bad(&engine, false), [wrong]);
        assert_eq!(bad(&engine, false), [wrong], "a look alone changes nothing");
        assert_eq!(bad(&engine, true), Vec::<String>::new());
        assert_eq!(findings(&engine, false)[2].finding, "agree with the records");
    }

    /// N7: what cannot be read is named, and nothing is written to mend it.
    #[test]
    fn n7_a_damaged_record_and_a_broken_chain_are_named() {
        let dir = tempfile::tempdir().expect("a folder");
        let engine = office(&dir);
        let other = b"\x01\x82\xa4salt\xa1x\xa5edits\x90";
        put(&engine, Table::Content, &Key::new().number(2), Some(other));
        assert_eq!(bad(&engine, false), ["history: 1 breaks, the first at 2: Digest (lead history)"]);
        put(&engine, Table::Lead, &Key::new().number(3), Some(&[9, 9]));
        let found = bad(&engine, true);
        assert!(
            found[0].starts_with("store: 1 of 11 records: Lead 0000000000000003 cannot be read"),
            "{found:?}"
        );
        assert!(found.iter().any(|one| one.starts_with("indexes: Lead 0000000000000003")), "{found:?}");
    }
}
