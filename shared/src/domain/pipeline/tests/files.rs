//! P2: each fault of a file, with its line and column.

use std::time::Instant;

use crate::domain::pipeline::{Pipeline, SIZE_LIMIT, StageId};

const GOOD: &str = r#"schema = 1
id = "shop"
initial = "a"
noun = "client"
[[stage]]
id = "a"
kind = "open"

[[stage]]
id = "b"
kind = "won"
final = true

[[transition]]
name = "go"
from = "a"
to = "b"

[[role]]
id = "boss"
can = ["admin"]
"#;

/// The findings of `GOOD` with one piece replaced.
fn with(old: &str, new: &str) -> Vec<String> {
    assert!(GOOD.contains(old), "{old}");
    found(&GOOD.replacen(old, new, 1))
}

fn found(text: &str) -> Vec<String> {
    let said = |one: &super::Finding| match &one.hint {
        Some(hint) => format!("{one} ({hint})"),
        None => one.to_string(),
    };
    Pipeline::check(text).iter().map(said).collect()
}

#[test]
fn p2_a_short_file_is_good() {
    assert_eq!(found(GOOD), [""; 0]);
    let pipeline = Pipeline::parse(GOOD).unwrap();
    assert_eq!((pipeline.title.as_str(), pipeline.stages[0].label.as_str()), ("shop", "a"));
}

#[test]
fn p2_stages_and_moves() {
    assert_eq!(with("initial = \"a\"", "initial = \"x\""), ["3:11: unknown stage `x` (one of: a, b)"]);
    assert_eq!(
        with("to = \"b\"", "to = \"c\""),
        [
            "10:6: stage `b` cannot be reached (write a transition to `b`, or remove it)",
            "17:6: unknown stage `c` (one of: a, b)",
        ]
    );
    assert_eq!(
        with("final = true\n", ""),
        ["10:6: stage `b` is a dead end but not final (write a transition from it, or `final = true`)"]
    );
    assert_eq!(
        with("final = true\n", "final = true\n\n[[stage]]\nid = \"c\"\nkind = \"lost\"\nfinal = true\n"),
        ["15:6: stage `c` cannot be reached (write a transition to `c`, or remove it)"]
    );
    assert_eq!(
        with("id = \"b\"", "id = \"A\""),
        ["10:6: stage `A` stands twice", "17:6: unknown stage `b` (one of: a)",]
    );
    assert_eq!(
        with("from = \"a\"", "from = [\"a\", \"b\"]"),
        ["16:14: nothing leads out of `b`: it is final"]
    );
    assert_eq!(with("to = \"b\"", "to = [\"b\", \"B\"]"), ["17:12: `B` stands twice in `to`"]);
    assert_eq!(
        with("from = \"a\"\n", ""),
        ["14:1: missing attribute `from` of transition (write `from = \"STAGE\"`)"]
    );
}

#[test]
fn p2_a_slip_of_the_pen_is_reported_once() {
    let text = super::preset("field-service").unwrap().text;
    let line = 1 + text.lines().position(|line| line.starts_with("to = [\"prospect\"")).unwrap();
    assert_eq!(
        found(&text.replacen("to = [\"prospect\", \"quoted\"", "to = [\"prospect\", \"qotued\"", 1)),
        [format!("{line}:19: unknown stage `qotued` (did you mean `quoted`?)")]
    );
}

#[test]
fn p2_moves_with_two_meanings() {
    let more = |name: &str, from: &str, to: &str| {
        format!(
            "[[stage]]\nid = \"c\"\nkind = \"lost\"\nfinal = true\n[[transition]]\nname = \"{name}\"\nfrom = \"{from}\"\nto = \"{to}\"\n\n[[role]]"
        )
    };
    assert_eq!(
        with("[[role]]", &more("GO", "a", "c")),
        ["24:8: move `GO` has two meanings from `a`: to `b` and to `c`"]
    );
    assert_eq!(
        with("[[role]]", &more("go", "*", "c")),
        ["24:8: move `go` has two meanings from `a`: to `b` and to `c`"]
    );
    assert_eq!(
        with("[[role]]", &more("b", "a", "c")),
        ["24:8: move `b` has two meanings: it leads to `c`, and there is a stage of that name"]
    );
    assert_eq!(with("[[role]]", &more("c", "a", "c")), [""; 0]);
    assert_eq!(with("to = \"b\"", "to = \"*\""), ["15:8: move `go` leads to more than one stage"]);
    assert_eq!(with("\"go\"", "\"convert\""), ["15:8: `convert` is the name of an action"]);
}

#[test]
fn p2_conversion() {
    let convert = |body: &str| with("[[role]]", &format!("[convert]\n{body}\n\n[[role]]"));
    assert_eq!(convert("stage = \"b\""), [""; 0]);
    assert_eq!(convert("stage = \"zz\""), ["20:9: unknown stage `zz` (one of: a, b)"]);
    assert_eq!(
        convert("stage = \"b\"\nrefuse_from = [\"a\"]"),
        ["20:9: conversion sets stage `b`, which no step reaches"]
    );
    let only = GOOD.replacen("final = true", "final = true\nenter = \"convert-only\"", 1).replacen(
        "name = \"go\"\n",
        "",
        1,
    );
    assert_eq!(
        found(&only),
        [
            "6:6: stage `a` is a dead end but not final (write a transition from it, or `final = true`)",
            "10:6: stage `b` cannot be reached (it is convert-only, and `convert` does not set it)",
        ]
    );
    assert_eq!(found(&format!("{only}[convert]\nstage = \"b\"\n")), [""; 0]);
    assert_eq!(
        found(&format!(
            "{}[convert]\nstage = \"b\"\n",
            only.replacen("initial = \"a\"", "initial = \"b\"", 1)
        ))[0],
        "3:11: no lead can start at `b`: it is convert-only"
    );
}

#[test]
fn p2_attributes_ids_and_texts() {
    assert_eq!(
        with("final = true", "finale = true")[1],
        "12:1: unknown attribute of stage `finale` (did you mean `final`?)"
    );
    assert_eq!(
        with("initial", "intial"),
        [
            "1:1: missing attribute `initial` of the pipeline (write `initial = \"STAGE\"`)",
            "3:1: unknown attribute of the pipeline `intial` (did you mean `initial`?)",
        ]
    );
    assert_eq!(with("\"go\"", "\"1st\""), ["15:8: `name` must not be `1st`: it starts with a digit"]);
    assert_eq!(with("\"boss\"", "\"none\""), ["20:6: `id` must not be `none`: it is a reserved word"]);
    assert_eq!(with("\"go\"", "\"a b\""), ["15:8: `name` must not be `a b`: it contains a space (a-b)"]);
    assert_eq!(
        with("kind = \"open\"", "kind = \"opne\""),
        ["7:8: unknown `kind` `opne` (did you mean `open`?)"]
    );
    assert_eq!(with("kind = \"open\"", "kind = 7"), ["7:8: `kind` must be a text, not a number"]);
    assert_eq!(with("kind = \"open\"", "kind = \"open\"\nlabel = \" \""), ["8:9: `label` is empty"]);
    assert_eq!(
        with("kind = \"open\"", "kind = \"open\"\nlabel = \"B\""),
        ["8:9: label `B` names stage `b` too"]
    );
    assert_eq!(
        with("kind = \"open\"", "kind = \"open\"\nlabel = \"x\\u001b[2J\""),
        ["8:9: `label` holds a control character: `x\\u{1b}[2J`"]
    );
    assert_eq!(
        with("kind = \"open\"", "kind = \"open\"\nmeaning = \"\u{202e}\""),
        ["8:11: `meaning` holds a control character: `\\u{202e}`"]
    );
    assert_eq!(
        with("schema = 1", "schema = 2"),
        ["1:10: schema 2 is not known; this program reads schema 1"]
    );
}

#[test]
fn p2_windows_capabilities_columns_fields() {
    let end = |more: &str| found(&format!("{GOOD}{more}"));
    for bad in ["24", "0h", "tomorrow", "-1h"] {
        assert_eq!(
            end(&format!("[claim]\nwindow = \"{bad}\"\n")),
            [format!("23:10: `window` is not a span of time: `{bad}` (write it as `24h`, up to 366 days)")]
        );
    }
    assert_eq!(
        end("[claim]\nwindow = \"2h\"\nwarn_before = \"2h\"\n"),
        ["24:15: `warn_before` is not shorter than `window`"]
    );
    assert_eq!(
        with("[\"admin\"]", "[\"admni\"]"),
        [
            "19:1: no role can `admin` (give one `[[role]]` the capability `admin`)",
            "21:8: unknown capability `admni` (did you mean `admin`?)",
        ]
    );
    assert_eq!(
        end("[list]\ncolumns = [\"id\", \"emial\"]\n"),
        ["23:18: unknown column `emial` (did you mean `email`?)"]
    );
    assert_eq!(
        end("[list]\norder = [\"-created_at\", \"tags\"]\n"),
        ["23:25: a list cannot be ordered by `tags`"]
    );
    assert_eq!(
        end("[fields]\nrequired = [\"name\", \"pone\"]\n"),
        ["23:21: unknown `required` `pone` (did you mean `phone`?)"]
    );
    assert_eq!(end("[fields]\nany_of = [[]]\n"), ["23:11: a group of `any_of` is empty"]);
    assert_eq!(end("[[automation]]\non = \"call\"\nthen = \"convert\"\n"), ["23:6: unknown activity `call`"]);
    assert_eq!(
        end("[[intake]]\nchannel = \"web\"\n"),
        ["22:1: a channel has either a `stage` or a `suggest`"]
    );
}

#[test]
fn p2_files_that_are_hardly_files() {
    assert_eq!(found("schema = 1\nid = \n")[0].split(": ").next().unwrap(), "2:6");
    let empty = found("");
    assert!(empty.iter().any(|one| one.starts_with("1:1: the pipeline has no stages")), "{empty:?}");
    assert_eq!(found(&"#".repeat(SIZE_LIMIT + 1)).len(), 1);
    assert!(!found(&"[".repeat(200_000)).is_empty());
    assert!(!found(&format!("a = {}", "[".repeat(200_000))).is_empty());
    assert!(!found("\u{0}\u{feff}\u{202e}").is_empty());
}

#[test]
fn a_file_full_of_malice_is_read_in_good_time() {
    let head = "schema = 1\nid = \"big\"\nnoun = \"client\"\ninitial = \"s0\"\n";
    let stages: String = (0..1_200).map(|n| format!("[[stage]]\nid = \"s{n}\"\nkind = \"open\"\n")).collect();
    let star = "[[transition]]\nname=\"x\"\nfrom=\"*\"\nto=\"*\"\n".repeat(1_400);
    let free = "[[transition]]\nfrom=\"*\"\nto=\"*\"\n".repeat(1_800);
    let named = "[[transition]]\nname=\"x\"\nfrom=\"*\"\nto=\"s1\"\n".repeat(1_400);
    let kinds: String = (0..3_600).map(|n| format!("[[activity]]\nkind = \"k{n}\"\n")).collect();
    let typos = "[[transition]]\nfrom=\"t\"\nto=\"s\"\n".repeat(1_800);
    for body in [star, free, named, typos] {
        let text = format!("{head}{stages}{body}");
        assert!(text.len() <= SIZE_LIMIT);
        let started = Instant::now();
        found(&text);
        assert!(started.elapsed().as_secs() < 20);
    }
    assert!(head.len() + kinds.len() <= SIZE_LIMIT);
    found(&format!("{head}{kinds}"));
}

#[test]
fn thousands_of_stages_are_read_in_good_time() {
    let mut text = String::from("schema = 1\nid = \"big\"\nnoun = \"client\"\ninitial = \"s0\"\n");
    for n in 0..3_000 {
        text.push_str(&format!("[[stage]]\nid = \"s{n}\"\nkind = \"open\"\n"));
    }
    text.push_str("[[transition]]\nfrom = \"*\"\nto = \"*\"\n[[role]]\nid = \"boss\"\ncan = \"admin\"\n");
    let started = Instant::now();
    let pipeline = Pipeline::parse(&text).unwrap();
    assert_eq!(pipeline.moves(&StageId::new("s7")).len(), 2_999);
    assert!(started.elapsed().as_secs() < 20);
    assert_eq!(found(&text.replace("\"*\"", "\"s1\"")).len(), 100);
}
