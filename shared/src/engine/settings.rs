//! The firm's policy changed key by key: written to `lead.toml` by the account that owns it, and in
//! force at once.
//!
//! Done by the writer's thread, so that two who set keys at once do not lose one of them. The file is no
//! record: nothing here touches the store, and a request asked again finds it done.

use std::sync::Arc;

use jiff::Timestamp;

use super::Inner;
use super::halt::Halt;
use super::office::Office;
use super::scope::Scope;
use crate::account::Account;
use crate::config::amend::{AmendFault, amend};
use crate::config::{ConfigFault, keys};
use crate::domain::capability::Capability;
use crate::domain::refusal::Refusal;
use crate::domain::reply::SettingChange;
use crate::domain::request::{Call, Caller};
use crate::store::StoreFault;

impl Inner {
    /// Sets a key of the policy, or takes it out. All that the file says by then comes into force with
    /// it, as after HUP.
    ///
    /// # Errors
    /// Who may not, a key that is none, a value that does not fit, a file that cannot be used.
    pub(super) fn configure(
        &self,
        scope: &Scope,
        call: &Call,
        key: &str,
        value: Option<&str>,
        dry_run: bool,
        now: Timestamp,
    ) -> Result<SettingChange, Halt> {
        scope.require(Capability::Admin)?;
        let key = keys::find(key).map_err(|flaw| flaw.of("key", key))?;
        let owner = Account::of_this_process().name;
        if key.is_guarded && call.caller != Caller::Account(owner.clone()) {
            return Err(Refusal::Guarded { key: key.path.to_owned(), account: owner }.into());
        }
        if let Ok((policy, _)) = amend(&self.dir, key, value, true) {
            let office = Office { policy: Arc::new(policy), ..self.office()? };
            if let Some(wrong) = office.wrong(now).into_iter().find(|wrong| wrong.path == key.path) {
                return Err(wrong.flaw.of(key.path, &wrong.value).into());
            }
        }
        match amend(&self.dir, key, value, dry_run) {
            Ok((policy, change)) => {
                if change.changed && !dry_run {
                    self.set_policy(policy);
                }
                Ok(change)
            }
            Err(AmendFault::Refused(refusal)) => Err(refusal.into()),
            Err(AmendFault::Config(fault @ ConfigFault::Invalid { .. })) => {
                Err(Refusal::Conflict { what: fault.to_string(), hints: fault.hints() }.into())
            }
            Err(AmendFault::Config(fault)) => Err(StoreFault::Database(fault.to_string()).into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::{Engine, Setup};
    use super::*;
    use crate::domain::reply::Outcome;
    use crate::domain::request::{Ask, NewUser, Request, UserEdit};

    /// Who administers leads is not thereby the account of the service: what that runs, reads and trusts
    /// with its password is for its owner to say.
    #[test]
    fn what_reaches_beyond_the_store_is_set_by_the_store_s_own_account_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (dir, now) = (folder.path().join("store"), Timestamp::UNIX_EPOCH);
        let owner = Account::of_this_process().name;
        let setup = Setup { account: owner.clone(), host: "acme.example".to_owned(), ..Setup::default() };
        let engine = Engine::create(&dir, &setup, now, 1 << 20).unwrap();
        let mut asked = 0;
        let mut ask = |account: &str, request: Request| {
            asked += 1;
            let call = Call { caller: Caller::Account(account.to_owned()), as_user: None };
            let id = asked.to_string();
            let ask = Ask { id, request, dry_run: false, if_revision: None, want_views: false };
            engine.handle(call, ask, now)
        };
        let other = UserEdit {
            role: Some("owner".to_owned()),
            account: Some("other".to_owned()),
            ..UserEdit::default()
        };
        let other = NewUser { login: "ida".to_owned(), values: other };
        assert!(matches!(ask(&owner, Request::AddUser(Box::new(other))), Outcome::Ok(_)));
        for key in keys::KEYS {
            let value = key.kind.example().trim_matches('"').to_owned();
            let set = || Request::Configure { key: key.path.to_owned(), value: Some(value.clone()) };
            let unset = || Request::Configure { key: key.path.to_owned(), value: None };
            let refused =
                Outcome::Refused(Refusal::Guarded { key: key.path.to_owned(), account: owner.clone() });
            for request in [set(), unset()] {
                let by_other = ask("other", request);
                assert_eq!(by_other == refused, key.is_guarded, "{}: {by_other:?}", key.path);
                assert!(key.is_guarded || matches!(by_other, Outcome::Ok(_)), "{by_other:?}");
            }
            for request in [set(), unset()] {
                assert!(matches!(ask(&owner, request), Outcome::Ok(_)), "{}", key.path);
            }
        }
    }
}
