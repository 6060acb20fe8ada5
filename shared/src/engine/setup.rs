//! The birth of a store: its first owner, its default pipeline, its policy's file (U1).

use std::collections::BTreeSet;
use std::path::Path;

use jiff::Timestamp;
use serde_json::Value;

use super::OpenFault;
use crate::config::initial::{Initial, write_initial};
use crate::config::keys::AT_START;
use crate::domain::activity::{Content, Draft, Event};
use crate::domain::email::Email;
use crate::domain::lead::Unknown;
use crate::domain::name;
use crate::domain::pipeline::{Pipeline, PipelineId, PipelineSource, default_preset, preset};
use crate::domain::refusal::{Flaw, Refusal, Thing};
use crate::domain::user::{Login, User};
use crate::doorway::check_group;
use crate::lock::StoreLock;
use crate::store::{
    Key, NewChange, Options, SledStore, Store, StoreFault, Table, Txn, TypedStore, TypedTxn, check_vacant,
    make_folder,
};

/// What a store is told at its birth; all of it may be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Setup {
    /// The operating-system account of the first owner.
    pub account: String,
    /// The machine's name, for the first owner's address.
    pub host: String,
    /// A built-in pipeline's id.
    pub pipeline: Option<String>,
    /// The text of a firm's own pipeline file, in place of a built-in one.
    pub pipeline_text: Option<String>,
    /// Keys of the firm's policy, with what was typed for each.
    pub settings: Vec<(String, String)>,
    /// The first owner's name.
    pub name: Option<String>,
    /// The first owner's address.
    pub email: Option<String>,
}

/// Where the default pipeline's id stands.
fn default_key() -> Key {
    Key::new().text("default-pipeline")
}

/// Makes a pipeline the default one.
pub(super) fn set_default(txn: &mut dyn Txn, id: &PipelineId) -> Result<(), StoreFault> {
    txn.put(Table::Meta, default_key().bytes(), id.as_str().as_bytes())
}

/// The firm's own pipelines, and the id of the default one.
pub(super) fn pipelines(store: &dyn Store) -> Result<(Vec<PipelineSource>, PipelineId), StoreFault> {
    let mut own = Vec::new();
    store.all::<PipelineSource>(&mut |source| {
        own.push(source);
        Ok(std::ops::ControlFlow::Continue(()))
    })?;
    let default = store.get(Table::Meta, default_key().bytes())?;
    let default = default.and_then(|bytes| String::from_utf8(bytes).ok());
    let default = default.unwrap_or_else(|| default_preset().id.clone());
    Ok((own, PipelineId::new(default)))
}

/// Makes a store. Everything is checked before the folder is touched.
pub(super) fn create(dir: &Path, setup: &Setup, now: Timestamp, cache_bytes: u64) -> Result<(), OpenFault> {
    let (pipeline, own) = pipeline(setup).map_err(OpenFault::Setup)?;
    let told = check(setup).map_err(OpenFault::Setup)?;
    let owner = owner(setup, &pipeline, now);
    make_folder(dir)?;
    check_vacant(dir)?;
    let _lock = StoreLock::take(dir)?;
    // Somebody may have made one while we waited for the lock.
    check_vacant(dir)?;
    if !told.is_empty() {
        write_initial(dir, &told)?;
    }
    SledStore::create_with(dir, Options { cache_bytes }, &mut |txn| {
        set_default(txn, &pipeline.id)?;
        if let Some(own) = &own {
            txn.save(own)?;
        }
        txn.save(&owner)?;
        txn.append(first_change(&owner, &pipeline, now)).map(|_| ())
    })?;
    Ok(())
}

fn pipeline(setup: &Setup) -> Result<(Pipeline, Option<PipelineSource>), Refusal> {
    if let Some(text) = &setup.pipeline_text {
        let pipeline = Pipeline::parse(text).map_err(|findings| {
            let first = findings
                .first()
                .map_or_else(String::new, |one| format!("line {}: {}", one.line, one.message));
            Flaw::new(format!("is not a pipeline file: {first}"))
                .hint("lead pipeline check FILE")
                .of("pipeline", setup.pipeline.clone().unwrap_or_default())
        })?;
        let source = PipelineSource {
            id: pipeline.id.clone(),
            revision: 1,
            text: text.clone(),
            unknown: Unknown::new(),
        };
        return Ok((pipeline, Some(source)));
    }
    let preset = match &setup.pipeline {
        None => default_preset(),
        Some(typed) => preset(typed).ok_or_else(|| Refusal::NoSuch {
            thing: Thing::Pipeline,
            given: typed.clone(),
            suggestions: crate::domain::pipeline::presets().iter().map(|preset| preset.id.clone()).collect(),
        })?,
    };
    Ok((preset.pipeline(), None))
}

/// Checks what was told, and reads the policy of it.
fn check(setup: &Setup) -> Result<Initial, Refusal> {
    if let Some(typed) = &setup.email {
        Email::parse(typed).map_err(|flaw| flaw.of("email", typed))?;
    }
    if let Some(typed) = &setup.name {
        crate::domain::text::line(typed).map_err(|flaw| flaw.of("name", typed))?;
    }
    let told = Initial::of(&setup.settings)?;
    if let Some(group) = told.told(AT_START)
        && check_group(Some(group)).is_err()
    {
        let flaw = Flaw::new("is no group of this system").hint(format!("`groupadd --system {group}`"));
        return Err(flaw.of(AT_START, group));
    }
    Ok(told)
}

/// The first owner's login: the account's name, where that can be one.
fn login(account: &str) -> Login {
    let plain = name::login(account).ok().filter(|login| !name::same(login, Login::SYSTEM));
    Login(plain.unwrap_or_else(|| {
        let number: String = account.chars().filter(char::is_ascii_digit).collect();
        format!("u{number}")
    }))
}

fn owner(setup: &Setup, pipeline: &Pipeline, now: Timestamp) -> User {
    let login = login(&setup.account);
    User {
        revision: 1,
        name: setup.name.clone().unwrap_or_else(|| login.to_string()),
        email: Some(setup.email.clone().unwrap_or_else(|| format!("{login}@{}", setup.host))),
        login,
        role: pipeline.chief_role().id.clone(),
        zone: None,
        account: setup.account.clone(),
        granted: BTreeSet::new(),
        revoked: BTreeSet::new(),
        created_at: now,
        disabled_at: None,
        paused_at: None,
        unknown: Unknown::new(),
    }
}

fn first_change(owner: &User, pipeline: &Pipeline, now: Timestamp) -> NewChange {
    let draft = |event, action: &str, text: String| Draft {
        at: now,
        actor: owner.login.clone(),
        lead: None,
        customer: None,
        event,
        action: Some(action.to_owned()),
        stages: None,
        content: Content { text: Some(text), ..Content::default() },
    };
    NewChange {
        request: "init".to_owned(),
        actor: owner.login.clone(),
        via: None,
        at: now,
        verb: "init".to_owned(),
        needs: None,
        undoes: None,
        answer: Value::Null,
        drafts: vec![
            draft(Event::PipelineChanged, "pipeline default", pipeline.id.to_string()),
            draft(Event::UserChanged, "user add", owner.login.to_string()),
        ],
    }
}
