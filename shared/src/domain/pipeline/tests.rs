//! The four presets against the tables of the specification, and files that are wrong.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::domain::capability::Capability;

mod files;

fn load(id: &str) -> Pipeline {
    Pipeline::parse(preset(id).unwrap().text).unwrap()
}

fn at(id: &str) -> StageId {
    StageId::new(id)
}

fn names(pipeline: &Pipeline, from: &str) -> Vec<String> {
    pipeline.moves(&at(from)).iter().map(|one| format!("{}>{}", one.name, one.to.id)).collect()
}

fn way(pipeline: &Pipeline, from: &str, typed: &str) -> Option<Vec<String>> {
    match pipeline.resolve(&at(from), typed) {
        Err(MoveRefusal::NotOpen { way, .. }) => way,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_preset_passes_its_own_check_and_the_default_comes_first() {
    for one in presets() {
        assert_eq!(Pipeline::check(one.text), [], "{}", one.id);
        let pipeline = one.pipeline();
        assert_eq!((pipeline.id.as_str(), &pipeline.title), (one.id.as_str(), &one.title));
        assert!(pipeline.automation.iter().all(|rule| !rule.enabled), "{} enables an automation", one.id);
        assert_eq!(pipeline.chief_role().id, "owner");
    }
    assert_eq!(default_preset().id, "field-service");
    assert_eq!(
        presets().iter().map(|one| one.id.as_str()).collect::<Vec<_>>(),
        ["field-service", "agency", "mini", "dealership"]
    );
    assert!(preset("Field Service").is_some());
}

#[test]
fn a_preset_survives_being_written_again() {
    for one in presets() {
        let again = toml::to_string(&one.text.parse::<toml::Table>().unwrap()).unwrap();
        assert_eq!(Pipeline::parse(&again).unwrap(), one.pipeline());
        let plain: toml::Table = serde_json::from_value(object(one.text).unwrap()).unwrap();
        assert_eq!(plain, one.text.parse::<toml::Table>().unwrap());
    }
}

#[test]
fn f1_exactly_twelve_of_twenty_moves() {
    let pipeline = load("field-service");
    let table = [
        ("lead", vec!["prospect", "quoted", "customer", "inactive"]),
        ("prospect", vec!["quoted", "customer", "inactive"]),
        ("quoted", vec!["customer", "inactive"]),
        ("customer", vec!["inactive"]),
        ("inactive", vec!["lead", "prospect"]),
    ];
    let mut legal = 0;
    for (from, to) in &table {
        let open: Vec<_> = pipeline.moves(&at(from)).iter().map(|one| one.to.id.as_str()).collect();
        assert_eq!(&open, to, "{from}");
        for stage in &pipeline.stages {
            let outcome = pipeline.resolve(&at(from), stage.id.as_str());
            if stage.id.as_str() == *from {
                assert_eq!(outcome, Ok(Target::Already(stage)), "L7");
            } else if to.contains(&stage.id.as_str()) {
                assert!(matches!(outcome, Ok(Target::Move(one)) if one.to == stage && !one.named));
                legal += 1;
            } else {
                assert!(matches!(outcome, Err(MoveRefusal::NotOpen { .. })), "{from} {}", stage.id);
            }
        }
    }
    assert_eq!(legal, 12);
    assert_eq!(way(&pipeline, "inactive", "Customer").unwrap(), ["lead", "customer"]);
    assert_eq!(pipeline.moves(&at("inactive"))[0].kind, Step::Revive);
}

#[test]
fn d1_exactly_twenty_two_of_ninety_named_moves() {
    let pipeline = load("dealership");
    let table: [(&str, &[&str]); 9] = [
        ("new", &["mark-contacted>contacted", "mark-lost>lost", "mark-dormant>dormant"]),
        ("contacted", &["mark-engaged>engaged", "mark-lost>lost", "mark-dormant>dormant"]),
        (
            "engaged",
            &[
                "set-appointment>appointment-set",
                "mark-contacted>contacted",
                "mark-lost>lost",
                "mark-dormant>dormant",
            ],
        ),
        (
            "appointment-set",
            &["mark-showed>showed", "no-show>engaged", "mark-lost>lost", "mark-dormant>dormant"],
        ),
        ("showed", &["start-negotiation>negotiating", "mark-engaged>engaged", "mark-lost>lost"]),
        ("negotiating", &["mark-won>won", "mark-lost>lost", "mark-engaged>engaged"]),
        ("won", &[]),
        ("lost", &["revive>contacted"]),
        ("dormant", &["revive>contacted"]),
    ];
    let moves: BTreeSet<&str> = pipeline.move_names().collect();
    assert_eq!(moves.len(), 10);
    let (mut legal, mut refused) = (0, 0);
    for (from, open) in table {
        assert_eq!(names(&pipeline, from), open, "P5 {from}");
        for name in &moves {
            match pipeline.resolve(&at(from), name) {
                Ok(Target::Move(one)) => {
                    assert!(one.named && open.contains(&format!("{name}>{}", one.to.id).as_str()));
                    legal += 1;
                }
                Err(MoveRefusal::NotOpen { named: true, is_final, .. }) => {
                    assert_eq!(is_final, from == "won");
                    refused += 1;
                }
                other => panic!("{from} {name} {other:?}"),
            }
        }
    }
    assert_eq!((legal, refused), (22, 68));
    let kinds: Vec<_> = pipeline.moves(&at("negotiating")).iter().map(|one| one.kind).collect();
    assert_eq!(kinds, [Step::Forward, Step::Forward, Step::StepBack]);
}

#[test]
fn d10_a_refused_jump_explains_the_way() {
    let pipeline = load("dealership");
    let refusal = pipeline.resolve(&at("new"), "Negotiating").unwrap_err();
    let words = |list: &[&str]| list.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
    let path = ["mark-contacted", "mark-engaged", "set-appointment", "mark-showed", "start-negotiation"];
    assert_eq!(
        refusal,
        MoveRefusal::NotOpen {
            name: "negotiating".to_owned(),
            named: false,
            to: Some(at("negotiating")),
            legal: words(&["mark-contacted", "mark-lost", "mark-dormant"]),
            way: Some(words(&path)),
            is_final: false,
        }
    );
    assert_eq!(way(&pipeline, "new", "start negotiation").unwrap(), path);
    assert_eq!(way(&pipeline, "won", "new"), None);
    assert_eq!(way(&pipeline, "contacted", "mark-contacted"), None, "L7: refused where it leads");
}

#[test]
fn an_unknown_target_is_answered_with_what_was_meant() {
    let pipeline = load("dealership");
    let Err(MoveRefusal::UnknownTarget { suggestions, legal, .. }) = pipeline.resolve(&at("new"), "mark-wno")
    else {
        panic!("known");
    };
    assert_eq!((suggestions[0].as_str(), legal.len()), ("mark-won", 3));
    assert_eq!(pipeline.find_stage("APPOINTMENT_SET").unwrap().label, "Appointment set");
    assert!(pipeline.moves(&at("gone")).is_empty());
    assert!(pipeline.stage(&at("gone")).is_final);
}

#[test]
fn agency_moves_from_any_stage_to_any_other() {
    let pipeline = load("agency");
    for from in &pipeline.stages {
        let open: Vec<_> = pipeline.moves(&from.id).iter().map(|one| one.to.id.clone()).collect();
        let others = pipeline.stages.iter().map(|stage| stage.id.clone()).filter(|id| *id != from.id);
        assert_eq!(open, others.collect::<Vec<_>>());
        assert!(pipeline.may_convert_from(&from.id) && pipeline.admits_at_creation(&from.id));
    }
    assert_eq!(pipeline.moves(&at("LOST"))[0].kind, Step::Revive);
    assert_eq!(pipeline.moves(&at("QUALIFIED"))[0].kind, Step::StepBack);
    assert!(matches!(pipeline.resolve(&at("LOST"), "not contacted"), Ok(Target::Move(_))));
}

#[test]
fn m10_mini_enters_converted_by_conversion_alone() {
    let pipeline = load("mini");
    for from in &pipeline.stages {
        let open: Vec<_> = pipeline.moves(&from.id).iter().map(|one| one.to.id.as_str()).collect();
        let all = ["new", "contacted", "qualified", "lost"];
        assert_eq!(open, all.into_iter().filter(|id| *id != from.id.as_str()).collect::<Vec<_>>());
    }
    assert_eq!(way(&pipeline, "new", "converted").unwrap(), ["convert"]);
    assert_eq!(way(&pipeline, "lost", "converted").unwrap(), ["new", "convert"]);
    assert_eq!(pipeline.way(&at("new"), &at("converted"), true), None, "never twice");
    assert!(!pipeline.may_convert_from(&at("lost")) && pipeline.may_convert(&at("new"), false));
    assert!(!pipeline.may_convert(&at("new"), true));
    assert!(!pipeline.admits_at_creation(&at("converted")) && pipeline.admits_at_creation(&at("lost")));
}

#[test]
fn d6_conversion_is_open_where_the_table_says() {
    let dealership = load("dealership");
    assert!(dealership.stages.iter().all(|stage| dealership.may_convert_from(&stage.id)));
    let field = load("field-service");
    let open = field.stages.iter().filter(|stage| field.may_convert_from(&stage.id));
    assert_eq!(
        open.map(|stage| stage.id.as_str()).collect::<Vec<_>>(),
        ["lead", "prospect", "quoted", "customer"]
    );
    let stamps: Vec<_> =
        field.stages.iter().filter(|stage| !stage.stamp.is_empty()).map(|s| s.id.as_str()).collect();
    assert_eq!(stamps, ["customer"], "F3");
}

#[test]
fn f10_channels_start_where_the_table_says() {
    let pipeline = load("field-service");
    for (channel, stage) in
        [("booking-form", "lead"), ("AI receptionist", "lead"), ("technician", "customer")]
    {
        assert_eq!(pipeline.start(channel), Ok(Start::Stage(pipeline.stage(&at(stage)))));
    }
    assert_eq!(
        pipeline.start("office"),
        Ok(Start::MustBeGiven { suggest: vec![at("lead"), at("prospect")] })
    );
    assert_eq!(
        pipeline.start("fax").unwrap_err().hints,
        ["one of: booking-form, ai-receptionist, web-form, office, technician"]
    );
}

#[test]
fn a2_sources_are_closed_lists_where_they_are() {
    assert_eq!(load("agency").source("cold call"), Ok("Cold Call".to_owned()));
    assert_eq!(load("mini").source("advertisement"), Ok("Advertisement".to_owned()));
    assert_eq!(
        load("agency").source("fax").unwrap_err().hints,
        ["one of: Website, Referral, LinkedIn, Cold Call, Email, Event, Other"]
    );
    assert_eq!(load("dealership").source(" Radio spot "), Ok("Radio spot".to_owned()));
}

#[test]
fn l2_kinds_stamp_as_listed() {
    for one in presets() {
        let pipeline = one.pipeline();
        for kind in ["call", "Text", "email", "message", "visit", "estimate"] {
            assert!(pipeline.activity(kind).unwrap().contact, "{kind}");
        }
        for kind in ["note", "job", "payment", "other"] {
            assert!(!pipeline.activity(kind).unwrap().contact, "{kind}");
        }
    }
}

#[test]
fn roles_hold_what_the_table_says() {
    let all = BTreeSet::from_iter(Capability::ALL.iter().copied());
    let but =
        |gone: &[Capability]| all.iter().copied().filter(|one| !gone.contains(one)).collect::<BTreeSet<_>>();
    let no_admin = but(&[Capability::Admin]);
    let agency_sales = BTreeSet::from([Capability::Create, Capability::Work, Capability::Convert]);
    let sales = [
        ("field-service", no_admin.clone()),
        ("mini", no_admin.clone()),
        ("agency", agency_sales),
        ("dealership", but(&[Capability::Reassign, Capability::Admin])),
    ];
    for (id, capabilities) in sales {
        let pipeline = load(id);
        assert_eq!(pipeline.role("Sales").unwrap().capabilities, capabilities, "{id}");
        assert_eq!(pipeline.role("manager").unwrap().capabilities, no_admin, "{id}");
        assert_eq!(pipeline.role("owner").unwrap().capabilities, all, "{id}");
    }
}

#[test]
fn a8_claims_hold_86_400_seconds_or_for_good() {
    for (id, seconds) in [
        ("field-service", Some(86_400)),
        ("agency", Some(86_400)),
        ("mini", Some(86_400)),
        ("dealership", None),
    ] {
        assert_eq!(load(id).claim.window.map(|window| window.as_secs()), seconds, "{id}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_mutation_of_a_preset_makes_reading_panic(
        which in 0usize..4, cut in any::<prop::sample::Index>(), length in 0usize..40,
        patch in "[\\[\\]{}=\"*,\\n a-z0-9é\u{202e}-]{0,12}",
    ) {
        let text = presets()[which].text;
        let bounds: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        let start = cut.index(bounds.len());
        let end = bounds.get(start + length).copied().unwrap_or(text.len());
        let mutated = format!("{}{patch}{}", &text[..bounds[start]], &text[end..]);
        if let Ok(pipeline) = Pipeline::parse(&mutated) {
            for stage in &pipeline.stages {
                for one in pipeline.moves(&stage.id) {
                    prop_assert!(matches!(pipeline.resolve(&stage.id, one.name), Ok(Target::Move(to)) if to.to == one.to));
                }
            }
        }
    }
}
