//! A pipeline file: everything that is wrong stands where it is said to stand, and a pipeline that is accepted
//! keeps its meaning when it is written anew, and answers whatever its rules are asked.

use lead_shared::domain::pipeline::{Enter, MoveRefusal, Pipeline, Target, object};

use super::{is_plain, is_within, text};

pub fn body(bytes: &[u8]) {
    let file = text(bytes);
    let findings = Pipeline::check(file);
    match Pipeline::parse(file) {
        Ok(pipeline) => {
            assert!(findings.is_empty(), "accepted, and {findings:?}");
            comes_back(file, &pipeline);
            answers(&pipeline);
        }
        Err(found) => {
            assert_eq!(found, findings);
            assert!((1..=100).contains(&found.len()), "{} findings", found.len());
            for finding in found {
                is_within(file, finding.line, finding.column);
                is_plain(&finding.message);
                finding.hint.iter().for_each(|hint| is_plain(hint));
            }
            let _ = object(file);
        }
    }
}

/// Its object, as `pipeline show` prints it, is the same pipeline when it is written as a file.
fn comes_back(file: &str, pipeline: &Pipeline) {
    let shown = object(file).expect("what was accepted can be shown");
    let written = toml::to_string(&shown).expect("an object of a file");
    match Pipeline::parse(&written) {
        Ok(again) => assert_eq!(again, *pipeline, "{written}"),
        Err(found) => panic!("{found:?}: {written}"),
    }
}

/// Every rule has an answer at every stage, and the answers agree.
fn answers(pipeline: &Pipeline) {
    assert!(pipeline.known(&pipeline.initial).is_some());
    is_plain(&pipeline.mermaid().replace('\n', " "));
    let stages = pipeline.stages.iter().take(12);
    for from in stages.clone() {
        let open = pipeline.moves(&from.id);
        for one in &open {
            assert!(one.to.id != from.id && one.to.enter == Enter::Any && !from.is_final);
            match pipeline.resolve(&from.id, one.name) {
                Ok(Target::Move(found)) => {
                    assert_eq!(found.to.id, one.to.id, "{} of {:?}", one.name, from.id);
                }
                other => panic!("{} is open and means {other:?}", one.name),
            }
            assert_eq!(pipeline.way(&from.id, &one.to.id, false).map(|way| way.len()), Some(1));
        }
        for to in stages.clone() {
            match pipeline.resolve(&from.id, to.id.as_str()) {
                Ok(Target::Already(here)) => assert_eq!(here.id, from.id),
                Ok(Target::Move(found)) => assert!(open.contains(&found)),
                Err(MoveRefusal::NotOpen { way, .. }) => {
                    assert_eq!(way, pipeline.way(&from.id, &to.id, false));
                }
                Err(other) => panic!("{:?} is a stage: {other:?}", to.id),
            }
        }
        let _ = (pipeline.may_convert(&from.id, true), pipeline.admits_at_creation(&from.id));
    }
    for channel in &pipeline.intake {
        let _ = pipeline.start(&channel.id);
    }
    let _ =
        (pipeline.chief_role(), pipeline.source("Website"), pipeline.resolve(&pipeline.initial, "nowhere"));
}
