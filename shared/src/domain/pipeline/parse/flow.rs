//! The parts of a file that are about stages: stages, transitions, conversion, automation, intake.
//!
//! Stages are read first; every later mention is looked up among them. A mention that is near to a stage is
//! a finding and read as that stage, so that one slip of the pen is not reported again as its consequences.

use crate::domain::name::{canonical, same};
use std::collections::{HashMap, HashSet};

use super::section::{Section, Spot, twice};
use super::span;
use crate::domain::pipeline::{
    ActivityKind, Again, Automation, Channel, ConvertPolicy, Enter, OnExisting, Stage, StageId, StageKind,
    Stages, Then, Transition,
    check::{Places, TransitionPlace},
    finding::Findings,
    name::shown,
};

/// Names that `actions` prints beside the moves.
const ACTIONS: [&str; 2] = ["convert", "deal-start"];

/// What was read of them, with the places the later checks need.
pub(super) struct Flow {
    pub(super) initial: Option<StageId>,
    pub(super) stages: Vec<Stage>,
    pub(super) transitions: Vec<Transition>,
    pub(super) convert: ConvertPolicy,
    pub(super) automation: Vec<Automation>,
    pub(super) intake: Vec<Channel>,
    pub(super) places: Places,
}

impl Flow {
    pub(super) fn read(root: &Section<'_>, activities: &[ActivityKind], findings: &mut Findings<'_>) -> Self {
        let mut places = Places::default();
        let stages = stages(root, &mut places, findings);
        let known = Known::of(&stages);
        let initial = root
            .needed("initial", "write `initial = \"STAGE\"`", findings, Section::text)
            .and_then(|spot| known.enterable(&spot, findings));
        let transitions = transitions(root, &known, &mut places, findings);
        let convert = convert(root, &known, &mut places, findings);
        let automation = automation(root, activities, &known, &transitions, findings);
        let intake = intake(root, &known, findings);
        Self { initial, stages, transitions, convert, automation, intake, places }
    }
}

/// The stages that can be mentioned.
struct Known<'s> {
    by_name: HashMap<String, &'s Stage>,
    ids: Vec<&'s str>,
}

impl<'s> Known<'s> {
    fn of(stages: &'s [Stage]) -> Self {
        Self {
            by_name: stages.iter().map(|stage| (canonical(stage.id.as_str()), stage)).collect(),
            ids: stages.iter().map(|stage| stage.id.as_str()).collect(),
        }
    }

    /// The stage that is mentioned; an unknown one is a finding, and the closest, if any, is meant.
    fn stage(&self, spot: &Spot, findings: &mut Findings<'_>) -> Option<&'s Stage> {
        if let Some(stage) = self.by_name.get(&canonical(&spot.text)) {
            return Some(*stage);
        }
        let near = findings.unknown(spot.at, "stage", &spot.text, &self.ids)?;
        self.by_name.get(&canonical(near)).copied()
    }

    /// As [`Known::stage`], where a lead is to start: a convert-only one is a finding.
    fn enterable(&self, spot: &Spot, findings: &mut Findings<'_>) -> Option<StageId> {
        let stage = self.stage(spot, findings)?;
        if stage.enter == Enter::ConvertOnly {
            let message = format!("no lead can start at `{}`: it is convert-only", shown(stage.id.as_str()));
            findings.add(spot.at, message, None);
        }
        Some(stage.id.clone())
    }

    /// The stages that are mentioned, none twice.
    fn stages(&self, key: &str, spots: &[Spot], findings: &mut Findings<'_>) -> Vec<&'s Stage> {
        let mut seen = HashSet::new();
        let mut found = Vec::new();
        for spot in spots {
            let Some(stage) = self.stage(spot, findings) else { continue };
            if seen.insert(&stage.id) {
                found.push(stage);
            } else {
                twice(key, spot, findings);
            }
        }
        found
    }
}

fn stages(root: &Section<'_>, places: &mut Places, findings: &mut Findings<'_>) -> Vec<Stage> {
    let known = ["id", "label", "meaning", "kind", "final", "remind", "enter", "stamp"];
    let sections = root.sections("stage", &known, findings);
    if sections.is_empty() {
        let hint = "write at least one `[[stage]]`".to_owned();
        findings.add(root.place("stage"), "the pipeline has no stages", Some(hint));
    }
    let mut stages: Vec<Stage> = Vec::new();
    let mut seen = HashSet::new();
    let mut labels = Vec::new();
    for section in sections {
        let kind =
            section.needed("kind", "one of: open, won, lost, parked", findings, Section::word::<StageKind>);
        let label = section.text("label", findings);
        let meaning = section.text("meaning", findings);
        let enter = section.word("enter", findings).unwrap_or(Enter::Any);
        let stamp = section.words("stamp", findings);
        let is_final = section.flag("final", false, findings);
        let remind = section.flag("remind", true, findings);
        let Some(id) = section.needed("id", "write `id = \"NAME\"`", findings, Section::id) else { continue };
        unlike_actions(&id, findings);
        if !seen.insert(canonical(&id.text)) {
            findings.add(id.at, format!("stage `{}` stands twice", shown(&id.text)), None);
            continue;
        }
        labels.extend(label.clone().map(|label| (label, stages.len())));
        places.stages.push(id.at);
        stages.push(Stage {
            label: label.map_or_else(|| id.text.clone(), |spot| spot.text),
            id: StageId::new(id.text),
            meaning: meaning.map(|spot| spot.text).unwrap_or_default(),
            kind: kind.unwrap_or(StageKind::Open),
            is_final,
            remind,
            enter,
            stamp,
        });
    }
    unmistakable(&stages, labels, findings);
    stages
}

/// A label that names another stage, by its id or its label, is a finding.
fn unmistakable(stages: &[Stage], labels: Vec<(Spot, usize)>, findings: &mut Findings<'_>) {
    let mut owner: HashMap<String, usize> =
        stages.iter().enumerate().map(|(at, stage)| (canonical(stage.id.as_str()), at)).collect();
    for (label, stage) in labels {
        let first = *owner.entry(canonical(&label.text)).or_insert(stage);
        if let Some(other) = stages.get(first).filter(|_| first != stage) {
            let message =
                format!("label `{}` names stage `{}` too", shown(&label.text), shown(other.id.as_str()));
            findings.add(label.at, message, None);
        }
    }
}

/// A stage or move that goes by the name of another action is a finding.
fn unlike_actions(spot: &Spot, findings: &mut Findings<'_>) {
    if ACTIONS.iter().any(|action| same(action, &spot.text)) {
        findings.add(spot.at, format!("`{}` is the name of an action", shown(&spot.text)), None);
    }
}

fn transitions(
    root: &Section<'_>,
    known: &Known<'_>,
    places: &mut Places,
    findings: &mut Findings<'_>,
) -> Vec<Transition> {
    let mut transitions = Vec::new();
    for section in root.sections("transition", &["name", "from", "to", "kind"], findings) {
        let name = section.id("name", findings);
        if let Some(spot) = &name {
            unlike_actions(spot, findings);
        }
        let kind = section.word("kind", findings);
        let (from, from_broken) = ends(&section, "from", Stages::All, known, findings, |stage| {
            stage
                .is_final
                .then(|| format!("nothing leads out of `{}`: it is final", shown(stage.id.as_str())))
        });
        let is_named = name.is_some();
        let (to, to_broken) = ends(&section, "to", Stages::List(Vec::new()), known, findings, |stage| {
            let id = shown(stage.id.as_str());
            (is_named && stage.enter == Enter::ConvertOnly)
                .then(|| format!("no named move leads to `{id}`: it is convert-only"))
        });
        let at = if is_named { section.place("name") } else { section.at };
        places.transitions.push(TransitionPlace { at, is_broken: from_broken || to_broken });
        transitions.push(Transition { name: name.map(|spot| spot.text), from, to, kind });
    }
    transitions
}

/// One end of a transition, `missing` without the attribute, and whether something in it could not be read.
fn ends(
    section: &Section<'_>,
    key: &'static str,
    missing: Stages,
    known: &Known<'_>,
    findings: &mut Findings<'_>,
    objection: impl Fn(&Stage) -> Option<String>,
) -> (Stages, bool) {
    if !section.has(key) {
        section.missing(key, &format!("write `{key} = \"STAGE\"`"), findings);
        return (missing, true);
    }
    let spots = section.texts(key, findings);
    if let Some(star) = spots.iter().find(|spot| spot.text == "*") {
        if spots.len() > 1 {
            findings.add(star.at, format!("`*` stands beside others in `{key}`"), None);
        }
        return (Stages::All, false);
    }
    if spots.is_empty() {
        findings.add(section.place(key), format!("`{key}` names no stage"), None);
    }
    for spot in &spots {
        let stage = known.by_name.get(&canonical(&spot.text));
        if let Some(message) = stage.and_then(|stage| objection(stage)) {
            findings.add(spot.at, message, None);
        }
    }
    let stages = known.stages(key, &spots, findings);
    let is_broken = stages.is_empty() || stages.len() < spots.len();
    (Stages::List(stages.into_iter().map(|stage| stage.id.clone()).collect()), is_broken)
}

fn convert(
    root: &Section<'_>,
    known: &Known<'_>,
    places: &mut Places,
    findings: &mut Findings<'_>,
) -> ConvertPolicy {
    let mut policy = ConvertPolicy {
        stage: None,
        refuse_from: Vec::new(),
        refuse_if_converted: false,
        again: Again::ReturnSame,
        find_by: Vec::new(),
        on_existing: OnExisting::AlwaysNew,
        split_name: false,
    };
    let keys =
        ["stage", "refuse_from", "refuse_if_converted", "again", "find_by", "on_existing", "split_name"];
    let Some(section) = root.section("convert", &keys, findings) else {
        return policy;
    };
    places.convert = section.place("stage");
    let stage = section.text("stage", findings).and_then(|spot| known.stage(&spot, findings));
    policy.stage = stage.map(|stage| stage.id.clone());
    let refused = section.texts("refuse_from", findings);
    policy.refuse_from =
        known.stages("refuse_from", &refused, findings).into_iter().map(|stage| stage.id.clone()).collect();
    policy.refuse_if_converted = section.flag("refuse_if_converted", false, findings);
    policy.again = section.word("again", findings).unwrap_or(policy.again);
    policy.find_by = section.words("find_by", findings);
    policy.on_existing = section.word("on_existing", findings).unwrap_or(policy.on_existing);
    policy.split_name = section.flag("split_name", false, findings);
    policy
}

fn automation(
    root: &Section<'_>,
    activities: &[ActivityKind],
    known: &Known<'_>,
    transitions: &[Transition],
    findings: &mut Findings<'_>,
) -> Vec<Automation> {
    let kinds: HashMap<String, &str> =
        activities.iter().map(|kind| (canonical(&kind.id), kind.id.as_str())).collect();
    let mut targets: HashMap<String, &str> = transitions
        .iter()
        .filter_map(|one| one.name.as_deref())
        .map(|name| (canonical(name), name))
        .collect();
    targets.extend(known.ids.iter().map(|id| (canonical(id), *id)));
    let mut read = Vec::new();
    for section in root.sections("automation", &["on", "first", "then", "to", "after", "enabled"], findings) {
        let first = section.flag("first", false, findings);
        let enabled = section.flag("enabled", false, findings);
        let on = section
            .needed("on", "write `on = \"KIND\"`", findings, Section::text)
            .and_then(|spot| mentioned("activity", &spot, &kinds, findings));
        let then = section.needed("then", "one of: convert, move, follow-up", findings, Section::text);
        let Some(then) = then.and_then(|spot| deed(&section, &spot, &targets, findings)) else { continue };
        if let Some(on) = on {
            read.push(Automation { on, first, enabled, then });
        }
    }
    read
}

/// What an automation does.
fn deed(
    section: &Section<'_>,
    then: &Spot,
    targets: &HashMap<String, &str>,
    findings: &mut Findings<'_>,
) -> Option<Then> {
    let deeds = ["convert", "move", "follow-up"];
    let Some(deed) = deeds.into_iter().find(|deed| same(deed, &then.text)) else {
        findings.unknown(then.at, "`then`", &then.text, &deeds);
        return None;
    };
    for (key, user) in [("to", "move"), ("after", "follow-up")] {
        if section.has(key) && deed != user {
            findings.add(section.place(key), format!("`{key}` belongs to `then = \"{user}\"`"), None);
        }
    }
    match deed {
        "convert" => Some(Then::Convert),
        "move" => {
            let spot = section.needed("to", "write `to = \"STAGE or MOVE\"`", findings, Section::text)?;
            mentioned("stage or move", &spot, targets, findings).map(Then::Move)
        }
        _ => {
            let spot = section.needed("after", "write `after = \"+3d\"`", findings, Section::text)?;
            let days = span::days(&spot.text);
            if days.is_none() {
                let message = format!("`after` is not a number of days: `{}`", shown(&spot.text));
                findings.add(spot.at, message, Some("write it as `+3d` or `+2w`, up to 366 days".to_owned()));
            }
            days.map(|days| Then::FollowUp { days })
        }
    }
}

/// The canonical spelling of what is mentioned; an unknown one is a finding.
fn mentioned(
    what: &str,
    spot: &Spot,
    known: &HashMap<String, &str>,
    findings: &mut Findings<'_>,
) -> Option<String> {
    let found = known.get(&canonical(&spot.text)).map(|name| (*name).to_owned());
    if found.is_none() && !findings.is_full() {
        let mut names: Vec<&str> = known.values().copied().collect();
        names.sort_unstable();
        findings.unknown(spot.at, what, &spot.text, &names);
    }
    found
}

fn intake(root: &Section<'_>, known: &Known<'_>, findings: &mut Findings<'_>) -> Vec<Channel> {
    let mut channels = Vec::new();
    let mut seen = HashSet::new();
    for section in root.sections("intake", &["channel", "stage", "suggest"], findings) {
        let stage = section.text("stage", findings).and_then(|spot| known.enterable(&spot, findings));
        let spots = section.texts("suggest", findings);
        let suggest: Vec<StageId> = spots.iter().filter_map(|spot| known.enterable(spot, findings)).collect();
        if section.has("stage") == section.has("suggest") {
            findings.add(section.at, "a channel has either a `stage` or a `suggest`", None);
        }
        let Some(spot) = section.needed("channel", "write `channel = \"NAME\"`", findings, Section::id)
        else {
            continue;
        };
        if seen.insert(canonical(&spot.text)) {
            channels.push(Channel { id: spot.text, stage, suggest });
        } else {
            twice("intake", &spot, findings);
        }
    }
    channels
}
