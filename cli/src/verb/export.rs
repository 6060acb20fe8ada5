//! `lead export`: the leads that match, with every field, to standard output or to a file that is
//! whole or absent.

use std::io::Write;
use std::path::Path;

use lead_shared::domain::calendar::{self, Event};
use lead_shared::domain::request::Look;
use lead_shared::domain::view::Row;

use crate::args::{Export, Format as Asked};
use crate::halt::{Halt, usage};
use crate::render::{self, Format, Output, Rows, Shape, What, vcard};
use crate::visit::Visit;
use crate::voice;
use crate::whole_file;

/// What an export holds, in this order; a promise.
const COLUMNS: [&str; 24] = [
    "id",
    "name",
    "company",
    "email",
    "phone",
    "address",
    "source",
    "tags",
    "fields",
    "value",
    "pipeline",
    "stage",
    "owner",
    "assignee",
    "follow_up",
    "notes",
    "last_contacted_at",
    "converted_at",
    "customer",
    "created_at",
    "created_by",
    "changed_at",
    "trashed_at",
    "revision",
];

pub(super) fn export(visit: &mut Visit<'_>, line: &Export) -> Result<u8, Halt> {
    let form = form(visit, line)?;
    visit.enter()?;
    let Some(name) = line.output.as_deref().filter(|name| *name != "-") else {
        write(visit, form, line, &mut render::stdout())?;
        return Ok(0);
    };
    let rehearsed = visit.global.dry_run;
    let count = whole_file::write(name, rehearsed, |sink| write(visit, form, line, sink))?;
    let told = match rehearsed {
        true => format!("dry run: would write {} to {name}", form.counted(count)),
        false => format!("wrote {} to {name}", form.counted(count)),
    };
    voice::say(&visit.out, &told);
    Ok(0)
}

/// What an export is written as.
#[derive(Clone, Copy)]
enum Written {
    Rows(Format),
    Cards,
    Calendar,
}

impl Written {
    /// So many of what is written.
    fn counted(self, count: u64) -> String {
        match (self, count) {
            (Self::Rows(_) | Self::Cards, 1) => "1 lead".to_owned(),
            (Self::Rows(_) | Self::Cards, _) => format!("{count} leads"),
            (Self::Calendar, 1) => "1 entry".to_owned(),
            (Self::Calendar, _) => format!("{count} entries"),
        }
    }
}

/// The form that was asked for, else that of the file's ending, else CSV.
fn form(visit: &Visit<'_>, line: &Export) -> Result<Written, Halt> {
    let ending = line.output.as_deref().map(Path::new).and_then(Path::extension);
    let ending = ending.and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
    Ok(match visit.global.asked_format() {
        Some(Asked::Csv) => Written::Rows(Format::Csv),
        Some(Asked::Json) => Written::Rows(Format::Json),
        Some(Asked::Ndjson) => Written::Rows(Format::Ndjson),
        Some(Asked::Tsv) => Written::Rows(Format::Tsv),
        Some(Asked::Vcard) => Written::Cards,
        Some(Asked::Ics) => Written::Calendar,
        Some(Asked::Table | Asked::Ids | Asked::Html) => {
            let hints = vec!["`lead export -F csv`, or json, ndjson, tsv, vcard, ics".to_owned()];
            return Err(usage("an export has no such form", hints));
        }
        None => match ending.as_deref() {
            Some("json") => Written::Rows(Format::Json),
            Some("ndjson" | "jsonl") => Written::Rows(Format::Ndjson),
            Some("tsv") => Written::Rows(Format::Tsv),
            Some("vcf" | "vcard") => Written::Cards,
            Some("ics") => Written::Calendar,
            _ => Written::Rows(Format::Csv),
        },
    })
}

/// Writes the leads; how many rows, cards or entries there were.
fn write(visit: &mut Visit<'_>, form: Written, line: &Export, sink: &mut dyn Write) -> Result<u64, Halt> {
    match form {
        Written::Rows(form) => {
            let out = Output { format: Some(form), ..visit.out.clone() };
            rows(visit, &out, line, sink)
        }
        Written::Cards => cards(visit, line, sink),
        Written::Calendar => entries(visit, line, sink),
    }
}

/// Every lead that matches, with its notes, by number.
fn leads(line: &Export) -> Look {
    Look::Leads {
        terms: line.terms.clone(),
        sort: Some("id".to_owned()),
        limit: None,
        notes: true,
        actions: false,
    }
}

/// Writes the leads as rows.
fn rows(visit: &mut Visit<'_>, out: &Output, line: &Export, sink: &mut dyn Write) -> Result<u64, Halt> {
    let columns = COLUMNS.iter().map(|&name| name.to_owned()).collect();
    let shape = Shape { columns: Some(columns), ..Shape::many(What::Leads) };
    let mut rows = Rows::begin(out, sink, shape);
    let mut count = 0;
    visit.look(&leads(line), &mut |row| {
        count += 1;
        Ok(rows.row(&row)?)
    })?;
    rows.end()?;
    Ok(count)
}

/// Writes the leads as cards.
fn cards(visit: &mut Visit<'_>, line: &Export, sink: &mut dyn Write) -> Result<u64, Halt> {
    let mut count = 0;
    visit.look(&leads(line), &mut |row| {
        if let Row::Lead(lead) = row {
            count += 1;
            sink.write_all(vcard::card(&lead).as_bytes())?;
        }
        Ok(())
    })?;
    sink.flush()?;
    Ok(count)
}

/// Writes follow-ups and appointments as a calendar.
fn entries(visit: &mut Visit<'_>, line: &Export, sink: &mut dyn Write) -> Result<u64, Halt> {
    let zone = visit.clock().zone;
    let mut count = 0;
    sink.write_all(calendar::begin(false).as_bytes())?;
    visit.look(&Look::Agenda { terms: line.terms.clone() }, &mut |row| {
        let Row::Agenda(agenda) = row else { return Ok(()) };
        let (lead, domain) = (&agenda.lead, &agenda.domain);
        let booked = lead.booked.iter().map(|booked| Event::appointment(lead, booked, domain));
        let mut text = String::new();
        for event in Event::follow_up(lead, &zone, domain).into_iter().chain(booked) {
            count += 1;
            event.write(None, &mut text);
        }
        Ok(sink.write_all(text.as_bytes())?)
    })?;
    sink.write_all(calendar::END.as_bytes())?;
    sink.flush()?;
    Ok(count)
}
