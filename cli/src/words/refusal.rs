//! A refusal in words: the message, the hints, the code and the exit.

use lead_shared::domain::refusal::{Candidate, Flaw, Refusal, Thing};

use lead_shared::domain::likeness;
use lead_shared::domain::reply::{LeadResult, Settled};

use super::{Clock, Said, cut, names, quoted};

/// Hints to single candidates; more are not read.
const CANDIDATES: usize = 5;

/// Says a refusal.
pub fn refusal(refusal: &Refusal, clock: &Clock) -> Said {
    match refusal {
        Refusal::Invalid { field, value, flaw } => invalid(field, value, flaw),
        Refusal::Missing { fields, hints } => {
            let fields: Vec<String> = fields.iter().map(|field| quoted(field)).collect();
            let message = match fields.as_slice() {
                [] => "a field is required".to_owned(),
                several => format!("{} is required", several.join(" or ")),
            };
            hinted(Said::new(2, "missing", message), hints)
        }
        Refusal::NoSuch { thing, given, suggestions } => no_such(*thing, given, suggestions),
        Refusal::NotOpen { lead, from, to, named, legal, way, is_final } => {
            let (from, to) = (quoted(from), quoted(to));
            let message = match named {
                true => format!("`{to}` is not open to {lead} in {from}"),
                false => format!("cannot move {lead} from {from} to {to}"),
            };
            if *is_final {
                let said = Said::new(4, "final", format!("{message}: nothing leads out of it")).about(*lead);
                return said.hint(format!("`lead actions {lead}`"));
            }
            let mut said = from_here(Said::new(4, "not-open", message).about(*lead), legal);
            if let Some(way) = way.as_ref().filter(|way| !way.is_empty()) {
                said = said.hint(format!("the way there: {}", names(way)));
            }
            said
        }
        Refusal::Claimed { lead, by, until } => {
            let message =
                format!("{lead} is claimed by {} until {}", quoted(by.as_str()), clock.moment(*until));
            Said::new(4, "claimed", message).about(*lead).hint("`lead claim --next`")
        }
        Refusal::Owned { lead, by } => {
            let said =
                Said::new(4, "owned", format!("{lead} belongs to {}", quoted(by.as_str()))).about(*lead);
            said.hint(format!("with the capability `reassign`: `lead assign {lead} me`"))
        }
        Refusal::TooManyClaims { lead, by, max } => {
            let by = quoted(by.as_str());
            let claims = if *max == 1 { "a live claim".to_owned() } else { format!("{max} live claims") };
            let message =
                format!("{by} cannot hold {lead}: {by} has {claims}, as many as `claims.max_open` allows");
            let said = Said::new(4, "too-many-claims", message).about(*lead);
            said.hint(format!("`lead list claim:{by}`"))
                .hint("`lead release ID` gives one back, `lead own ID` keeps it for good")
        }
        Refusal::CoolingDown { lead, until } => {
            let message = format!(
                "your last claim of {lead} ended a short time ago: you may claim it again from {}",
                clock.moment(*until)
            );
            Said::new(4, "cooling-down", message).about(*lead).hint("`lead claim --next`")
        }
        Refusal::NobodysTurn => {
            let said = Said::new(4, "nobodys-turn", "nobody is there who could be given a lead by turns");
            said.hint("who is disabled or paused: `lead user list`").hint("`lead user edit USER --resume`")
        }
        Refusal::NotClaimable { lead, stage } => {
            let message = format!("cannot claim {lead} in {}: the stage is not open", quoted(stage));
            Said::new(4, "not-claimable", message).about(*lead).hint("`lead list pool:yes`")
        }
        Refusal::NotHeld { lead } => {
            let said = Said::new(4, "not-held", format!("you hold no live claim of {lead}")).about(*lead);
            said.hint(format!("`lead claim {lead}`"))
        }
        Refusal::PoolEmpty => Said::new(3, "pool-empty", "the pool is empty").hint("`lead list claim:any`"),
        Refusal::NotConvertible { lead, stage, legal } => {
            let message = format!("cannot convert {lead} in {}", quoted(stage));
            from_here(Said::new(4, "not-convertible", message).about(*lead), legal)
        }
        Refusal::ConvertedBefore { lead, at, customer } => {
            let message = format!("{lead} was converted before, {}", clock.moment(*at));
            let said = Said::new(4, "converted-before", message).about(*lead);
            said.hint(match customer {
                Some(customer) => format!("`lead customer show {customer}`"),
                None => format!("`lead show {lead}`"),
            })
        }
        Refusal::InPlace { asked } => {
            let message =
                format!("`{}` has no meaning here: a lead itself becomes the customer", quoted(asked));
            Said::new(4, "in-place", message).hint("`lead list kind:won`")
        }
        Refusal::ConvertFirst { lead } => {
            let said =
                Said::new(4, "convert-first", format!("cannot start a deal for {lead}: convert first"));
            said.about(*lead).hint(format!("`lead convert {lead} --start-deal`"))
        }
        Refusal::Capability { needs } => {
            let said = Said::new(4, "capability", format!("you lack the capability `{needs}`"));
            said.hint(format!("someone with `admin` can give it to you: `lead user grant YOU {needs}`"))
        }
        Refusal::Guarded { key, account } => {
            let (key, account) = (quoted(key), quoted(account));
            let message = format!("only the account `{account}`, whose store this is, changes {key}");
            let said = Said::new(4, "guarded", message);
            said.hint(format!(
                "as `{account}`, in an editor: lead.toml in the store; HUP makes `leadd` read it"
            ))
        }
        Refusal::Stranger { account } => {
            let account = quoted(account);
            let said = Said::new(4, "stranger", format!("the account `{account}` is no user of this store"));
            said.hint(format!("someone with `admin`: `lead user add NAME --account {account}`"))
        }
        Refusal::Disabled { login } => {
            let login = quoted(login.as_str());
            let said = Said::new(4, "disabled", format!("the user `{login}` is disabled"));
            said.hint(format!("someone with `admin`: `lead user enable {login}`"))
        }
        Refusal::LastAdmin { login } => {
            let login = quoted(login.as_str());
            let message = format!("`{login}` is the last user who may administer the store");
            Said::new(4, "last-admin", message).hint("first: `lead user grant USER admin`")
        }
        Refusal::Changed { lead } => {
            let sentence = "This lead was changed by someone else just now — reload and retry.";
            Said::new(5, "changed", sentence).about(*lead).hint(format!("`lead show {lead}`"))
        }
        Refusal::Trashed { lead } => {
            let said = Said::new(4, "trashed", format!("{lead} is in the trash")).about(*lead);
            said.hint(format!("`lead restore {lead}`"))
        }
        Refusal::Duplicate { candidates, fail } => duplicate(candidates, *fail),
        Refusal::TwoCustomers { lead, into, other, from } => {
            let message = format!("{lead} belongs to customer {into}, {other} to customer {from}");
            let said = Said::new(4, "two-customers", message).about(*lead);
            said.hint(format!("make them one first: `lead customer merge {into} {from}`"))
        }
        Refusal::CustomerExists { lead, candidates } => {
            let message = format!("{lead} may be an existing customer: {}", people(candidates));
            let mut said = Said::new(7, "customer-exists", message).about(*lead);
            for one in candidates.iter().take(CANDIDATES) {
                said = said.hint(format!("`lead convert {lead} --into {}`", one.id));
            }
            said.hint(format!("`lead convert {lead} --new`"))
        }
        Refusal::Ambiguous { given, candidates } => {
            let message = format!("`{}` may be any of several: {}", quoted(given), people(candidates));
            let said = Said::new(7, "ambiguous", message);
            let numbers: Vec<String> = candidates.iter().map(|one| one.id.to_string()).collect();
            said.hint(format!("name one by its number: {}", numbers.join(", ")))
        }
        Refusal::Exists { thing, name } => {
            let message = format!("the {} `{}` exists already", noun(*thing), quoted(name));
            let said = Said::new(4, "exists", message);
            if *thing == Thing::Pipeline { said.hint("`lead pipeline replace FILE`") } else { said }
        }
        Refusal::InUse { what, hints } => hinted(Said::new(4, "in-use", cut(what, 400)), hints),
        Refusal::Conflict { what, hints } => hinted(Said::new(2, "conflict", cut(what, 400)), hints),
        Refusal::Closed { thing, id, state } => {
            let noun = noun(*thing);
            let said = Said::new(4, "closed", format!("{noun} {id} is {}", quoted(state)));
            match thing {
                Thing::Deal => said.hint(format!("`lead deal reopen {id}`")),
                Thing::Mail => said.hint(format!("`lead outbox show {id}`")),
                _ => said.hint("`lead appointment add LEAD WHEN` books another"),
            }
        }
        Refusal::InTheWay(way) => super::undo::in_the_way(way, clock),
        Refusal::CannotUndo { change, why } => super::undo::cannot(*change, *why),
        Refusal::NothingToUndo { lead } => super::undo::nothing(*lead),
        Refusal::Together => {
            let said =
                Said::new(4, "together", "nothing was changed: another lead of the request was refused");
            said.hint("without `--atomic` the others are done")
        }
    }
}

/// Says why leads were refused: one mistake once, however many leads it met, and by name where it
/// met only some of them.
pub fn refusals(results: &[LeadResult], clock: &Clock) -> Vec<Said> {
    let mut met: Vec<(Said, Vec<u64>)> = Vec::new();
    for result in results {
        let Settled::Refused(why) = &result.settled else { continue };
        let said = refusal(why, clock);
        let names_itself =
            matches!(why, Refusal::NoSuch { thing: Thing::Lead, .. } | Refusal::Ambiguous { .. });
        let lead = (!names_itself && *why != Refusal::Together && said.lead.is_none()).then_some(result.lead);
        let same = met.iter_mut().find(|(known, _)| known.message == said.message && known.code == said.code);
        match same {
            Some((known, leads)) => {
                known.hints.retain(|hint| said.hints.contains(hint));
                if known.hints.is_empty()
                    && let Refusal::NoSuch { thing, given, .. } = why
                {
                    known.hints = no_such(*thing, given, &[]).hints;
                }
                leads.extend(lead);
            }
            None => met.push((said, lead.into_iter().collect())),
        }
    }
    let told = met.into_iter().map(|(mut said, leads)| {
        if !leads.is_empty() && leads.len() < results.len() {
            let leads: Vec<String> = leads.iter().map(u64::to_string).collect();
            said.message = format!("{}: {}", cut(&leads.join(", "), 200), said.message);
        }
        said
    });
    told.collect()
}

fn invalid(field: &str, value: &str, flaw: &Flaw) -> Said {
    let (field, why) = (quoted(field), cut(&flaw.why, 400));
    hinted(Said::new(2, "invalid", format!("{field} `{}` {why}", quoted(value))), &flaw.hints)
}

fn hinted(mut said: Said, hints: &[String]) -> Said {
    said.hints.extend(hints.iter().map(|hint| cut(hint, 400).into_owned()));
    said
}

fn from_here(said: Said, legal: &[String]) -> Said {
    if legal.is_empty() { said } else { said.hint(format!("from here: {}", names(legal))) }
}

fn no_such(thing: Thing, typed: &str, suggestions: &[String]) -> Said {
    let is_number = !typed.is_empty() && typed.bytes().all(|byte| byte.is_ascii_digit());
    let given = if is_number { quoted(typed) } else { format!("`{}`", quoted(typed)) };
    let said = Said::new(3, "no-such", format!("no {} {given}", noun(thing)));
    if let Some(hint) = likeness::hint(typed, suggestions.iter().map(String::as_str), quoted) {
        return said.hint(cut(&hint, 400));
    }
    said.hint(match thing {
        Thing::Lead => "`lead list`",
        Thing::Customer => "where customers are kept apart from leads: `lead customer list`",
        Thing::Deal => "`lead deal list`",
        Thing::Appointment => "`lead appointment list`",
        Thing::User => "`lead user list`",
        Thing::Pipeline => "`lead pipeline list`",
        Thing::Mail => "`lead outbox list`",
        Thing::Import => "an import that has ended, or another's, takes no more rows",
        Thing::Change => "the changes stand in `lead history --json`",
        Thing::Target | Thing::Stage | Thing::Activity | Thing::Channel | Thing::Role => {
            "`lead pipeline show`"
        }
    })
}

pub(super) fn noun(thing: Thing) -> &'static str {
    match thing {
        Thing::Lead => "lead",
        Thing::Customer => "customer",
        Thing::Deal => "deal",
        Thing::Appointment => "appointment",
        Thing::User => "user",
        Thing::Target => "stage or move",
        Thing::Stage => "stage",
        Thing::Pipeline => "pipeline",
        Thing::Activity => "kind of activity",
        Thing::Mail => "mail",
        Thing::Channel => "channel",
        Thing::Role => "role",
        Thing::Change => "change",
        Thing::Import => "import",
    }
}

fn duplicate(candidates: &[Candidate], fail: bool) -> Said {
    if fail {
        return Said::new(4, "duplicate", format!("exists already: {}", people(candidates)));
    }
    let said = Said::new(7, "duplicate", format!("may exist already: {}", people(candidates)));
    said.hint("`--on-duplicate merge` puts what was given into the first")
        .hint("`--on-duplicate keep` keeps both")
        .hint("`--on-duplicate fail` adds nothing")
}

/// Candidates by kind, number, name and firm.
fn people(candidates: &[Candidate]) -> String {
    let mut said: Vec<String> = candidates
        .iter()
        .take(CANDIDATES)
        .map(|one| {
            let company = one.company.as_deref().map(|company| format!(" ({})", quoted(company)));
            format!("{} {} {}{}", noun(one.thing), one.id, quoted(&one.name), company.unwrap_or_default())
        })
        .collect();
    if candidates.len() > CANDIDATES {
        said.push(format!("{} more", candidates.len() - CANDIDATES));
    }
    said.join(", ")
}
