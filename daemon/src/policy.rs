//! The policy in force: read again at HUP, set key by key by `lead config set`, and told in the log.

use jiff::Timestamp;
use lead_shared::config;
use lead_shared::domain::reply::SettingChange;
use lead_shared::doorway::check_group;
use lead_shared::engine::Engine;
use lead_shared::template::Templates;
use tracing::{info, warn as log_warn};

use crate::fault::Fault;
use crate::settings;

/// Reads the policy again; one that is invalid, that no mail can be sent by, or that lets in a group
/// that is not there, is reported and the old one stays (S3).
pub(crate) fn reload(engine: &Engine, now: Timestamp) {
    let read = config::read(engine.dir()).map_err(Fault::from).and_then(|policy| {
        settings::mail(&policy, engine.dir())?;
        check_group(policy.team.group.as_deref())?;
        Ok(policy)
    });
    match read {
        Ok(policy) => {
            let (was, is) = (engine.policy().team.group.clone(), policy.team.group.clone());
            engine.set_policy(policy);
            info!("read lead.toml again");
            if was != is {
                log_warn!("`team.group` holds from the next start on");
            }
            try_templates(engine);
            try_names(engine, now);
        }
        Err(fault) => log_warn!(%fault, "lead.toml cannot be used; the old policy stays"),
    }
}

/// Tells that somebody changed a key, which is in force already. The history, which is of leads, does not.
pub(crate) fn tell(engine: &Engine, change: &SettingChange, by: &str) {
    let SettingChange { key, before, after, .. } = change;
    info!(key, before, after, by, "lead.toml was changed");
    try_templates(engine);
}

/// Reports what is wrong with the firm's templates; only mail that needs them has to wait (O4).
pub(crate) fn try_templates(engine: &Engine) {
    for fault in Templates::of(&engine.policy().mail, engine.dir()).faults() {
        log_warn!(%fault, "a template cannot be used; mail that needs it waits");
    }
}

/// Reports what the firm's file names and is not there; only what is wrong is not sent.
pub(crate) fn try_names(engine: &Engine, now: Timestamp) {
    for flaw in engine.policy_flaws(now).unwrap_or_default() {
        log_warn!(flaw, "lead.toml names what is not there");
    }
}
