//! From words to the two bodies of a mail, text and HTML, each complete.
//!
//! All templates are compiled and tried with samples when they are loaded, so that an error is found
//! with its file and line before a mail is due; what is broken stops only the mail that needs it.
//! HTML is escaped; links lead to a call, a letter or a page only; nothing built in is fetched from anywhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde::Serialize;

use super::link::{disarmed, mailto, tel};
use super::report::ReportWords;
use super::title::{days, title};
use super::words::{Due, LeadWords, Recipient, Words};
use super::{BUILT_IN, KINDS, sample};
use crate::domain::clean::body_text;
use crate::domain::likeness::closest;
use crate::domain::notice::MailKind;
use crate::domain::policy::MailPolicy;

/// Bytes of one template file.
const FILE_LIMIT: u64 = 256 * 1024;
/// Instructions one rendering may take, 64 bytes it makes being as much as one; a digest of 1,000 leads needs a
/// tenth.
const FUEL: u64 = 5_000_000;
/// Instructions the rendering of a sample may take, when templates are tried: a sample has two leads at most.
const TRIAL_FUEL: u64 = FUEL / 10;
/// Stands in for a template that cannot be used: whoever comes by it fails.
const UNUSABLE: &str = "{{ unusable() }}";

/// The compiled templates, built in or the firm's.
#[derive(Debug)]
pub struct Templates {
    env: Environment<'static>,
    folder: Option<PathBuf>,
    /// The templates that are the firm's own.
    own: BTreeSet<&'static str>,
    /// Those that cannot be read or compiled.
    unusable: BTreeMap<&'static str, TemplateFault>,
    faults: Vec<TemplateFault>,
}

/// Both bodies of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The body as text.
    pub text: String,
    /// The body as HTML.
    pub html: String,
}

/// Why a template cannot be used.
#[derive(Clone, Debug, thiserror::Error)]
pub enum TemplateFault {
    /// A file or the folder cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's words.
        source: Arc<io::Error>,
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
    /// A file that no mail is written by.
    #[error("{} is the name of no template{}", path.display(), meant.map_or_else(String::new, |meant| format!("; did you mean `{meant}`?")))]
    Unknown {
        /// The file.
        path: PathBuf,
        /// The name that is nearest.
        meant: Option<&'static str>,
    },
}

/// What a template is given: the values of `lead-templates(5)`.
#[derive(Serialize)]
struct View<'a> {
    kind: &'static str,
    subject: &'a str,
    prompt: &'static str,
    team_name: &'a str,
    recipient: &'a Recipient,
    due: Option<&'a Due>,
    leads: Vec<LeadView<'a>>,
    report: Option<&'a ReportWords>,
    head_hash: Option<&'a str>,
}

#[derive(Serialize)]
struct LeadView<'a> {
    title: String,
    tel: Option<String>,
    mailto: Option<String>,
    late: Option<String>,
    #[serde(flatten)]
    lead: &'a LeadWords,
}

impl Templates {
    /// The templates of the store in `dir`: the firm's own where it has some.
    #[must_use]
    pub fn of(mail: &MailPolicy, dir: &Path) -> Self {
        Self::load(mail.templates.as_ref().map(|folder| dir.join(folder)).as_deref())
    }

    /// Compiles all templates, a file in `folder` in place of the built-in one of its name, and
    /// tries each kind of mail with samples. What is wrong is among the [`Templates::faults`].
    #[must_use]
    pub fn load(folder: Option<&Path>) -> Self {
        let mut made = Self {
            env: environment(),
            folder: folder.map(Path::to_owned),
            own: BTreeSet::new(),
            unusable: BTreeMap::new(),
            faults: folder.map(strays).unwrap_or_default(),
        };
        for (name, built_in) in BUILT_IN {
            if let Err(fault) = made.add(name, built_in) {
                made.unusable.insert(name, fault);
                made.env.add_template(name, UNUSABLE).expect("a constant that the tests compile");
            }
        }
        made.faults.extend(made.unusable.values().cloned());
        made.env.set_fuel(Some(TRIAL_FUEL));
        for kind in KINDS {
            for sample in [sample::full(kind), sample::single(kind), sample::bare(kind)] {
                if let Err(fault) = made.render(&sample) {
                    made.blame(fault);
                }
            }
        }
        made.env.set_fuel(Some(FUEL));
        made
    }

    /// Whether the firm's own are in order: what is wrong with them, each once.
    #[must_use]
    pub fn faults(&self) -> &[TemplateFault] {
        &self.faults
    }

    /// How many of them are the firm's own.
    #[must_use]
    pub fn own(&self) -> usize {
        self.own.len()
    }

    /// Both bodies.
    ///
    /// # Errors
    /// [`TemplateFault`] when a template of its kind cannot be used, or fails on these words.
    pub fn render(&self, words: &Words) -> Result<Rendered, TemplateFault> {
        let view = View::new(words);
        let body = |ending: &str| {
            let name = format!("{}.{ending}", words.kind.name());
            self.env
                .get_template(&name)
                .and_then(|template| template.render(Serde(&view)))
                .map(|body| tidy(&body))
                .map_err(|e| self.wrong(&name, &e))
        };
        let (text, html) = (body("txt")?, body("html")?);
        Ok(Rendered { text, html: disarmed(&html) })
    }

    /// Compiles one: the firm's file where there is one.
    fn add(&mut self, name: &'static str, built_in: &'static str) -> Result<(), TemplateFault> {
        let own = self.folder.as_ref().map(|folder| read(&folder.join(name))).transpose()?.flatten();
        if own.is_some() {
            self.own.insert(name);
        }
        let source = own.unwrap_or_else(|| built_in.to_owned());
        self.env.add_template_owned(name, source).map_err(|e| self.wrong(name, &e))
    }

    fn blame(&mut self, fault: TemplateFault) {
        let said = fault.to_string();
        if self.faults.iter().all(|known| known.to_string() != said) {
            self.faults.push(fault);
        }
    }

    /// The innermost template that failed, its line, and what it was.
    fn wrong(&self, name: &str, error: &minijinja::Error) -> TemplateFault {
        let mut innermost = error;
        while let Some(next) = std::error::Error::source(innermost).and_then(|e| e.downcast_ref()) {
            innermost = next;
        }
        let name = innermost.name().unwrap_or(name);
        if let Some(fault) = self.unusable.get(name) {
            return fault.clone();
        }
        let file = self.folder.as_ref().filter(|_| self.own.contains(name)).map(|folder| folder.join(name));
        TemplateFault::Wrong {
            file: file.map_or_else(|| name.to_owned(), |path| path.display().to_string()),
            line: innermost.line().unwrap_or(0),
            reason: match innermost.detail() {
                Some(detail) => format!("{}: {detail}", innermost.kind()),
                None => innermost.kind().to_string(),
            },
        }
    }
}

/// What a template may do: nothing but read what it is given, for so long.
pub(super) fn environment() -> Environment<'static> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Strict);
    let whitespace = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    env.set_syntax(whitespace.expect("delimiters are the default ones"));
    env.set_fuel(Some(FUEL));
    env.set_auto_escape_callback(
        |name| {
            if name.ends_with(".html") { AutoEscape::Html } else { AutoEscape::None }
        },
    );
    env
}

/// What is wrong with the folder as a whole: it is not there, or has templates of no known name.
fn strays(folder: &Path) -> Vec<TemplateFault> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(source) => {
            return vec![TemplateFault::Read { path: folder.to_owned(), source: Arc::new(source) }];
        }
    };
    let known = || BUILT_IN.iter().map(|(name, _)| *name);
    let mut strays: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    strays.retain(|path| {
        let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        path.extension().is_some_and(|end| end == "txt" || end == "html") && known().all(|one| one != name)
    });
    strays.sort();
    let unknown = |path: PathBuf| {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let meant = closest(&name, known()).and_then(|near| known().find(|one| *one == near));
        TemplateFault::Unknown { path, meant }
    };
    strays.into_iter().map(unknown).collect()
}

impl<'a> View<'a> {
    fn new(words: &'a Words) -> Self {
        Self {
            kind: words.kind.name(),
            subject: &words.subject,
            prompt: prompt(words.kind),
            team_name: &words.team_name,
            recipient: &words.recipient,
            due: words.due.as_ref(),
            leads: words.leads.iter().map(LeadView::new).collect(),
            report: words.report.as_ref(),
            head_hash: words.head_hash.as_deref(),
        }
    }
}

impl<'a> LeadView<'a> {
    fn new(lead: &'a LeadWords) -> Self {
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
const fn prompt(kind: MailKind) -> &'static str {
    match kind {
        MailKind::ClaimLapsing => "To keep it, type",
        MailKind::ClaimLapsed => "To claim it again, type",
        MailKind::Escalation | MailKind::Assigned => "To act on it, type",
        _ => "When done, type",
    }
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
    let fault = |source| TemplateFault::Read { path: path.to_owned(), source: Arc::new(source) };
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

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
