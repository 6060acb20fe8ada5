//! The verbs: each makes requests of a line, has them done and says how it ended.
//!
//! One file for each group. Nothing here decides what is allowed; that is the engine's.

mod add;
mod appointments;
mod backup;
mod board;
mod config;
mod customers;
mod doctor;
mod edit;
mod export;
mod forward;
mod import;
mod init;
mod leads;
mod look;
mod outbox;
mod pipeline;
mod records;
mod report;
mod results;
mod undo;
mod user;
mod watch;
mod which;
mod work;

pub(crate) use work::put;

use std::io::Write as _;

use crate::args::{AppointmentVerb, Format, Global, Verb};
use crate::completion;
use crate::demo;
use crate::halt::{Halt, usage};
use crate::render;
use crate::visit::Visit;

/// Does what the line says; the exit code.
///
/// # Errors
/// Whatever ends a verb before its end.
pub fn run(visit: &mut Visit<'_>, verb: &Verb) -> Result<u8, Halt> {
    fits(visit.global, verb)?;
    match verb {
        Verb::Add(add) => add::add(visit, add),
        Verb::List(list) => look::list(visit, list),
        Verb::Show(ids) => look::show(visit, ids),
        Verb::Edit(line) => edit::edit(visit, line),
        Verb::Tag(tag) => leads::tag(visit, tag),
        Verb::Note(note) => leads::note(visit, note),
        Verb::Log(log) => leads::log(visit, log),
        Verb::Merge(line) => leads::merge(visit, line),
        Verb::Trash(ids) => leads::trash(visit, ids),
        Verb::Restore(ids) => leads::restore(visit, ids),
        Verb::Board(terms) => board::board(visit, terms),
        Verb::Today(line) => board::today(visit, line),
        Verb::Actions(actions) => look::actions(visit, actions),
        Verb::Move(line) => forward::go(visit, line),
        Verb::Claim(claim) => forward::claim(visit, claim),
        Verb::Own(ids) => forward::own(visit, ids),
        Verb::Release(ids) => forward::release(visit, ids),
        Verb::Assign(assign) => forward::assign(visit, assign),
        Verb::Schedule(schedule) => forward::schedule(visit, schedule),
        Verb::Convert(convert) => forward::convert(visit, convert),
        Verb::Customer { verb } => customers::customer(visit, verb),
        Verb::Deal { verb } => customers::deal(visit, verb),
        Verb::Appointment { verb } => appointments::appointment(visit, verb),
        Verb::History(history) => look::history(visit, history),
        Verb::Report { verb } => report::report(visit, verb),
        Verb::Import(line) => import::import(visit, line),
        Verb::Export(line) => export::export(visit, line),
        Verb::Undo(line) => undo::undo(visit, line),
        Verb::Purge(line) => undo::purge(visit, line),
        Verb::Watch(line) => watch::watch(visit, line),
        Verb::Init(init) => init::init(visit, init),
        Verb::Status => look::status(visit),
        Verb::Pipeline { verb } => pipeline::pipeline(visit, verb),
        Verb::User { verb } => user::user(visit, verb),
        Verb::Config { verb } => config::config(visit, verb),
        Verb::Plan(line) => outbox::plan(visit, line),
        Verb::Outbox { verb } => outbox::outbox(visit, verb),
        Verb::Doctor(line) => doctor::doctor(visit, line),
        Verb::Backup { verb } => backup::backup(visit, verb),
        Verb::Completions { shell } => print_line(completion::script(*shell).trim_end()).map(|()| 0),
        Verb::Demo => demo::run(),
    }
}

/// Whether what the verb prints tells of mail that does not go; with others it is said beside.
pub fn tells_health(verb: &Verb) -> bool {
    matches!(verb, Verb::Status | Verb::Doctor(_) | Verb::Outbox { .. } | Verb::Plan(_))
}

/// Refuses global options where they would say nothing, rather than ignore them.
fn fits(global: &Global, verb: &Verb) -> Result<(), Halt> {
    if global.asked_format() == Some(Format::Html) && !matches!(verb, Verb::Report { .. }) {
        let hint = "`lead report funnel -F html -o FILE`".to_owned();
        return Err(usage("only a report is a page: there is no `-F html` here", vec![hint]));
    }
    if matches!(global.format, Some(Format::Vcard | Format::Ics)) && !matches!(verb, Verb::Export(_)) {
        let hints = vec!["`lead export -F vcard`, or `-F ics`".to_owned()];
        return Err(usage("cards and calendars are written by `lead export` alone", hints));
    }
    let takes_several = match verb {
        Verb::Show(_)
        | Verb::Edit(_)
        | Verb::Tag(_)
        | Verb::Trash(_)
        | Verb::Restore(_)
        | Verb::Move(_)
        | Verb::Own(_)
        | Verb::Release(_)
        | Verb::Assign(_)
        | Verb::Schedule(_)
        | Verb::Convert(_)
        | Verb::Appointment { verb: AppointmentVerb::List(_) }
        | Verb::History(_) => true,
        Verb::Claim(claim) => !claim.next,
        _ => false,
    };
    if !global.where_terms.is_empty() && !takes_several {
        let hint = match verb {
            Verb::List(_) => "`lead list TERM…`",
            Verb::Board(_) => "`lead board TERM…`",
            Verb::Today(_) => "`lead today TERM…`",
            Verb::Watch(_) => "`lead watch TERM…`",
            Verb::Export(_) => "`lead export TERM…`",
            Verb::Report { .. } => "`lead report sources TERM…`",
            _ => "name the lead by its number",
        };
        return Err(usage("`--where` is for verbs that take several leads", vec![hint.to_owned()]));
    }
    let changes_one = match verb {
        Verb::Show(_) | Verb::History(_) | Verb::Appointment { verb: AppointmentVerb::List(_) } => false,
        Verb::Note(_)
        | Verb::Log(_)
        | Verb::Merge(_)
        | Verb::Deal { verb: crate::args::DealVerb::Start(_) }
        | Verb::Appointment { verb: AppointmentVerb::Add(_) } => true,
        _ => takes_several,
    };
    if global.if_revision.is_some() && !changes_one {
        return Err(usage("`--if-revision` is for a change of one lead", Vec::new()));
    }
    Ok(())
}

/// Writes a line to standard output.
fn print_line(line: &str) -> Result<(), Halt> {
    let mut stdout = render::stdout();
    writeln!(stdout, "{line}")?;
    Ok(stdout.flush()?)
}
