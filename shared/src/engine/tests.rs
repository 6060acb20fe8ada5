//! The model (design.md §8.2): random calls of several people over a moving clock, with crashes
//! among them, and after each of them what must hold.
//!
//! A crash is the folder as it is at that moment, copied and opened elsewhere, as after a kill. What
//! is known of the rules here is read from the pipeline's file and the history, not from the engine.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use serde_json::Value;

use super::{Engine, Setup};
use crate::domain::activity::{Activity, Edit, Event};
use crate::domain::claim::Claim;
use crate::domain::customer::{Appointment, Customer, Deal};
use crate::domain::lead::Lead;
use crate::domain::notice::{Mail, Notice};
use crate::domain::pipeline::{Enter, Pipeline, Preset, StageId, presets};
use crate::domain::reply::Outcome;
use crate::domain::request::{
    Ask, Call, Caller, Conversion, Deed, LeadRef, NewLead, NewUser, OnDuplicate, Request, UserEdit, Which,
};
use crate::store::{Record, Typed, TypedStore, reindex, verify};

const PEOPLE: [&str; 4] = ["boss", "sam", "ida", "eve"];
const START: &str = "2026-11-22T08:00:00Z";
const CACHE: u64 = 1 << 20;

/// A firm, its clock, and what was asked last.
struct Firm {
    root: tempfile::TempDir,
    crashes: u32,
    engine: Option<Engine>,
    pipeline: Pipeline,
    now: Timestamp,
    asked: u32,
    last: Option<(Call, Ask, Timestamp, Outcome)>,
}

impl Firm {
    fn new(preset: &Preset) -> Self {
        let setup = Setup {
            account: PEOPLE[0].to_owned(),
            host: "acme.example".to_owned(),
            pipeline: Some(preset.id.to_owned()),
            settings: [("team.zone", "Europe/Berlin"), ("team.country", "DE")]
                .map(|(key, value)| (key.to_owned(), value.to_owned()))
                .to_vec(),
            ..Setup::default()
        };
        let (root, now) = (tempfile::tempdir().expect("a folder"), START.parse().expect("an instant"));
        let engine = Engine::create(&root.path().join("0"), &setup, now, CACHE).expect("a store");
        let pipeline = preset.pipeline();
        let mut firm = Self { root, crashes: 0, engine: Some(engine), pipeline, now, asked: 0, last: None };
        for (login, role) in [(PEOPLE[1], "sales"), (PEOPLE[2], "sales"), (PEOPLE[3], "manager")] {
            let values = UserEdit {
                email: Some(format!("{login}@acme.example")),
                role: Some(role.to_owned()),
                account: Some(login.to_owned()),
                ..UserEdit::default()
            };
            firm.ask(0, Request::AddUser(Box::new(NewUser { login: login.to_owned(), values })));
        }
        firm
    }

    fn engine(&self) -> &Engine {
        self.engine.as_ref().expect("it is open but for a moment")
    }

    fn dir(&self) -> PathBuf {
        self.root.path().join(self.crashes.to_string())
    }

    fn head(&self) -> u64 {
        self.engine().inner.store.head().expect("a head").change
    }

    fn ask(&mut self, who: usize, request: Request) {
        self.asked += 1;
        let ask = Ask {
            id: format!("ask-{}", self.asked),
            request,
            dry_run: false,
            if_revision: None,
            want_views: false,
        };
        let call = Call { caller: Caller::Account(PEOPLE[who].to_owned()), as_user: None };
        let before = self.head();
        let outcome = self.engine().handle(call.clone(), ask.clone(), self.now);
        assert!(!matches!(outcome, Outcome::Fault(_)), "{ask:?}: {outcome:?}");
        if matches!(outcome, Outcome::Refused(_)) {
            assert_eq!(self.head(), before, "refused and written: {ask:?}");
        }
        self.last = Some((call, ask, self.now, outcome));
    }

    /// The same request once more: nothing is done, and what was done is answered again.
    fn repeat(&self) {
        let Some((call, ask, at, outcome)) = &self.last else { return };
        let done = |request: &str| {
            let mut by = None;
            for number in 1..=self.head() {
                let change = self.engine().inner.store.change(number).expect("reads").expect("no gap");
                by = by.or((change.request == request).then_some(number));
            }
            by
        };
        let before = (self.head(), done(&ask.id));
        if before.1.is_none() {
            return;
        }
        let again = self.engine().handle(call.clone(), ask.clone(), *at);
        assert_eq!((self.head(), done(&ask.id)), before, "done twice: {ask:?}");
        let said = |outcome: &Outcome| serde_json::to_value(outcome).expect("an outcome is JSON");
        let same = said(&again)["Ok"].as_object().map(|reply| reply.keys().cloned().collect::<Vec<_>>());
        let first = said(outcome)["Ok"].as_object().map(|reply| reply.keys().cloned().collect::<Vec<_>>());
        assert_eq!(same, first, "another answer to {ask:?}");
    }

    fn crash(&mut self) {
        let (from, before) = (self.dir(), self.head());
        self.crashes += 1;
        copy(&from, &self.dir());
        drop(self.engine.take());
        fs::remove_dir_all(from).expect("ours");
        self.open();
        assert_eq!(self.head(), before, "lost by a crash");
    }

    fn open(&mut self) {
        self.engine = Some(Engine::open(&self.dir(), CACHE).expect("it opens"));
    }

    fn all<R: Record>(&self) -> Vec<R> {
        let mut all = Vec::new();
        let mut visit = |record| {
            all.push(record);
            Ok(ControlFlow::Continue(()))
        };
        self.engine().inner.store.all::<R>(&mut visit).expect("the store reads");
        all
    }

    /// What must hold at any time.
    fn is_sound(&self) {
        let store = &*self.engine().inner.store;
        assert_eq!(verify(store).expect("a history"), [], "the chain");
        assert!(reindex(store).expect("indexes").is_none(), "the indexes are not those of a rebuild");
        self.notices_are_once();
        self.records_are_their_history();
    }

    /// O1: a cause is told once: its notice is in one mail that is not cancelled, and in its own.
    fn notices_are_once(&self) {
        let mut told = BTreeSet::new();
        for mail in self.all::<Mail>() {
            for key in mail.notices {
                assert!(told.insert(key.clone()), "{key} is in two mails");
            }
        }
        for notice in self.all::<Notice>() {
            assert!(told.contains(&notice.key), "{} is in no mail", notice.key);
        }
    }

    /// L5, A8, P1: the history has no gap and tells every record as it stands; each claim began when
    /// there was none, and each step was one of the pipeline's.
    fn records_are_their_history(&self) {
        let store = &*self.engine().inner.store;
        let mut told: BTreeMap<(String, String), Value> = BTreeMap::new();
        for (seq, activity) in (1..).zip(self.all::<Activity>()) {
            assert_eq!(activity.seq, seq, "a gap");
            let change = store.change(activity.change).expect("reads").expect("its change");
            if activity.event == Event::LeadStatusTransition && change.undoes.is_none() {
                self.is_legal(&activity);
            }
            for edit in store.content(seq).expect("reads").expect("not purged").edits {
                if edit.field == "claim" {
                    held_till_its_end(&edit, activity.event, change.at);
                }
                let now = told.insert((edit.record.clone(), edit.field.clone()), edit.after.clone());
                assert_eq!(now.unwrap_or(Value::Null), edit.before, "{edit:?} in change {}", change.number);
            }
        }
        let mut stand = BTreeMap::new();
        self.fields::<Lead>(&mut stand);
        self.fields::<Customer>(&mut stand);
        self.fields::<Deal>(&mut stand);
        self.fields::<Appointment>(&mut stand);
        told.retain(|(record, _), value| !record.starts_with("user/") && !is_nothing(value));
        assert_eq!(told, stand, "the records are not what the history tells");
    }

    fn fields<R: Record + serde::Serialize>(&self, into: &mut BTreeMap<(String, String), Value>) {
        for record in self.all::<R>() {
            let value = serde_json::to_value(&record).expect("a record is JSON");
            for (field, value) in value.as_object().expect("with fields") {
                match (field.as_str(), value) {
                    ("id" | "revision" | "changed_at", _) => {}
                    ("fields", Value::Object(free)) => into.extend(
                        free.iter()
                            .map(|(key, value)| ((record.name(), format!("fields.{key}")), value.clone())),
                    ),
                    _ if is_nothing(value) => {}
                    _ => drop(into.insert((record.name(), field.clone()), value.clone())),
                }
            }
        }
    }

    fn is_legal(&self, activity: &Activity) {
        let (Some(from), Some(to)) = (&activity.from, &activity.to) else {
            panic!("a step without its ends: {activity:?}")
        };
        let stage =
            |id: &StageId| self.pipeline.stages.iter().find(|stage| stage.id == *id).expect("a stage");
        let step = self.pipeline.transitions.iter().any(|one| one.from.contains(from) && one.to.contains(to));
        assert!(step && !stage(from).is_final, "no step leads there: {activity:?}");
        let is_conversion = activity.action.as_deref() == Some("convert");
        assert!(stage(to).enter == Enter::Any || is_conversion, "entered without converting: {activity:?}");
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(values) => values.is_empty(),
        Value::Object(values) => values.is_empty(),
        _ => false,
    }
}

/// A claim is over for want of time, or given to another, only when its time is over.
fn held_till_its_end(edit: &Edit, event: Event, now: Timestamp) {
    let claim = |value: &Value| serde_json::from_value::<Option<Claim>>(value.clone()).expect("a claim");
    let Some(held) = claim(&edit.before) else { return };
    let is_anothers = claim(&edit.after).is_some_and(|new| new.by != held.by);
    if event == Event::ClaimLapsed || is_anothers {
        assert!(held.until <= now, "{held:?} was live at {now}: {edit:?}");
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("ours");
    for entry in fs::read_dir(from).expect("listed") {
        let path = entry.expect("listed").path();
        let to = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(&path, to).expect("copied");
        }
    }
}

/// A request of some kind about some lead.
fn request(pipeline: &Pipeline, kind: u8, lead: u64, which: usize) -> Request {
    let one = |deed| Request::Work { leads: Which::These(vec![LeadRef::Number(lead)]), deed, atomic: false };
    let stage = pipeline.stages[which % pipeline.stages.len()].id.as_str().to_owned();
    let email = format!("{}@x.example", ["kim", "ada", "joe"][which % 3]);
    match kind {
        0..=2 => Request::Add(Box::new(NewLead {
            name: format!("Kim {which}"),
            email: Some(email),
            source: Some("Referral".to_owned()),
            owner: (which.is_multiple_of(4)).then(|| "me".to_owned()),
            follow_up: (which.is_multiple_of(3)).then(|| "tomorrow".to_owned()),
            stage: Some(pipeline.initial.as_str().to_owned()),
            on_duplicate: Some([OnDuplicate::Keep, OnDuplicate::Merge, OnDuplicate::Fail][which % 3]),
            ..NewLead::default()
        })),
        3..=5 => one(Deed::Claim),
        6 => Request::ClaimNext,
        7 => one(Deed::Own),
        8 => one(Deed::Release),
        9 => one(Deed::Assign { to: ["me", "none", PEOPLE[which % PEOPLE.len()]][which % 3].to_owned() }),
        10..=12 => one(Deed::Move { target: stage, convert: None }),
        13 => one(Deed::Convert(Conversion { new: which.is_multiple_of(2), ..Conversion::default() })),
        14 => one(Deed::Schedule { when: ["tomorrow", "+3d", "none"][which % 3].to_owned(), note: None }),
        15 => one(if which.is_multiple_of(2) { Deed::Trash } else { Deed::Restore }),
        16 => one(Deed::Note { text: "asked again ".repeat(which * 20 + 1) }),
        17 => Request::StartDeal { lead: LeadRef::Number(lead), title: None, value: None },
        18 | 19 => {
            Request::Undo { lead: (which.is_multiple_of(2)).then_some(LeadRef::Number(lead)), change: None }
        }
        _ => Request::Work {
            leads: Which::These(vec![LeadRef::Range(1, 6)]),
            deed: Deed::Move { target: stage, convert: None },
            atomic: which.is_multiple_of(2),
        },
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 400, ..ProptestConfig::default() })]

    /// L5, A8, P1, O1, N1, N7: whoever asks what, and wherever it is cut off.
    #[test]
    fn l5_a8_whatever_is_asked_and_wherever_it_is_cut_off(
        at in 0..presets().len(),
        steps in prop::collection::vec((0_u8..28, 0..PEOPLE.len(), 1_u64..6, 0_usize..60), 1..40),
    ) {
        let mut firm = Firm::new(&presets()[at]);
        for (kind, who, lead, which) in steps {
            match kind {
                21 | 22 => firm.now += SignedDuration::from_mins(which as i64 * 31),
                23 => {
                    // A clock may be set back, too.
                    firm.now -= SignedDuration::from_mins(which as i64);
                }
                24 => {
                    let again = |firm: &Firm| firm.engine().sweep(firm.now).expect("sweeps");
                    again(&firm);
                    let second = again(&firm);
                    prop_assert_eq!(second.lapsed + second.reminders + second.alerts, 0, "swept twice");
                }
                25 | 26 => firm.crash(),
                27 => {
                    drop(firm.engine.take());
                    firm.open();
                }
                _ => {
                    let request = request(&firm.pipeline, kind, lead, which);
                    firm.ask(who, request);
                    firm.now += SignedDuration::from_mins(1);
                }
            }
            firm.repeat();
            firm.is_sound();
        }
    }
}
