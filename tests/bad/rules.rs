//! What the rules of a pipeline refuse, word for word.

use super::told;
use crate::harness::{Office, both};

/// Leads in every state that forbids something.
fn stock(office: &Office) {
    office.init("dealership");
    office.user("sam", "sales");
    office.add("'Kim Lee'");
    office.add("'Won One' --stage won");
    office.add("'Taken' --pipeline mini");
    office.add("'Lost' --pipeline mini --stage lost");
    office.add("'Twice' --pipeline mini");
    office.lead("--as sam claim 3").ok();
    office.lead("convert 5").ok();
    office.add("'Ada' --pipeline agency --email ada@acme.example --phone 030123");
}

both!(a_forbidden_move, "P1 A1", |office| {
    stock(office);
    told(
        office,
        "\
$ lead move 1 negotiating → 4
error: cannot move 1 from New to Negotiating
hint: from here: mark-contacted, mark-lost, mark-dormant
hint: the way there: mark-contacted, mark-engaged, set-appointment, mark-showed, start-negotiation
$ lead log 1 call hello --move negotiating → 4
error: cannot move 1 from New to Negotiating
hint: from here: mark-contacted, mark-lost, mark-dormant
hint: the way there: mark-contacted, mark-engaged, set-appointment, mark-showed, start-negotiation
$ lead edit 1 --stage negotiating → 4
error: cannot move 1 from New to Negotiating
hint: from here: mark-contacted, mark-lost, mark-dormant
hint: the way there: mark-contacted, mark-engaged, set-appointment, mark-showed, start-negotiation
",
    );
});

both!(a_named_move_that_is_not_open, "P1 A1", |office| {
    stock(office);
    told(
        office,
        "\
$ lead move 1 mark-won → 4
error: `mark-won` is not open to 1 in New
hint: from here: mark-contacted, mark-lost, mark-dormant
hint: the way there: mark-contacted, mark-engaged, set-appointment, mark-showed, start-negotiation, mark-won
$ lead move 2 mark-lost → 4
error: `mark-lost` is not open to 2 in Won: nothing leads out of it
hint: `lead actions 2`
",
    );
});

both!(a_final_stage, "P1 M10", |office| {
    stock(office);
    told(
        office,
        "\
$ lead move 2 lost → 4
error: cannot move 2 from Won to Lost: nothing leads out of it
hint: `lead actions 2`
$ lead claim 2 → 4
error: cannot claim 2 in Won: the stage is not open
hint: `lead list pool:yes`
$ lead edit 2 --stage new → 4
error: cannot move 2 from Won to New: nothing leads out of it
hint: `lead actions 2`
",
    );
});

both!(a_lead_that_is_claimed_by_another, "A8", |office| {
    stock(office);
    told(
        office,
        "\
$ lead claim 3 → 4
error: 3 is claimed by sam until Mon 2026-11-23 09:00
hint: `lead claim --next`
$ lead own 3 → 4
error: 3 is claimed by sam until Mon 2026-11-23 09:00
hint: `lead claim --next`
",
    );
});

both!(a_lead_of_mini_converted_twice, "D5", |office| {
    stock(office);
    told(
        office,
        "\
$ lead convert 5 → 4
error: 5 was converted before, Sun 2026-11-22 09:00
hint: `lead customer show 1`
$ lead convert 5 --new → 4
error: 5 was converted before, Sun 2026-11-22 09:00
hint: `lead customer show 1`
$ lead move 3 converted → 4
error: cannot move 3 from New to Converted
hint: from here: contacted, qualified, lost
hint: the way there: convert
",
    );
});

both!(a_lost_lead_converted, "D5", |office| {
    stock(office);
    told(
        office,
        "\
$ lead convert 4 → 4
error: cannot convert 4 in Lost
hint: from here: new, contacted, qualified
",
    );
});

both!(the_last_phone_and_email_removed, "A2", |office| {
    stock(office);
    told(
        office,
        "\
$ lead edit 6 --clear phone --clear email → 2
error: phone or email is required
hint: --phone …
hint: --email …
$ lead edit 6 --clear email --clear phone --name Ada → 2
error: phone or email is required
hint: --phone …
hint: --email …
",
    );
});

both!(an_unknown_source, "F3", |office| {
    stock(office);
    told(
        office,
        "\
$ lead add Ada --pipeline mini --source Billboard → 2
error: source `Billboard` is not a source of this pipeline
hint: one of: Website, Referral, LinkedIn, Cold Outreach, Event, Advertisement, Other
$ lead add Ada --pipeline mini --source referal → 2
error: source `referal` is not a source of this pipeline
hint: did you mean `Referral`?
hint: one of: Website, Referral, LinkedIn, Cold Outreach, Event, Advertisement, Other
$ lead edit 6 --source Billboard → 2
error: source `Billboard` is not a source of this pipeline
hint: one of: Website, Referral, LinkedIn, Cold Call, Email, Event, Other
$ lead edit 6 --source 'Cold Outreach' → 2
error: source `Cold Outreach` is not a source of this pipeline
hint: one of: Website, Referral, LinkedIn, Cold Call, Email, Event, Other
",
    );
});

both!(a_reserved_word_as_a_tag, "A4", |office| {
    stock(office);
    told(
        office,
        "\
$ lead tag 1 any → 2
error: tag `any` is a reserved word
$ lead tag 1 none → 2
error: tag `none` is a reserved word
$ lead tag 1 me → 2
error: tag `me` is a reserved word
$ lead tag 1 hot ME → 2
error: tag `ME` is a reserved word
$ lead add Ada --tag any → 2
error: tag `any` is a reserved word
$ lead edit 1 --tag none → 2
error: tag `none` is a reserved word
$ lead tag 1 two,three → 2
error: tag `two,three` contains `,`
$ lead tag 1 '' → 2
error: tag `` is blank
",
    );
});
