//! From a matter to its two bodies, text and HTML, each complete.
//!
//! Templates are built in; a firm may put files of the same names in a folder of its own. All are
//! compiled and tried with a sample when they are loaded, so that an error is found with its file
//! and line before a mail is due. HTML is escaped; links are only `tel:` and `mailto:`; nothing is
//! fetched from anywhere. Called by whoever puts a letter together, at start and at reload.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde::Serialize;

use super::clean::body_text;
use super::title::{days, title};
use super::{Due, Kind, LeadMatter, Matter, Recipient};

/// Bytes of one template file.
const FILE_LIMIT: u64 = 256 * 1024;
/// Instructions one rendering may take; a digest of 1,000 leads needs a tenth.
const FUEL: u64 = 5_000_000;

macro_rules! built_in {
    ($($name:literal),* $(,)?) => { [$(($name, include_str!(concat!("templates/", $name)))),*] };
}

const BUILT_IN: [(&str, &str); 18] = built_in![
    "base.txt",
    "base.html",
    "lead.txt",
    "lead.html",
    "reminder.txt",
    "reminder.html",
    "overdue.txt",
    "overdue.html",
    "escalation.txt",
    "escalation.html",
    "claim-lapsing.txt",
    "claim-lapsing.html",
    "claim-lapsed.txt",
    "claim-lapsed.html",
    "assigned.txt",
    "assigned.html",
    "digest.txt",
    "digest.html",
];

/// The compiled templates, built in or the firm's.
#[derive(Debug)]
pub struct Templates(Environment<'static>);

/// Both bodies of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The body as text.
    pub text: String,
    /// The body as HTML.
    pub html: String,
}

/// Why templates cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TemplateFault {
    /// A file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's words.
        source: io::Error,
    },
    /// A template is wrong, or fails on what it is given.
    #[error("{file}:{line}: {reason}")]
    Wrong {
        /// The file, or the built-in template's name.
        file: String,
        /// Counted from 1; 0 when unknown.
        line: usize,
        /// What is wrong.
        reason: String,
    },
}

#[derive(Serialize)]
struct View<'a> {
    kind: Kind,
    subject: &'a str,
    prompt: &'static str,
    team_name: &'a str,
    recipient: &'a Recipient,
    due: Option<&'a Due>,
    leads: Vec<LeadView<'a>>,
    head_hash: Option<&'a str>,
    signature: Option<&'a str>,
}

#[derive(Serialize)]
struct LeadView<'a> {
    title: String,
    tel: Option<String>,
    mailto: Option<String>,
    late: Option<String>,
    #[serde(flatten)]
    lead: &'a LeadMatter,
}

impl Templates {
    /// Compiles all templates, a file in `folder` in place of the built-in one of its name, and
    /// tries each kind with a full and a bare sample.
    ///
    /// # Errors
    /// [`TemplateFault`] with file and line.
    pub fn load(folder: Option<&Path>) -> Result<Self, TemplateFault> {
        let mut env = Environment::new();
        env.set_undefined_behavior(UndefinedBehavior::Strict);
        let whitespace = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
        env.set_syntax(whitespace.expect("delimiters are the default ones"));
        env.set_fuel(Some(FUEL));
        env.set_auto_escape_callback(|name| {
            if name.ends_with(".html") { AutoEscape::Html } else { AutoEscape::None }
        });
        for (name, built_in) in BUILT_IN {
            let own = folder.map(|folder| read(&folder.join(name))).transpose()?.flatten();
            let source = own.unwrap_or_else(|| built_in.to_owned());
            env.add_template_owned(name, source).map_err(|e| wrong(folder, name, &e))?;
        }
        let made = Self(env);
        for kind in Kind::ALL {
            for sample in [sample(kind), bare_sample(kind)] {
                made.render_from(&sample, folder)?;
            }
        }
        Ok(made)
    }

    /// Both bodies.
    ///
    /// # Errors
    /// [`TemplateFault::Wrong`] when a firm's template fails on this matter.
    pub fn render(&self, matter: &Matter) -> Result<Rendered, TemplateFault> {
        self.render_from(matter, None)
    }

    fn render_from(&self, matter: &Matter, folder: Option<&Path>) -> Result<Rendered, TemplateFault> {
        let view = View {
            kind: matter.kind,
            subject: &matter.subject,
            prompt: prompt(matter.kind),
            team_name: &matter.team_name,
            recipient: &matter.recipient,
            due: matter.due.as_ref(),
            leads: matter.leads.iter().map(LeadView::new).collect(),
            head_hash: matter.head_hash.as_deref(),
            signature: matter.signature.as_deref(),
        };
        let body = |ending: &str| {
            let name = format!("{}.{ending}", matter.kind);
            self.0
                .get_template(&name)
                .and_then(|template| template.render(Serde(&view)))
                .map(|body| tidy(&body))
                .map_err(|e| wrong(folder, &name, &e))
        };
        let (text, html) = (body("txt")?, body("html")?);
        Ok(Rendered { text, html })
    }
}

impl<'a> LeadView<'a> {
    fn new(lead: &'a LeadMatter) -> Self {
        Self {
            title: title(lead),
            tel: lead.phone_e164.as_deref().and_then(tel),
            mailto: lead.email.as_deref().and_then(mailto),
            late: lead.days_overdue.map(days),
            lead,
        }
    }
}

/// What stands above the lines to type.
const fn prompt(kind: Kind) -> &'static str {
    match kind {
        Kind::Reminder | Kind::Digest | Kind::Overdue => "When done, type",
        Kind::ClaimLapsing => "To keep it, type",
        Kind::ClaimLapsed => "To claim it again, type",
        Kind::Escalation | Kind::Assigned => "To act on it, type",
    }
}

/// `tel:+420…`, from `+` and digits only.
fn tel(number: &str) -> Option<String> {
    let digits = number.strip_prefix('+')?;
    let good = (3..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    good.then(|| format!("tel:+{digits}"))
}

/// `mailto:…` with everything percent-encoded that could start another header.
fn mailto(email: &str) -> Option<String> {
    let mut out = String::from("mailto:");
    for byte in email.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'@' | b'.' | b'-' | b'_' | b'+' => {
                out.push(char::from(byte));
            }
            0..=b' ' | 0x7f => return None,
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    email.contains('@').then_some(out)
}

/// Without trailing blanks, never more than one empty line, one newline at the end.
fn tidy(body: &str) -> String {
    let mut out = String::with_capacity(body.len());
    for line in body_text(body).lines().map(str::trim_end) {
        if !(line.is_empty() && (out.is_empty() || out.ends_with("\n\n"))) {
            out.push_str(line);
            out.push('\n');
        }
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// A firm's template; none when the file is not there.
fn read(path: &Path) -> Result<Option<String>, TemplateFault> {
    let fault = |source| TemplateFault::Read { path: path.to_owned(), source };
    match path.metadata() {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(fault(e)),
        Ok(meta) if !meta.is_file() || meta.len() > FILE_LIMIT => {
            let text = format!("not a file of at most {FILE_LIMIT} bytes");
            return Err(fault(io::Error::new(io::ErrorKind::InvalidInput, text)));
        }
        Ok(_) => {}
    }
    let mut text = String::new();
    File::open(path).and_then(|file| file.take(FILE_LIMIT).read_to_string(&mut text)).map_err(fault)?;
    Ok(Some(text))
}

/// The innermost template that failed, its line, and what it was.
fn wrong(folder: Option<&Path>, name: &str, error: &minijinja::Error) -> TemplateFault {
    let mut innermost = error;
    while let Some(next) = std::error::Error::source(innermost).and_then(|e| e.downcast_ref()) {
        innermost = next;
    }
    let name = innermost.name().unwrap_or(name);
    let file = folder.map(|folder| folder.join(name)).filter(|path| path.exists());
    TemplateFault::Wrong {
        file: file.map_or_else(|| name.to_owned(), |path| path.display().to_string()),
        line: innermost.line().unwrap_or(0),
        reason: match innermost.detail() {
            Some(detail) => format!("{}: {detail}", innermost.kind()),
            None => innermost.kind().to_string(),
        },
    }
}

/// A matter with everything in it.
fn sample(kind: Kind) -> Matter {
    let some = |text: &str| Some(text.to_owned());
    Matter {
        kind,
        subject: "Follow up today: Kim Lee (Acme)".into(),
        team_name: "Acme Plumbing".into(),
        recipient: Recipient { name: "Sam".into(), zone: "Europe/Prague".into() },
        due: Some(Due {
            date: "23 November 2026".into(),
            weekday: "Monday".into(),
            time: some("14:30"),
            zone: "Europe/Prague".into(),
            was_due_at: some("08:00"),
        }),
        leads: vec![
            LeadMatter {
                id: 12,
                name: "Kim Lee".into(),
                company: some("Acme"),
                phone: some("601 234 567"),
                phone_e164: some("+420601234567"),
                email: some("kim@acme.example"),
                stage: "Quoted".into(),
                due: some("Monday 23 November 2026, 14:30 (Europe/Prague)"),
                days_overdue: Some(3),
                last_contact: some("Thursday 19 November, call"),
                last_note: some("Wants the price by Friday.\nAsk for Petra."),
                moves: vec!["offer".into(), "later".into()],
                commands: vec!["lead log 12 call \"…\" --next +3d".into(), "lead show 12".into()],
                claim: some("today at 16:30 (Europe/Prague)"),
                by: some("Petra"),
            },
            LeadMatter { id: 13, name: "Jo".into(), stage: "Lead".into(), ..LeadMatter::default() },
        ],
        head_hash: some("9f2c41d07ab35e66"),
        signature: some("Long Street 1\nPrague"),
    }
}

/// A matter with nothing that may be missing.
fn bare_sample(kind: Kind) -> Matter {
    let mut bare = sample(kind);
    bare.leads.remove(0);
    Matter { due: None, head_hash: None, signature: None, ..bare }
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
