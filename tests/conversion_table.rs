//! The table of conversion: four presets by fresh, known by address, known by phone, without an
//! address, converted already, lost, final, and by what can be said beside: the customer, a new
//! one, the customer it was added with, and names of one word, three words, a firm.

use serde_json::{Value, json};

use crate::harness::{Office, both};

const NOW: &str = "2026-11-22T08:00:00Z";

/// What converting a lead comes to.
#[derive(Clone, Copy, Debug)]
enum End {
    /// This stage, in place.
    Stage(&'static str),
    /// A new customer, and this stage.
    Made(&'static str),
    /// This customer, who was there, and this stage.
    Linked(u64, &'static str),
    /// Already so, nothing written.
    Already,
    /// Refused with this code.
    Refused(i32),
}

/// A row: how the lead is added, whether it is converted before, what is said at conversion.
#[derive(Clone, Copy, Debug)]
struct Row {
    name: &'static str,
    added: &'static str,
    twice: bool,
    said: &'static str,
    end: End,
    /// First and last name of the customer that is made.
    split: (Option<&'static str>, Option<&'static str>),
}

impl Row {
    const fn of(added: &'static str, end: End) -> Self {
        Self { name: "Kim Lee", added, twice: false, said: "", end, split: (None, None) }
    }

    const fn twice(added: &'static str, end: End) -> Self {
        Self { twice: true, ..Self::of(added, end) }
    }

    const fn said(self, said: &'static str) -> Self {
        Self { said, ..self }
    }

    const fn name(self, name: &'static str) -> Self {
        Self { name, ..self }
    }

    const fn split(self, first: &'static str, last: &'static str) -> Self {
        let last = if last.is_empty() { None } else { Some(last) };
        Self { split: (Some(first), last), ..self }
    }
}

const FRESH: &str = "--email fresh@acme.example --phone '030 777'";
const BY_EMAIL: &str = "--email ' KIM@acme.example '";
const BY_PHONE: &str = "--phone '+49 30 1234567' --address 'Street 1'";
const NO_EMAIL: &str = "--phone '030 888' --company Acme";

/// The customers in order, each as shown.
fn customers(office: &Office) -> Vec<Value> {
    office.lead("customer list --json").json().as_array().expect("a list").clone()
}

fn table(office: &Office, pipeline: &str, rows: &[Row]) {
    office.init(pipeline);
    let has_customers = office.lead("customer list").code == 0;
    if has_customers {
        office.lead("customer add 'Known' --email kim@acme.example --phone '030 1234567'").ok().stdout("1\n");
        office.lead("customer add 'Other' --company Other").ok().stdout("2\n");
    }
    let list = || if has_customers { customers(office) } else { Vec::new() };
    for row in rows {
        let what = format!("{pipeline}: {row:?}");
        let lead = office.add(&format!("'{}' {} --on-duplicate keep", row.name, row.added));
        if row.twice {
            office.lead(format!("convert {lead}")).ok();
        }
        let (was, known, past) = (office.show(lead), list(), office.history(lead).len());
        let is_changed = !matches!(row.end, End::Already | End::Refused(_));
        let before = if is_changed { String::new() } else { office.snapshot() };
        let run = office.lead(format!("convert {lead} {}", row.said));
        let is = office.show(lead);
        let told = office.history(lead).split_off(past);
        let (customer, stage) = match row.end {
            End::Already | End::Refused(_) => {
                if let End::Refused(code) = row.end {
                    run.refused(code);
                } else {
                    run.ok();
                }
                assert_eq!((before, was, known), (office.snapshot(), is, list()), "{what}");
                continue;
            }
            End::Stage(stage) => {
                run.ok().stdout("");
                (Value::Null, stage)
            }
            End::Made(stage) => {
                let made = list().last().expect("one was made").clone();
                run.ok().stdout(&format!("{}\n", made["id"]));
                assert_eq!(made["id"], known.len() as u64 + 1, "{what}");
                for field in ["name", "email", "phone", "company", "address"] {
                    assert_eq!(made[field], was[field], "{field} of {what}");
                }
                let split = (&made["first_name"], &made["last_name"]);
                assert_eq!(split, (&json!(row.split.0), &json!(row.split.1)), "{what}");
                (made["id"].clone(), stage)
            }
            End::Linked(id, stage) => {
                run.ok().stdout(&format!("{id}\n"));
                let now = list();
                assert_eq!(now.len(), known.len(), "{what}");
                let old = known.iter().find(|one| one["id"] == id).expect("it was there");
                let new = now.iter().find(|one| one["id"] == id).expect("it is there");
                for field in ["name", "email", "phone", "company", "address"] {
                    let filled =
                        if old[field].is_null() && field != "name" { &was[field] } else { &old[field] };
                    assert_eq!(&new[field], filled, "{field} of {what}");
                }
                (json!(id), stage)
            }
        };
        assert_eq!(
            (&is["stage"], &is["customer"], &is["converted_at"]),
            (&json!(stage), &customer, &json!(NOW)),
            "{what}"
        );
        let mine = |one: &&Value| one["leads"].as_array().is_some_and(|leads| leads.contains(&json!(lead)));
        let holders: Vec<_> = list().iter().filter(mine).map(|one| one["id"].clone()).collect();
        let expected = if customer.is_null() { Vec::new() } else { vec![customer.clone()] };
        assert_eq!(holders, expected, "listed under one, {what}");
        let events: Vec<_> = told.iter().map(|entry| entry["event"].clone()).collect();
        let moved = if was["stage"] == is["stage"] { &[][..] } else { &["lead_status_transition"][..] };
        assert_eq!(events, [moved, &["converted"]].concat(), "{what}");
        assert!(told.iter().all(|entry| entry["change"] == told[0]["change"]), "one commit, {what}");
        let edits: Vec<_> = told.iter().filter_map(|entry| entry["edits"].as_array()).flatten().collect();
        let of = |record: &str| edits.iter().any(|edit| edit["record"] == record);
        assert!(of(&format!("lead/{lead}")), "{what}: {edits:?}");
        assert_eq!(of(&format!("customer/{customer}")), known != list(), "{what}: {edits:?}");
    }
    office.lead("doctor").ok();
}

both!(in_place, "F3 F4 L11", |office| {
    table(
        office,
        "field-service",
        &[
            Row::of(FRESH, End::Stage("customer")),
            Row::of(BY_EMAIL, End::Stage("customer")),
            Row::of(BY_PHONE, End::Stage("customer")),
            Row::of(NO_EMAIL, End::Stage("customer")),
            Row::of("", End::Stage("customer")),
            Row::of("--stage quoted", End::Stage("customer")),
            Row::twice(FRESH, End::Already),
            Row::of("--stage customer", End::Already),
            Row::of("--stage inactive", End::Refused(4)),
            Row::of(FRESH, End::Refused(4)).said("--into 1"),
            Row::of(FRESH, End::Refused(4)).said("--new"),
            Row::of("", End::Stage("customer")).name("Cher"),
            Row::of("", End::Stage("customer")).name("Ana de la Cruz"),
            Row::of("", End::Stage("customer")).name("Acme Heating GmbH").said("--company-name"),
        ],
    );
});

both!(asking, "A11 A3 A12 L11", |office| {
    table(
        office,
        "agency",
        &[
            Row::of(FRESH, End::Made("CONVERTED")),
            Row::of(BY_EMAIL, End::Refused(7)),
            Row::of(BY_PHONE, End::Refused(7)),
            Row::of(NO_EMAIL, End::Made("CONVERTED")),
            Row::twice("--email twice@acme.example", End::Already),
            Row::twice("--email again@acme.example", End::Refused(4)).said("--new"),
            Row::twice("--email more@acme.example", End::Refused(4)).said("--into 1"),
            Row::of("--phone '030 111' --stage LOST", End::Made("CONVERTED")),
            Row::of("--phone '030 222' --stage CONVERTED", End::Made("CONVERTED")),
            Row::of(BY_EMAIL, End::Linked(1, "CONVERTED")).said("--into 1"),
            Row::of(BY_PHONE, End::Linked(1, "CONVERTED")).said("--into 1"),
            Row::of(NO_EMAIL, End::Linked(2, "CONVERTED")).said("--into 2"),
            Row::of(FRESH, End::Refused(3)).said("--into 77"),
            Row::of(BY_EMAIL, End::Made("CONVERTED")).said("--new"),
            Row::of("--phone '030 999' --customer 1", End::Linked(1, "CONVERTED")),
            Row::of("--phone '030 998' --customer 1", End::Linked(2, "CONVERTED")).said("--into 2"),
            Row::of("--phone '030 997' --customer 1", End::Made("CONVERTED")).said("--new"),
            Row::of("--phone '030 1'", End::Made("CONVERTED")).name("Cher"),
            Row::of("--phone '030 2'", End::Made("CONVERTED")).name("Ana de la Cruz"),
            Row::of("--phone '030 3'", End::Made("CONVERTED"))
                .name("Acme Heating GmbH")
                .said("--company-name"),
        ],
    );
});

both!(always_new, "M9 M10 L11", |office| {
    table(
        office,
        "mini",
        &[
            Row::of(FRESH, End::Made("converted")).split("Kim", "Lee"),
            Row::of(BY_EMAIL, End::Made("converted")).split("Kim", "Lee"),
            Row::of(BY_PHONE, End::Made("converted")).split("Kim", "Lee"),
            Row::of(NO_EMAIL, End::Made("converted")).split("Kim", "Lee"),
            Row::of("", End::Made("converted")).split("Kim", "Lee"),
            Row::twice("--email twice@acme.example", End::Refused(4)),
            Row::of("--stage lost", End::Refused(4)),
            Row::of(BY_EMAIL, End::Refused(2)).said("--into 1"),
            Row::of(BY_EMAIL, End::Made("converted")).said("--new").split("Kim", "Lee"),
            Row::of("--customer 1", End::Made("converted")).split("Kim", "Lee"),
            Row::of("", End::Made("converted")).name("Cher").split("Cher", ""),
            Row::of("", End::Made("converted")).name("Ana de la Cruz").split("Ana de la", "Cruz"),
            Row::of("", End::Made("converted")).name("Acme Heating GmbH").said("--company-name"),
        ],
    );
});

both!(linking_without_asking, "D6 D5 L11", |office| {
    table(
        office,
        "dealership",
        &[
            Row::of(FRESH, End::Made("new")),
            Row::of(BY_EMAIL, End::Linked(1, "new")),
            Row::of(BY_PHONE, End::Made("new")),
            Row::of(NO_EMAIL, End::Made("new")),
            Row::of("", End::Made("new")),
            Row::twice("--email twice@acme.example", End::Already),
            Row::of("--stage lost", End::Made("lost")),
            Row::of("--stage won", End::Made("won")),
            Row::of("--stage won --email kim@acme.example", End::Linked(1, "won")),
            Row::of("", End::Linked(2, "new")).said("--into 2"),
            Row::of(BY_EMAIL, End::Linked(2, "new")).said("--into 2"),
            Row::of(BY_EMAIL, End::Made("new")).said("--new"),
            Row::of("--customer 2", End::Linked(2, "new")),
            Row::of("--customer 2", End::Made("new")).said("--new"),
            Row::of("", End::Made("new")).name("Cher"),
            Row::of("", End::Made("new")).name("Ana de la Cruz"),
            Row::of("", End::Made("new")).name("Acme Heating GmbH").said("--company-name"),
        ],
    );
});
