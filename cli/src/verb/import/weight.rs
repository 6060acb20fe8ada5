//! How long a row is on its way to the store: what decides how many of them go at once.

use lead_shared::domain::request::NewLead;

/// About how many bytes a lead takes in a frame.
pub(super) fn weigh(lead: &NewLead) -> usize {
    let texts = [
        &lead.email,
        &lead.phone,
        &lead.company,
        &lead.address,
        &lead.source,
        &lead.value,
        &lead.note,
        &lead.stage,
        &lead.channel,
        &lead.owner,
        &lead.follow_up,
        &lead.pipeline,
    ];
    let long = |text: &String| text.len() + 16;
    let optional: usize = texts.into_iter().flatten().map(long).sum();
    let otherwise: usize = lead.otherwise.values().map(long).sum();
    let past = if lead.past.is_some() { 256 } else { 0 };
    optional
        + otherwise
        + past
        + lead.name.len()
        + lead.sets.iter().chain(&lead.tags).map(long).sum::<usize>()
        + 256
}
