//! The rules as pure functions: no I/O, no clock, no globals.
//!
//! Everything here is a function of a record, a request, the pipeline, the policy and `now`.
//! The engine calls it; nothing here calls back.

pub mod activity;
pub mod badge;
pub mod calendar;
pub mod capability;
pub mod chart;
pub mod claim;
pub mod clean;
pub mod command;
pub mod content_line;
pub mod customer;
pub mod duty;
pub mod edit;
pub mod email;
pub mod filter;
pub mod follow_up;
pub mod health;
pub mod import;
pub mod lead;
pub mod likeness;
pub mod matter;
pub mod merge;
pub mod money;
pub mod name;
pub mod notice;
pub mod overview;
pub mod past;
pub mod phone;
pub mod pipeline;
pub mod policy;
pub mod record;
pub mod refusal;
pub mod reply;
pub mod request;
pub mod subject;
pub mod text;
pub mod undo;
pub mod user;
pub mod view;
pub mod weekly;
pub mod when;
