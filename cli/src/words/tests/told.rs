//! What is told of several things at once: deeds of one commit, refusals of many leads.

use lead_shared::domain::request::Deed;

use super::*;

#[test]
fn a_sentence_says_all_that_was_done() {
    let deed = Deed::Convert(Default::default());
    let converted = Did::Converted { customer: Some(3), noun: "client".to_owned(), how: How::Made };
    let mut one = result(Settled::Done(converted));
    one.hints.push(Hint::DealStarted(5));
    assert_eq!(done(&one, Some(&deed), &clock()), "12 Kim Lee: converted into client 3, deal 5 started");
    assert_eq!(hint(&Hint::DealStarted(5), 12), None);
}

#[test]
fn one_mistake_is_said_once_and_names_its_leads_where_not_all_met_it() {
    let refused = |lead, why| LeadResult { lead, ..result(Settled::Refused(why)) };
    let told = |results: &[LeadResult]| -> Vec<String> {
        refusals(results, &clock()).into_iter().map(|said| said.message).collect()
    };
    let blank = || Flaw::new("is not a date").of("when", "someday");
    assert_eq!(told(&[refused(1, blank()), refused(2, blank())]), ["when `someday` is not a date"]);
    let lacks = || Refusal::Capability { needs: Capability::Assign };
    assert_eq!(
        told(&[refused(1, lacks()), refused(2, lacks()), result(Settled::Done(Did::Noted))]),
        ["1, 2: you lack the capability `assign`"]
    );
    let unknown = |near: &str| Refusal::NoSuch {
        thing: Thing::Target,
        given: "blargh".to_owned(),
        suggestions: own(&[near]),
    };
    let all = refusals(&[refused(1, unknown("mark-won")), refused(2, unknown("mark-lost"))], &clock());
    assert_eq!((all.len(), all[0].hints.as_slice()), (1, own(&["`lead pipeline show`"]).as_slice()));
}

#[test]
fn a_program_gets_its_hints_as_they_are_typed() {
    let why = Refusal::Trashed { lead: 12 };
    assert!(said(Some(Format::Json), &why).contains(r#""hints":["lead restore 12"]"#));
    assert!(said(None, &why).ends_with("hint: `lead restore 12`\n"));
}
