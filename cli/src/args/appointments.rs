//! Appointments.

use clap::{Args, Subcommand};

use super::{Numbered, value};

/// `lead appointment …`.
#[derive(Debug, Subcommand)]
pub enum AppointmentVerb {
    /// Book an appointment with a lead; prints the number
    Add(AppointmentAdd),
    /// List the appointments, the next first
    List(AppointmentList),
    /// Change an appointment
    Edit(AppointmentEdit),
    /// Call an appointment off
    Cancel(Numbered),
}

/// `lead appointment add`.
#[derive(Args, Clone, Debug)]
pub struct AppointmentAdd {
    /// A lead, then the day and the time: fri 15:00
    #[arg(required = true, value_name = "LEAD", allow_negative_numbers = true)]
    pub words: Vec<String>,
    /// How long: 1h, 90m; an hour unless told
    #[arg(long = "for", value_name = "LENGTH", allow_negative_numbers = true)]
    pub length: Option<String>,
    /// Where
    #[arg(long = "at", value_name = "PLACE")]
    pub place: Option<String>,
    /// A word about it
    #[arg(long, value_name = "TEXT", allow_negative_numbers = true)]
    pub note: Option<String>,
}

/// `lead appointment list`.
#[derive(Args, Clone, Debug)]
pub struct AppointmentList {
    /// 12, 12,15, 3-7, an e-mail address, or - for ids from standard input; every lead when none is named
    #[arg(value_name = "LEAD", allow_negative_numbers = true)]
    pub words: Vec<String>,
    /// With those that were called off
    #[arg(long)]
    pub all: bool,
}

/// `lead appointment edit`.
#[derive(Args, Clone, Debug)]
pub struct AppointmentEdit {
    /// Its number
    #[arg(value_name = "N", value_parser = value::number, allow_negative_numbers = true)]
    pub number: u64,
    /// Another day and time; a day alone keeps the time
    #[arg(long, value_name = "WHEN", allow_negative_numbers = true)]
    pub when: Option<String>,
    /// How long: 1h, 90m
    #[arg(long = "for", value_name = "LENGTH", allow_negative_numbers = true)]
    pub length: Option<String>,
    /// Where
    #[arg(long = "at", value_name = "PLACE")]
    pub place: Option<String>,
    /// A word about it
    #[arg(long, value_name = "TEXT", allow_negative_numbers = true)]
    pub note: Option<String>,
    /// A field to empty: place or note; may be repeated
    #[arg(long, value_name = "FIELD")]
    pub clear: Vec<String>,
}
