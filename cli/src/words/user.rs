//! What became of a user, in a line, and of the leads that name one who is disabled (U4).

use lead_shared::domain::reply::UserChange;

use super::quoted;

/// A line about a user: `user sam was disabled; 2 claims ended`.
pub fn user(change: &UserChange, done: &str) -> String {
    let UserChange { login, changed, ended, owns } = change;
    let login = quoted(login.as_str());
    let mut said =
        if *changed { format!("user {login} was {done}") } else { format!("user {login} is so already") };
    match ended {
        0 => {}
        1 => said.push_str("; 1 claim ended"),
        ended => said.push_str(&format!("; {ended} claims ended")),
    }
    match owns {
        0 => {}
        1 => said.push_str("; 1 open lead still names them"),
        owns => said.push_str(&format!("; {owns} open leads still name them")),
    }
    said
}

/// How to find the leads that name somebody disabled, and to give them to another.
pub fn left_behind(change: &UserChange) -> Vec<String> {
    if change.owns == 0 {
        return Vec::new();
    }
    let terms = format!("owner:{} kind:open", quoted(change.login.as_str()));
    vec![
        format!("`lead list {terms}`"),
        format!("`lead assign --where '{terms}' USER`, or `--next` for USER"),
    ]
}
