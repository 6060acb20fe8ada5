//! What those who may manage are told when mail does not go.

use lead_shared::domain::health::Ailment;

use super::Clock;

/// The warning, and the commands that tell more.
pub fn ailment(ailment: &Ailment, clock: &Clock) -> (String, String) {
    match ailment {
        Ailment::Unswept { swept_at, .. } => (
            format!("`leadd` last looked {}: what fell due since waits for it", clock.moment(*swept_at)),
            "start `leadd`, or its job; `lead doctor` tells more".to_owned(),
        ),
        Ailment::Unsent { since, said } => {
            let said = said.as_ref().map_or_else(String::new, |said| format!(": {said}"));
            (
                format!("mail waits, and none has gone since {}{said}", clock.moment(*since)),
                "`lead outbox list` shows it; `leadd check` tries the way out".to_owned(),
            )
        }
    }
}
