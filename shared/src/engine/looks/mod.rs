//! Looks: what a caller may see, row by row, in the order it is wanted.
//!
//! Nothing is changed and nothing is counted that the caller may not see (A13, U3).

mod agenda;
mod board;
mod doctor;
mod import;
mod leads;
mod ledger;
mod mails;
mod period;
mod plan;
mod report;
mod state;
mod today;
mod trade;
mod watch;

use jiff::Timestamp;

use super::halt::Halt;
use super::office::Office;
use super::scope::Scope;
use super::{Inner, views};
use crate::domain::capability::Capability;
use crate::domain::refusal::{Refusal, Thing};
use crate::domain::request::Look;
use crate::domain::view::{PipelineView, Row};

/// Where rows go; `false` says that no more are wanted.
pub(super) type Sink<'a> = dyn FnMut(Row) -> bool + 'a;

/// What every look has at hand.
pub(super) struct Desk<'a> {
    inner: &'a Inner,
    office: &'a Office,
    scope: &'a Scope,
    now: Timestamp,
}

/// Looks.
///
/// # Errors
/// What cannot be read, or is not for the caller.
pub(super) fn look(
    inner: &Inner,
    office: &Office,
    scope: &Scope,
    look: &Look,
    now: Timestamp,
    sink: &mut Sink<'_>,
) -> Result<(), Halt> {
    let desk = Desk { inner, office, scope, now };
    match look {
        Look::Leads { .. } => leads::list(&desk, look, sink),
        Look::Agenda { terms } => agenda::agenda(&desk, terms, sink),
        Look::Board { terms } => board::board(&desk, terms, sink),
        Look::Today { terms } => today::today(&desk, terms, sink),
        Look::Report { .. } => report::report(&desk, look, sink),
        Look::Watch { terms, from, told } => watch::watch(&desk, terms, *from, *told, sink),
        Look::Show(refs) => leads::show(&desk, refs, sink),
        Look::Actions(named) => leads::actions(&desk, named, sink),
        Look::History { .. } => ledger::history(&desk, look, sink),
        Look::Customers => ledger::customers(&desk, sink),
        Look::Customer(id) => ledger::customer(&desk, *id, sink),
        Look::CustomerLeads(id) => ledger::customer_leads(&desk, *id, sink),
        Look::Deals => ledger::deals(&desk, sink),
        Look::Appointments { leads, all } => trade::appointments(&desk, leads, *all, sink),
        Look::Appointment(id) => trade::appointment(&desk, *id, sink),
        Look::Deal(id) => trade::deal(&desk, *id, sink),
        Look::Users => {
            for user in office.people.values() {
                if !sink(Row::User(Box::new(views::user(office, user)))) {
                    break;
                }
            }
            Ok(())
        }
        Look::Zone => {
            sink(Row::Zone(scope.zone.iana_name().unwrap_or("UTC").to_owned()));
            Ok(())
        }
        Look::Import => import::import(&desk, sink),
        Look::Status => state::status(&desk, sink),
        Look::Pipelines => {
            let default = &office.catalogue.default().id;
            for listed in office.catalogue.all() {
                sink(Row::Pipeline(PipelineView {
                    id: listed.pipeline.id.clone(),
                    title: listed.pipeline.title.clone(),
                    default: listed.pipeline.id == *default,
                    preset: listed.preset,
                    stages: listed.pipeline.stages.iter().map(|stage| stage.id.clone()).collect(),
                }));
            }
            Ok(())
        }
        Look::Pipeline(typed) => {
            let default = office.catalogue.default().id.clone();
            let typed = typed.as_deref().unwrap_or(default.as_str());
            let listed = office.catalogue.find(typed).ok_or_else(|| Refusal::NoSuch {
                thing: Thing::Pipeline,
                given: typed.to_owned(),
                suggestions: office.catalogue.ids().map(str::to_owned).collect(),
            })?;
            sink(Row::PipelineText(listed.text.to_owned()));
            Ok(())
        }
        Look::Plan { until, lead } => plan::plan(&desk, until.as_deref(), lead.as_ref(), sink),
        Look::Why(named) => plan::why(&desk, named, sink),
        Look::Outbox => mails::outbox(&desk, sink),
        Look::Mail(id) => mails::mail(&desk, *id, sink),
        Look::Settings => state::settings(&desk, sink),
        Look::Doctor { reindex, whole } => {
            if *reindex || *whole {
                desk.scope.require(Capability::Admin)?;
            }
            doctor::doctor(&desk, *reindex, sink)
        }
        // The lines follow once it is known that they may.
        Look::Backup => Ok(scope.require(Capability::Admin)?),
        Look::Matter(id) => own(scope).and_then(|()| mails::matter(&desk, *id, sink)),
        Look::Due => own(scope).and_then(|()| mails::due(&desk, sink)),
    }
}

/// # Errors
/// Refuses whoever is not the daemon.
fn own(scope: &Scope) -> Result<(), Halt> {
    if scope.is_system() { Ok(()) } else { Err(Refusal::Capability { needs: Capability::Admin }.into()) }
}
