//! The keys of `STORE/lead.toml`, each once (daemon.md §5).

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::document::{WAYS_TO_A_PASSWORD, is_secret};
use super::key::{Key, Kind};
use super::reading::{
    address, choice, command, count, country, currency, days, host, path, people, span, spelled, text, time,
    word, zone,
};
use super::reports::is_of_one;
use crate::domain::likeness::closest;
use crate::domain::policy::{OnUnknown, Policy, Tls, Via};
use crate::domain::refusal::Flaw;

const VIA: [(&str, Via); 3] = [("file", Via::File), ("smtp", Via::Smtp), ("sendmail", Via::Sendmail)];
const TLS: [(&str, Tls); 3] = [("starttls", Tls::Starttls), ("implicit", Tls::Implicit), ("none", Tls::None)];
const ON_UNKNOWN: [(&str, OnUnknown); 2] = [("resend", OnUnknown::Resend), ("hold", OnUnknown::Hold)];

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
/// Less would forget a sent mail while it may still be sent again (O5).
const WEEK: SignedDuration = SignedDuration::from_hours(7 * 24);

/// The one key that a running daemon takes up at its next start only.
pub const AT_START: &str = "team.group";

/// The key of this path.
///
/// # Errors
/// What is wrong with one that is none; a secret has no key.
pub fn find(path: &str) -> Result<&'static Key, Flaw> {
    if let Some(key) = KEYS.iter().find(|key| key.path == path) {
        return Ok(key);
    }
    let name = path.rsplit('.').next().unwrap_or_default();
    if is_secret(name) {
        let flaw = Flaw::new("is a secret in clear, which lead.toml never holds");
        return Err(WAYS_TO_A_PASSWORD.iter().fold(flaw, |flaw, way| flaw.hint(*way)));
    }
    if is_of_one(path) {
        let flaw = Flaw::new("is of a `[[report]]` in lead.toml, which no verb changes");
        return Err(flaw.hint("in an editor: `lead config path`"));
    }
    let named = || KEYS.iter().filter(|key| key.name() == name).map(|key| key.path);
    let near = closest(path, KEYS.iter().map(|key| key.path)).or_else(|| named().next());
    let near = near.or_else(|| {
        let name = closest(name, KEYS.iter().map(|key| key.name()))?;
        KEYS.iter().find(|key| key.name() == name).map(|key| key.path)
    });
    Err(Flaw::new("is not a key of lead.toml").hint(match near {
        Some(near) => format!("did you mean `{near}`?"),
        None => "the keys: `lead config list`".to_owned(),
    }))
}

/// Every key of the file, table by table.
pub const KEYS: &[Key<Policy>] = &[
    Key::new(
        "team.name",
        Kind::Text("Acme"),
        None,
        "The firm's name, at the foot of its mail.",
        |p, v| text(v).map(|it| p.team.name = Some(it)),
        |p| json!(p.team.name),
    ),
    Key::new(
        "team.zone",
        Kind::Zone,
        Some("the system's"),
        "The zone of everybody who has none of their own.",
        |p, v| zone(v).map(|it| p.team.zone = it),
        |p| json!(p.team.zone.iana_name()),
    ),
    Key::new(
        "team.country",
        Kind::Country,
        None,
        "The country of phone numbers typed without a prefix.",
        |p, v| country(v).map(|it| p.team.country = Some(it)),
        |p| json!(p.team.country),
    ),
    Key::new(
        "team.currency",
        Kind::Currency,
        Some("EUR"),
        "The currency of amounts typed without one.",
        |p, v| currency(v).map(|it| p.team.currency = it),
        |p| json!(p.team.currency),
    ),
    Key::<Policy>::new(
        "team.group",
        Kind::Text("lead"),
        None,
        "The system's group whose members reach the daemon; without one only the store's owner does.",
        |p, v| text(v).map(|it| p.team.group = Some(it)),
        |p| json!(p.team.group),
    )
    .guarded(),
    Key::new(
        "reminders.at",
        Kind::Time,
        Some("08:00"),
        "The hour of the morning's mail, in the recipient's zone.",
        |p, v| time(v).map(|it| p.reminders.at = it),
        |p| clock(p.reminders.at),
    ),
    Key::new(
        "reminders.digest_over",
        Kind::Count(0, 1000),
        Some("5"),
        "More reminders than this for one person on one morning go as one digest.",
        |p, v| count(v, 0..=1000).map(|it| p.reminders.digest_over = it),
        |p| json!(p.reminders.digest_over),
    ),
    Key::new(
        "reminders.unassigned",
        Kind::People,
        Some("[\"role:manager\"]"),
        "Who is told of a lead that is nobody's; without any of them, every owner.",
        |p, v| people(v).map(|it| p.reminders.unassigned = it),
        |p| json!(p.reminders.unassigned),
    ),
    Key::new(
        "claims.warn_before",
        Kind::Span,
        Some("2h"),
        "How long before a claim's end its holder is told.",
        |p, v| span(v, MINUTE).map(|it| p.claims.warn_before = it),
        |p| json!(spelled(p.claims.warn_before)),
    ),
    Key::new(
        "claims.max_open",
        Kind::Count(1, 1_000_000),
        None,
        "How many claims one person may hold at once; without it, any number.",
        |p, v| count(v, 1..=1_000_000).map(|it| p.claims.max_open = Some(it)),
        |p| json!(p.claims.max_open),
    ),
    Key::new(
        "claims.cool_down",
        Kind::Span,
        None,
        "How long one waits before claiming the same lead again; without it, not at all.",
        |p, v| span(v, MINUTE).map(|it| p.claims.cool_down = Some(it)),
        |p| json!(p.claims.cool_down.map(spelled)),
    ),
    Key::new(
        "overdue.days",
        Kind::Days,
        Some("[1, 2, 3]"),
        "The days after a follow-up's date on which an alert goes out.",
        |p, v| days(v).map(|it| p.overdue.days = it),
        |p| json!(p.overdue.days),
    ),
    Key::new(
        "overdue.then_every",
        Kind::Count(0, 3650),
        Some("7"),
        "After those, an alert every so many days; 0 for none.",
        |p, v| count(v, 0..=3650).map(|it| p.overdue.then_every = it),
        |p| json!(p.overdue.then_every),
    ),
    Key::new(
        "overdue.escalate_after",
        Kind::Count(1, 3650),
        Some("3"),
        "After so many days the managers are told, once for each follow-up.",
        |p, v| count(v, 1..=3650).map(|it| p.overdue.escalate_after = it),
        |p| json!(p.overdue.escalate_after),
    ),
    Key::new(
        "mail.via",
        Kind::Choice(&["file", "smtp", "sendmail"]),
        Some("file"),
        "How mail leaves: a file for each in the store's mail folder, a mail server, or a program.",
        |p, v| choice(v, &VIA).map(|it| p.mail.via = it),
        |p| json!(word(p.mail.via, &VIA)),
    ),
    Key::new(
        "mail.from",
        Kind::Address,
        Some("lead@HOST"),
        "The sender of all mail.",
        |p, v| address(v).map(|it| p.mail.from = it),
        |p| json!(p.mail.from),
    ),
    Key::new(
        "mail.reply_to",
        Kind::Address,
        None,
        "Where answers go, if elsewhere.",
        |p, v| address(v).map(|it| p.mail.reply_to = Some(it)),
        |p| json!(p.mail.reply_to),
    ),
    Key::<Policy>::new(
        "mail.templates",
        Kind::Path("templates"),
        None,
        "The folder of the firm's own templates; what is not in it is built in.",
        |p, v| path(v).map(|it| p.mail.templates = Some(it)),
        |p| json!(p.mail.templates),
    )
    .guarded(),
    Key::<Policy>::new(
        "mail.smtp.host",
        Kind::Host,
        Some("localhost"),
        "The mail server.",
        |p, v| host(v).map(|it| p.mail.smtp.host = it),
        |p| json!(p.mail.smtp.host),
    )
    .guarded(),
    Key::<Policy>::new(
        "mail.smtp.port",
        Kind::Count(1, 65_535),
        None,
        "Its port; without one 587 for starttls, 465 for implicit, 25 for none.",
        |p, v| count(v, 1..=65_535).map(|it| p.mail.smtp.port = u16::try_from(it).ok()),
        |p| json!(p.mail.smtp.port),
    )
    .guarded(),
    Key::<Policy>::new(
        "mail.smtp.tls",
        Kind::Choice(&["starttls", "implicit", "none"]),
        Some("starttls"),
        "How the connection is protected; none is refused except to this machine.",
        |p, v| choice(v, &TLS).map(|it| p.mail.smtp.tls = it),
        |p| json!(word(p.mail.smtp.tls, &TLS)),
    )
    .guarded(),
    Key::<Policy>::new(
        "mail.smtp.user",
        Kind::Text("leads@acme.example"),
        None,
        "The name to log in with; without one there is no login.",
        |p, v| text(v).map(|it| p.mail.smtp.user = Some(it)),
        |p| json!(p.mail.smtp.user),
    )
    .guarded(),
    Key::<Policy>::new(
        "mail.smtp.password_file",
        Kind::Path("smtp-password"),
        None,
        "A file that holds the password and that nobody but its owner can read.",
        |p, v| path(v).map(|it| p.mail.smtp.password_file = Some(it)),
        |p| json!(p.mail.smtp.password_file),
    )
    .guarded(),
    Key::<Policy>::new(
        "mail.smtp.password_command",
        Kind::Command,
        None,
        "A command that prints the password.",
        |p, v| command(v).map(|it| p.mail.smtp.password_command = Some(it)),
        |p| json!(p.mail.smtp.password_command),
    )
    .private()
    .guarded(),
    Key::<Policy>::new(
        "mail.smtp.ca_file",
        Kind::Path("/etc/ssl/certs/acme.pem"),
        None,
        "The certificate of a private authority, as PEM.",
        |p, v| path(v).map(|it| p.mail.smtp.ca_file = Some(it)),
        |p| json!(p.mail.smtp.ca_file),
    )
    .guarded(),
    Key::<Policy>::new(
        "mail.sendmail.command",
        Kind::Command,
        Some("/usr/sbin/sendmail"),
        "The program that takes a mail on its standard input; sender and recipient are added as arguments.",
        |p, v| command(v).map(|it| p.mail.sendmail = it),
        |p| json!(p.mail.sendmail),
    )
    .guarded(),
    Key::new(
        "outbox.give_up_after",
        Kind::Span,
        Some("24h"),
        "How long a mail is tried before it is given up.",
        |p, v| span(v, MINUTE).map(|it| p.outbox.give_up_after = it),
        |p| json!(spelled(p.outbox.give_up_after)),
    ),
    Key::new(
        "outbox.on_unknown",
        Kind::Choice(&["resend", "hold"]),
        Some("resend"),
        "What becomes of a mail of which nobody knows whether it arrived: sent once more, or held for a person.",
        |p, v| choice(v, &ON_UNKNOWN).map(|it| p.outbox.on_unknown = it),
        |p| json!(word(p.outbox.on_unknown, &ON_UNKNOWN)),
    ),
    Key::new(
        "outbox.keep_sent",
        Kind::Span,
        Some("90d"),
        "How long sent mail is remembered.",
        |p, v| span(v, WEEK).map(|it| p.outbox.keep_sent = it),
        |p| json!(spelled(p.outbox.keep_sent)),
    ),
    Key::new(
        "backup.at",
        Kind::Time,
        Some("03:00"),
        "The hour of the daily copy, in the team's zone.",
        |p, v| time(v).map(|it| p.backup.at = it),
        |p| clock(p.backup.at),
    ),
    Key::new(
        "backup.keep",
        Kind::Count(1, 3650),
        Some("7"),
        "How many daily copies are kept.",
        |p, v| count(v, 1..=3650).map(|it| p.backup.keep = it),
        |p| json!(p.backup.keep),
    ),
    Key::<Policy>::new(
        "backup.path",
        Kind::Path("/var/backups/lead"),
        None,
        "The folder the copies go to; without one, the store's own.",
        |p, v| path(v).map(|it| p.backup.path = Some(it)),
        |p| json!(p.backup.path),
    )
    .guarded(),
];

fn clock(at: jiff::civil::Time) -> Value {
    json!(at.strftime("%H:%M").to_string())
}
