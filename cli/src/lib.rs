//! The command line of `lead`: from the words of a line to a request, and from its answer to output
//! and an exit code.
//!
//! `args` reads the line, `verb` makes requests of it, `visit` carries them to the office, `render`
//! prints rows and `words` makes sentences. Nothing here decides what is allowed.

pub mod args;
mod completion;
mod demo;
pub mod exit;
pub mod formula;
pub mod halt;
pub mod import;
mod letter;
mod pager;
mod program;
pub mod prompt;
pub mod render;
pub mod screen;
pub mod selection;
mod sibling;
mod signals;
pub mod text;
pub mod verb;
pub mod visit;
pub mod voice;
mod whole_file;
pub mod words;

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use lead_shared::config::Env;
use lead_shared::config::user_file::Color;

use args::{Format, Global, Line, Read};
use halt::Halt;
use render::Output;
use visit::Visit;
use words::{Clock, Said};

/// Does what a line says, the program's name first; the exit code of cli.md §5.
pub fn run(words: impl IntoIterator<Item = OsString>) -> ExitCode {
    let words: Vec<OsString> = words.into_iter().collect();
    if words.get(1).is_some_and(|word| word == completion::ASKING) {
        let asked: Vec<String> = words[2..].iter().map(|word| word.to_string_lossy().into_owned()).collect();
        completion::answer(&asked);
        return ExitCode::SUCCESS;
    }
    ExitCode::from(match args::read(words) {
        Read::Line(line) => visited(&line),
        Read::Page(page) => code(
            &visit::output(&Global::default(), Color::Auto),
            printed(&page).map_err(|halt| halt.words(Clock::of_system)),
        ),
        Read::Wrong { said, json } => {
            let global = Global { format: json.then_some(Format::Json), ..Global::default() };
            code(&visit::output(&global, Color::Auto), Err(Some(said)))
        }
    })
}

fn visited(line: &Line) -> u8 {
    match Visit::start(&line.global, Env::of_this_process()) {
        Ok(mut visit) => {
            let ended = verb::run(&mut visit, &line.verb);
            if matches!(ended, Ok(0)) && !verb::tells_health(&line.verb) {
                visit.tell_health();
            }
            let ended = ended.map_err(|halt| halt.words(|| visit.clock()));
            code(&visit.out, ended)
        }
        Err(halt) => code(&visit::output(&line.global, Color::Auto), Err(halt.words(Clock::of_system))),
    }
}

fn printed(page: &str) -> Result<u8, Halt> {
    let mut stdout = render::stdout();
    stdout.write_all(page.trim_end().as_bytes())?;
    stdout.write_all(b"\n")?;
    stdout.flush()?;
    Ok(0)
}

/// Says the error, where there is one; the exit code.
fn code(out: &Output, ended: Result<u8, Option<Said>>) -> u8 {
    match ended {
        Ok(code) => code,
        Err(None) => 0,
        Err(Some(said)) => {
            voice::error(out, &said);
            said.exit
        }
    }
}
