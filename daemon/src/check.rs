//! `leadd check`: are the configuration, the store and the way mail leaves in order?

use std::process::ExitCode;

use lead_shared::config;
use lead_shared::domain::text::escape;
use lead_shared::doorway::check_group;
use lead_shared::store::{probe, random};
use lead_shared::template::Templates;

use crate::boot::{self, Place};
use crate::fault::Fault;
use crate::mailer::{Address, Envelope, Letter, Mailer, Parcel, Verdict};
use crate::{settings, tell, warn};

/// Tries each in turn, and sends a trial mail if told where. Exit 9 if mail cannot leave.
pub(crate) async fn check(place: &Place, send_to: Option<&str>) -> Result<ExitCode, Fault> {
    // Whose store it is comes first: to others its policy is closed.
    probe(&place.dir)?;
    let policy = config::read(&place.dir)?;
    check_group(policy.team.group.as_deref())?;
    let settings = settings::mail(&policy, &place.dir)?;
    let templates = Templates::of(&policy.mail, &place.dir);
    if !templates.faults().is_empty() {
        for fault in templates.faults() {
            warn(&format!("error: {}", escape(&fault.to_string())));
        }
        warn("hint: mail that needs no broken template goes on; see lead-templates(5)");
        return Ok(ExitCode::from(2));
    }
    let store = match boot::open(place) {
        Ok((_lock, engine)) => {
            let flaws = engine.policy_flaws(place.clock.now())?;
            if !flaws.is_empty() {
                for flaw in flaws {
                    warn(&format!("error: {}", escape(&flaw)));
                }
                warn("hint: mail goes to the others that are named; see lead.toml(5)");
                return Ok(ExitCode::from(2));
            }
            format!("store: good, {}", engine.dir().display())
        }
        Err(Fault::Running { pid, .. }) => {
            let pid = pid.map_or_else(String::new, |pid| format!(", process {pid}"));
            format!("store: served by a running leadd{pid}")
        }
        Err(fault) => return Err(fault),
    };
    tell("configuration: good");
    tell(&store);
    let to = match send_to.map(Address::new).transpose() {
        Ok(to) => to,
        Err(bad) => {
            let typed = escape(send_to.unwrap_or_default());
            warn(&format!("error: `--send-to` `{typed}` is {bad}"));
            warn("hint: write one address as `name@domain`");
            return Ok(ExitCode::from(2));
        }
    };
    let mut mailer = match Mailer::open(&settings, &place.clock).await {
        Ok(mailer) => mailer,
        Err(fault) => return Ok(unsent(&fault.to_string())),
    };
    if let Some(to) = to {
        let now = place.clock.now();
        let domain =
            policy.mail.from.rsplit_once('@').map_or("localhost", |(_, domain)| domain.trim_end_matches('>'));
        let letter = Letter {
            message_id: format!("check-{}@{domain}", random()?),
            to: to.clone(),
            from: settings.from.clone(),
            reply_to: settings.reply_to.clone(),
            subject: "A trial mail from leadd".to_owned(),
            date: now,
            kind: None,
            lead_ids: Vec::new(),
            thread: None,
            list_id: None,
            text: "If you read this, reminders will reach you.\n".to_owned(),
            html: "<p>If you read this, reminders will reach you.</p>\n".to_owned(),
            calendar: None,
            page: None,
        };
        let bytes = letter.to_bytes().map_err(|fault| Fault::Mail(fault.to_string()))?;
        let envelope =
            Envelope { from: settings.from.clone(), to, message_id: letter.message_id.clone(), date: now };
        match mailer.send(Parcel { number: 0, envelope, bytes }).await {
            Ok(Verdict::Sent { reply }) => tell(&format!("mail: sent, {reply}")),
            Ok(Verdict::Deferred { text } | Verdict::Refused { text } | Verdict::Unknown { text }) => {
                return Ok(unsent(&text));
            }
            Err(fault) => return Ok(unsent(&fault.to_string())),
        }
    } else {
        tell("mail: good, nothing was sent");
    }
    mailer.close().await;
    Ok(ExitCode::SUCCESS)
}

fn unsent(said: &str) -> ExitCode {
    warn(&format!("error: mail could not be sent: {said}"));
    warn("hint: see `[mail]` in lead.toml(5)");
    ExitCode::from(9)
}
