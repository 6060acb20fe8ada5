//! The table of conversion: four presets by fresh, known by address, known by phone, without an
//! address, converted already, lost, and final.

use serde_json::Value;

use crate::harness::{Office, both};

const NOW: &str = "2026-11-22T08:00:00Z";

/// What converting a lead comes to.
#[derive(Clone, Copy)]
enum End {
    /// This stage, in place.
    Stage(&'static str),
    /// A new customer, and this stage.
    Made(&'static str),
    /// The customer that was there, and this stage.
    Linked(&'static str),
    /// Already so, nothing written.
    Already,
    /// Refused with this code.
    Refused(i32),
}

/// A kind of lead: the options it is added with, and whether it is converted before.
struct Kind {
    options: &'static str,
    twice: bool,
    end: End,
}

const fn once(options: &'static str, end: End) -> Kind {
    Kind { options, twice: false, end }
}

const fn twice(options: &'static str, end: End) -> Kind {
    Kind { options, twice: true, end }
}

const FRESH: &str = "--email fresh@acme.example --phone '030 777'";
const BY_EMAIL: &str = "--email ' KIM@acme.example '";
const BY_PHONE: &str = "--phone '+49 30 1234567'";
const NO_EMAIL: &str = "--phone '030 888'";

fn customers(office: &Office) -> usize {
    office.lead("customer list -F ids").ok().stdout.lines().count()
}

fn table(office: &Office, pipeline: &str, has_customers: bool, kinds: &[Kind]) {
    office.init(pipeline);
    if has_customers {
        let known = "customer add 'Known' --email kim@acme.example --phone '030 1234567'";
        office.lead(known).ok().stdout("1\n");
    }
    for kind in kinds {
        let what = format!("{pipeline}: {} twice: {}", kind.options, kind.twice);
        let keep = "--on-duplicate keep";
        let lead = office.add(&format!("'Kim Lee' {} {keep}", kind.options));
        if kind.twice {
            office.lead(format!("convert {lead}")).ok();
        }
        let former = office.field(lead, "customer");
        let before = office.snapshot();
        let count = if has_customers { customers(office) } else { 0 };
        let run = office.lead(format!("convert {lead}"));
        let shown = office.show(lead);
        let grown = if has_customers { customers(office) - count } else { 0 };
        match kind.end {
            End::Stage(stage) => {
                run.ok().stdout("");
                assert_eq!((&shown["stage"], &shown["customer"]), (&stage.into(), &Value::Null), "{what}");
            }
            End::Made(stage) => {
                assert_eq!(shown["customer"], run.number(), "{what}");
                assert_eq!((&shown["stage"], grown), (&stage.into(), 1), "{what}");
            }
            End::Linked(stage) => {
                run.ok().stdout("1\n");
                assert_eq!((&shown["stage"], &shown["customer"]), (&stage.into(), &1.into()), "{what}");
                assert_eq!(grown, 0, "{what}");
            }
            End::Already => {
                run.ok();
                assert_eq!(before, office.snapshot(), "{what}");
                assert_eq!((&shown["customer"], grown), (&former, 0), "{what}");
            }
            End::Refused(code) => {
                run.refused(code);
                assert_eq!(before, office.snapshot(), "{what}");
                assert_eq!(grown, 0, "{what}");
            }
        }
        if !matches!(kind.end, End::Refused(_)) {
            assert_eq!(shown["converted_at"], NOW, "{what}");
            assert_eq!(office.events(lead, "converted").len(), 1, "{what}");
        }
    }
}

both!(in_place, "F3 F4 L11", |office| {
    table(
        office,
        "field-service",
        false,
        &[
            once(FRESH, End::Stage("customer")),
            once(BY_EMAIL, End::Stage("customer")),
            once(BY_PHONE, End::Stage("customer")),
            once(NO_EMAIL, End::Stage("customer")),
            once("", End::Stage("customer")),
            once("--stage quoted", End::Stage("customer")),
            twice(FRESH, End::Already),
            once("--stage inactive", End::Refused(4)),
        ],
    );
});

both!(asking, "A11 L11", |office| {
    table(
        office,
        "agency",
        true,
        &[
            once(FRESH, End::Made("CONVERTED")),
            once(BY_EMAIL, End::Refused(7)),
            once(BY_PHONE, End::Refused(7)),
            once(NO_EMAIL, End::Made("CONVERTED")),
            once("--phone '030 999' --customer 1", End::Linked("CONVERTED")),
            twice("--email twice@acme.example", End::Already),
            once("--phone '030 111' --stage LOST", End::Made("CONVERTED")),
            once("--phone '030 222' --stage CONVERTED", End::Made("CONVERTED")),
        ],
    );
});

both!(always_new, "M9 M10 L11", |office| {
    table(
        office,
        "mini",
        true,
        &[
            once(FRESH, End::Made("converted")),
            once(BY_EMAIL, End::Made("converted")),
            once(BY_PHONE, End::Made("converted")),
            once(NO_EMAIL, End::Made("converted")),
            once("", End::Made("converted")),
            twice("--email twice@acme.example", End::Refused(4)),
            once("--stage lost", End::Refused(4)),
        ],
    );
});

both!(linking_without_asking, "D6 D5 L11", |office| {
    table(
        office,
        "dealership",
        true,
        &[
            once(FRESH, End::Made("new")),
            once(BY_EMAIL, End::Linked("new")),
            once(BY_PHONE, End::Made("new")),
            once(NO_EMAIL, End::Made("new")),
            once("", End::Made("new")),
            twice("--email twice@acme.example", End::Already),
            once("--stage lost", End::Made("lost")),
            once("--stage won", End::Made("won")),
            once("--stage won --email kim@acme.example", End::Linked("won")),
        ],
    );
});
