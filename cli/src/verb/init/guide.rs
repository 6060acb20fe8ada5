//! `lead init` on a terminal: question after question, each with what holds where nothing is typed.
//!
//! Nothing is made before the last question is answered; what is answered is then done as if it had been
//! typed as options, and these are told at the end.

use jiff::tz::TimeZone;
use lead_shared::config::Env;
use lead_shared::config::initial::Initial;
use lead_shared::config::policy_file::defaults;
use lead_shared::domain::email::Email;
use lead_shared::domain::name;
use lead_shared::domain::pipeline::{Pipeline, default_preset, presets};
use lead_shared::domain::refusal::{Flaw, Refusal, Thing};
use lead_shared::domain::text::{self as typed, escape};
use lead_shared::domain::user::Login;

use super::{Chosen, founder, mail, make};
use crate::args::{Init, UserAdd, UserValues, UserVerb};
use crate::halt::{Halt, declined};
use crate::prompt;
use crate::text::quoted;
use crate::verb::user;
use crate::visit::Visit;
use crate::voice;

/// Asks, makes the store, and tries its mail.
///
/// # Errors
/// No answer, a no at the end, and what keeps a store from being made.
pub(super) fn give(visit: &mut Visit<'_>) -> Result<u8, Halt> {
    let folder = visit.folder().display().to_string();
    say(visit, &format!("A few questions make a store in {folder}."));
    say(visit, "Enter takes what stands in brackets; until the last answer nothing is made.");
    let pipeline = pipeline(visit)?;
    let founder = founder();
    let mut line = Init { pipeline: Some(pipeline.name), ..Init::default() };

    say(visit, "\nYou, and what holds for everybody.");
    line.name = Some(ask(visit, "Your name", &founder.account, |said| {
        typed::line(said).map_err(|flaw| flaw.of("name", said).into())
    })?);
    let email = ask(visit, "Your mail address", &format!("{}@{}", founder.account, founder.host), address)?;
    line.email = Some(email.clone());
    let zone = TimeZone::system().iana_name().unwrap_or("UTC").to_owned();
    line.zone = setting(visit, "Time zone", "team.zone", &zone)?;
    let country = country(&visit.env);
    line.country =
        setting(visit, "Country of phone numbers without a prefix, - for none", "team.country", &country)?;
    let currency = defaults().team.currency;
    line.currency = setting(visit, "Currency of amounts without one", "team.currency", currency.as_str())?;

    let people = people(visit, &founder.account, &pipeline.pipeline)?;
    let mail = mail::ask(visit, &email)?;
    line.set = mail.typed();

    say(visit, "");
    if !prompt::agree(&format!("Make the store in {}?", escape(&folder))) {
        return Err(declined());
    }
    make(visit, &line)?;
    mail.keep(visit)?;
    for person in &people {
        // The store is made: who cannot be added keeps nothing else from being done.
        if let Err(halt) = user::user(visit, &UserVerb::Add(person.clone())) {
            complain(visit, halt);
        }
    }
    line.set = mail::settle(visit, mail, &email)?.typed();
    part(visit, &line, &people);
    Ok(0)
}

/// A pipeline as it was named.
struct Named {
    name: String,
    pipeline: Pipeline,
}

fn pipeline(visit: &mut Visit<'_>) -> Result<Named, Halt> {
    say(visit, "\nThe pipeline: which stages there are, and how leads move.");
    let widest = presets().iter().map(|preset| preset.id.len()).max().unwrap_or_default();
    for (at, preset) in presets().iter().enumerate() {
        say(visit, &format!("  {} {:widest$}  {}", at + 1, preset.id, preset.summary()));
    }
    loop {
        let said = answer("Its number or name, or a file of your own", &default_preset().id)?;
        let by_number = said.parse::<usize>().ok().and_then(|at| presets().get(at.checked_sub(1)?));
        let name = by_number.map_or(said, |preset| preset.id.clone());
        match Chosen::named(visit, &name) {
            Ok(chosen) => return Ok(Named { name, pipeline: chosen.pipeline }),
            Err(halt) => complain(visit, halt),
        }
    }
}

/// Everybody else.
fn people(visit: &mut Visit<'_>, founder: &str, pipeline: &Pipeline) -> Result<Vec<UserAdd>, Halt> {
    say(visit, "\nThe others who work with leads. An empty login ends the list, -kim takes kim off it.");
    let roles: Vec<&str> = pipeline.roles.iter().map(|role| role.id.as_str()).collect();
    let least = pipeline.roles.iter().min_by_key(|role| role.capabilities.len());
    let least = least.map(|role| role.id.clone()).unwrap_or_default();
    let mut people: Vec<UserAdd> = Vec::new();
    loop {
        let login = ask(visit, "Login", "", |said| {
            if let Some(off) = said.strip_prefix('-') {
                let known = people.iter().any(|person| name::same(&person.login, off));
                let flaw = || Flaw::new("is not on the list").of("login", off);
                return if known { Ok(said.to_owned()) } else { Err(flaw().into()) };
            }
            if said.is_empty() {
                return Ok(said.to_owned());
            }
            let login = name::login(said).map_err(|flaw| flaw.of("login", said))?;
            let taken = [founder, Login::SYSTEM];
            let mut known = people.iter().map(|person| person.login.as_str()).chain(taken);
            if known.any(|known| name::same(known, &login)) {
                return Err(Refusal::Exists { thing: Thing::User, name: login }.into());
            }
            Ok(login)
        })?;
        if login.is_empty() {
            return Ok(people);
        }
        if let Some(off) = login.strip_prefix('-') {
            people.retain(|person| !name::same(&person.login, off));
            say(visit, &format!("{} is off the list", escape(off)));
            continue;
        }
        let email = ask(visit, "  Mail address, - for none", "-", |said| {
            if said == "-" { Ok(None) } else { address(said).map(Some) }
        })?;
        let role = ask(visit, &format!("  Role: {}", roles.join(", ")), &least, |said| {
            let role = roles.iter().find(|role| name::same(role, said));
            role.map(|role| (*role).to_owned()).ok_or_else(|| {
                let suggestions = roles.iter().map(|&role| role.to_owned()).collect();
                Refusal::NoSuch { thing: Thing::Role, given: said.to_owned(), suggestions }.into()
            })
        })?;
        let values = UserValues { email, role: Some(role), ..UserValues::default() };
        people.push(UserAdd { login, values });
    }
}

/// How the same is done without questions, and what comes next.
fn part(visit: &Visit<'_>, line: &Init, people: &[UserAdd]) {
    let mut typed = vec!["lead init".to_owned()];
    let flags = [
        ("--pipeline", &line.pipeline),
        ("--name", &line.name),
        ("--email", &line.email),
        ("--zone", &line.zone),
        ("--country", &line.country),
        ("--currency", &line.currency),
    ];
    for (flag, value) in flags {
        typed.extend(value.iter().map(|value| format!("{flag} {}", quoted(value))));
    }
    typed.extend(line.set.iter().map(|set| format!("--set {}", quoted(set))));
    say(visit, &format!("\nThe same without questions:\n  {}", typed.join(" ")));
    for person in people {
        let values = &person.values;
        let mut typed = vec![format!("  lead user add {}", quoted(&person.login))];
        for (flag, value) in [("--email", &values.email), ("--role", &values.role)] {
            typed.extend(value.iter().map(|value| format!("{flag} {}", quoted(value))));
        }
        say(visit, &typed.join(" "));
    }
    if !people.is_empty() {
        voice::hint(
            &visit.out,
            "the others get in once `team.group` names their group and `leadd` runs: leadd(8), For a team",
        );
    }
    voice::hint(&visit.out, "`lead add 'Kim Lee' --follow-up tomorrow` is the first lead");
    voice::hint(&visit.out, "`leadd` sends the reminders as long as it runs; as a service: leadd(8)");
}

/// Asks until the answer fits.
pub(super) fn ask<T>(
    visit: &mut Visit<'_>,
    question: &str,
    default: &str,
    check: impl Fn(&str) -> Result<T, Halt>,
) -> Result<T, Halt> {
    loop {
        match check(&answer(question, default)?) {
            Ok(fit) => return Ok(fit),
            Err(halt) => complain(visit, halt),
        }
    }
}

/// Asks for a key of the firm's policy; `-` leaves it out.
pub(super) fn setting(
    visit: &mut Visit<'_>,
    question: &str,
    key: &str,
    default: &str,
) -> Result<Option<String>, Halt> {
    ask(visit, question, default, |said| {
        if said == "-" {
            return Ok(None);
        }
        Initial::of(&[(key.to_owned(), said.to_owned())])?;
        Ok(Some(said.to_owned()))
    })
}

fn answer(question: &str, default: &str) -> Result<String, Halt> {
    let shown = if default.is_empty() { String::new() } else { format!(" [{}]", escape(default)) };
    let said = prompt::line(&format!("{question}{shown}")).ok_or_else(declined)?;
    Ok(if said.is_empty() { default.to_owned() } else { said })
}

pub(super) fn address(said: &str) -> Result<String, Halt> {
    let email = Email::parse(said).map_err(|flaw| flaw.of("email", said))?;
    Ok(email.to_string())
}

/// The country of the caller's locale: `DE` of `de_DE.UTF-8`; `-` where it names none.
fn country(env: &Env) -> String {
    let locale = ["LC_ALL", "LC_TELEPHONE", "LANG"].into_iter().find_map(|name| env.var(name)?.to_str());
    let country = locale.and_then(|locale| locale.split(['.', '@']).next()?.split_once('_'));
    let country = country.map(|(_, country)| country).unwrap_or_default();
    let is_one = Initial::of(&[("team.country".to_owned(), country.to_owned())]).is_ok();
    if is_one { country.to_owned() } else { "-".to_owned() }
}

pub(super) fn complain(visit: &mut Visit<'_>, halt: Halt) {
    if let Some(said) = halt.words(|| visit.clock()) {
        voice::error(&visit.out, &said);
    }
}

pub(super) fn say(visit: &Visit<'_>, words: &str) {
    voice::say(&visit.out, words);
}
