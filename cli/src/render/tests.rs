//! Whole outputs of the forms, and what must never come out.

use std::collections::BTreeMap;

use jiff::civil::{date, time};
use lead_shared::domain::activity::{Edit, Event};
use lead_shared::domain::badge::Badge;
use lead_shared::domain::claim::Claim;
use lead_shared::domain::money::Money;
use lead_shared::domain::notice::{MailKind, MailState};
use lead_shared::domain::phone::Phone;
use lead_shared::domain::pipeline::{PipelineId, StageId, StageKind, Step};
use lead_shared::domain::refusal::Refusal;
use lead_shared::domain::text;
use lead_shared::domain::user::Login;
use lead_shared::domain::view::{ActionView, CustomerView, EntryView, LeadView, MailView};

use super::*;

mod status;
mod table;

pub(crate) fn kim() -> LeadView {
    LeadView {
        id: 12,
        revision: 7,
        pipeline: PipelineId::new("agency"),
        stage: StageId::new("QUALIFIED"),
        stage_label: "Qualified".to_owned(),
        stage_kind: StageKind::Open,
        name: "Kim Lee".to_owned(),
        company: None,
        email: Some("kim@acme.example".to_owned()),
        phone: Some(Phone { typed: "+49 30 1234567".to_owned(), e164: Some("+49301234567".to_owned()) }),
        address: None,
        source: Some("Referral".to_owned()),
        tags: vec!["hot".to_owned()],
        fields: BTreeMap::new(),
        value: Money::parse("4500EUR", "EUR").ok(),
        owner: None,
        claim: Some(Claim {
            by: Login("sam".to_owned()),
            at: "2026-11-22T13:03:00Z".parse().unwrap(),
            until: "2026-11-23T13:03:00Z".parse().unwrap(),
        }),
        assignee: Some(Login("sam".to_owned())),
        follow_up: Some(date(2026, 11, 24)),
        follow_up_time: None,
        badge: Some(Badge::Upcoming),
        last_contacted_at: None,
        converted_at: None,
        customer: None,
        notes: Some("[2026-11-22 14:03 sam] asked for a quote".to_owned()),
        created_at: "2026-11-22T09:00:00Z".parse().unwrap(),
        created_by: Login("kim".to_owned()),
        changed_at: "2026-11-22T13:03:00Z".parse().unwrap(),
        trashed_at: None,
        merged_into: None,
        appointments: None,
        actions: Some(vec![
            ActionView {
                name: "mark-contacted".to_owned(),
                to: Some(StageId::new("contacted")),
                to_label: Some("Contacted".to_owned()),
                kind: Some(Step::Forward),
            },
            ActionView { name: "convert".to_owned(), to: None, to_label: None, kind: None },
        ]),
    }
}

fn output(format: Format) -> Output {
    Output {
        format: Some(format),
        color: ColorChoice::Never,
        terminal: true,
        error_terminal: true,
        width: 200,
        quiet: false,
        ink: lead_shared::domain::chart::Ink::Blocks,
        zone: TimeZone::get("Europe/Berlin").unwrap(),
        labels: BTreeMap::from([("NOT_CONTACTED".to_owned(), "Not contacted".to_owned())]),
    }
}

fn written_by(out: &Output, shape: Shape, rows: &[Row]) -> String {
    let mut sink = Vec::new();
    let mut writer = Rows::begin(out, &mut sink, shape);
    rows.iter().for_each(|row| writer.row(row).unwrap());
    writer.end().unwrap();
    String::from_utf8(sink).unwrap()
}

fn written(format: Format, shape: Shape, rows: &[Row]) -> String {
    written_by(&output(format), shape, rows)
}

fn row(view: LeadView) -> Row {
    Row::Lead(Box::new(view))
}

const LISTED: &str = concat!(
    r#"{"id":12,"revision":7,"pipeline":"agency","stage":"QUALIFIED","name":"Kim Lee","company":null,"email":"kim@acme.example","#,
    r#""phone":"+49 30 1234567","phone_e164":"+49301234567","address":null,"source":"Referral","tags":["hot"],"fields":{},"#,
    r#""value":{"amount":"4500.00","currency":"EUR"},"owner":null,"claim":{"by":"sam","at":"2026-11-22T13:03:00Z","until":"2026-11-23T13:03:00Z"},"assignee":"sam","#,
    r#""follow_up":{"date":"2026-11-24","time":null},"badge":"upcoming","last_contacted_at":null,"converted_at":null,"customer":null,"#,
    r#""created_at":"2026-11-22T09:00:00Z","created_by":"kim","changed_at":"2026-11-22T13:03:00Z","trashed_at":null,"merged_into":null}"#,
);

const SHOWN: &str = concat!(
    r#"{"id":12,"revision":7,"pipeline":"agency","stage":"QUALIFIED","name":"Kim Lee","company":null,"email":"kim@acme.example","#,
    r#""phone":"+49 30 1234567","phone_e164":"+49301234567","address":null,"source":"Referral","tags":["hot"],"fields":{},"#,
    r#""value":{"amount":"4500.00","currency":"EUR"},"owner":null,"claim":{"by":"sam","at":"2026-11-22T13:03:00Z","until":"2026-11-23T13:03:00Z"},"assignee":"sam","#,
    r#""follow_up":{"date":"2026-11-24","time":null},"badge":"upcoming","last_contacted_at":null,"converted_at":null,"customer":null,"#,
    r#""notes":"[2026-11-22 14:03 sam] asked for a quote","created_at":"2026-11-22T09:00:00Z","created_by":"kim","#,
    r#""changed_at":"2026-11-22T13:03:00Z","trashed_at":null,"merged_into":null,"#,
    r#""actions":[{"name":"mark-contacted","to":"contacted","kind":"forward"},{"name":"convert","to":null,"kind":null}]}"#,
);

#[test]
fn a_lead_in_json_is_as_promised() {
    let one = row(kim());
    let two = [one.clone(), one];
    assert_eq!(written(Format::Json, Shape::one(What::Lead), &two[..1]), format!("{SHOWN}\n"));
    assert_eq!(written(Format::Json, Shape::many(What::Leads), &two), format!("[{LISTED},\n {LISTED}]\n"));
    assert_eq!(written(Format::Json, Shape::many(What::Leads), &[]), "[]\n");
    assert_eq!(written(Format::Json, Shape::one(What::Lead), &[]), "");
    assert_eq!(written(Format::Ndjson, Shape::many(What::Leads), &two), format!("{LISTED}\n{LISTED}\n"));
    assert_eq!(written(Format::Ids, Shape::many(What::Leads), &two), "12\n12\n");
    let shape = Shape { columns: Some(vec!["notes".to_owned()]), ..Shape::one(What::Leads) };
    let with_notes = written(Format::Json, shape, &two[..1]);
    assert!(
        with_notes
            .contains(r#""customer":null,"notes":"[2026-11-22 14:03 sam] asked for a quote","created_at""#)
    );
}

#[test]
fn a_follow_up_has_its_time_and_empty_notes_are_null() {
    let view = LeadView {
        follow_up_time: Some(time(15, 0, 0, 0)),
        notes: Some(String::new()),
        actions: None,
        ..kim()
    };
    let shown = written(Format::Json, Shape::one(What::Lead), &[row(view)]);
    assert!(shown.contains(r#""follow_up":{"date":"2026-11-24","time":"15:00"}"#), "{shown}");
    assert!(shown.contains(r#""notes":null"#) && shown.contains(r#""actions":[]"#), "{shown}");
}

fn entry() -> EntryView {
    EntryView {
        seq: 812,
        change: 640,
        at: "2026-11-22T13:03:00Z".parse().unwrap(),
        actor: Login("sam".to_owned()),
        via: None,
        lead: Some(12),
        customer: None,
        event: Event::LeadStatusTransition,
        action: Some("mark-contacted".to_owned()),
        from: Some(StageId::new("new")),
        to: Some(StageId::new("contacted")),
        edits: vec![Edit {
            record: "lead/12".to_owned(),
            field: "stage".to_owned(),
            before: "new".into(),
            after: "contacted".into(),
        }],
        text: None,
        outcome: None,
        hash: "ab".to_owned(),
    }
}

#[test]
fn an_entry_of_the_history() {
    let rows = [Row::Entry(Box::new(entry()))];
    let shape = Shape::many(What::Entries);
    assert_eq!(
        written(Format::Ndjson, shape.clone(), &rows),
        concat!(
            r#"{"seq":812,"change":640,"at":"2026-11-22T13:03:00Z","actor":"sam","via":null,"lead":12,"#,
            r#""event":"lead_status_transition","action":"mark-contacted","from":"new","to":"contacted","#,
            r#""edits":[{"record":"lead/12","field":"stage","before":"new","after":"contacted"}],"text":null,"hash":"ab","#,
            r#""customer":null,"outcome":null}"#,
            "\n"
        )
    );
    assert_eq!(
        written(Format::Table, shape.clone(), &rows),
        "  812  Sun 2026-11-22 14:03  sam  12  moved new → contacted (mark-contacted)  [change 640]\n"
    );
    assert_eq!(
        written(Format::Tsv, shape, &rows),
        "812\t2026-11-22T13:03:00Z\tsam\t\t12\tlead_status_transition\tmark-contacted\tnew\tcontacted\t\t\n"
    );
}

#[test]
fn an_entry_says_whom_and_what_in_words() {
    let edit = |record: &str, field: &str, before, after| Edit {
        record: record.to_owned(),
        field: field.to_owned(),
        before,
        after,
    };
    let told = |view: EntryView| {
        let line = written(Format::Table, Shape::many(What::Entries), &[Row::Entry(Box::new(view))]);
        let (_, told) = line.split_once("  sam  ").unwrap();
        told.strip_suffix("  [change 640]\n").unwrap().to_owned()
    };
    let of = |event, edits: Vec<Edit>| EntryView { event, edits, from: None, to: None, ..entry() };
    let nothing = serde_json::Value::Null;
    let date = serde_json::json!({ "date": "2026-11-24", "time": null, "set_at": "2026-11-22T09:00:00Z" });
    assert_eq!(
        told(EntryView { to: Some(StageId::new("NOT_CONTACTED")), ..of(Event::Created, Vec::new()) }),
        "12  added in Not contacted"
    );
    assert_eq!(
        told(of(Event::FollowUpSet, vec![edit("lead/12", "follow_up", nothing.clone(), date)])),
        "12  follow-up set: 2026-11-24"
    );
    assert_eq!(
        told(of(Event::OwnerChanged, vec![edit("lead/12", "owner", nothing.clone(), "kim".into())])),
        "12  owner: nobody → kim"
    );
    let user = EntryView {
        lead: None,
        action: Some("user add".to_owned()),
        ..of(Event::UserChanged, vec![edit("user/kim", "role", nothing, "sales".into())])
    };
    assert_eq!(told(user), "user added: kim");
}

#[test]
fn what_doctor_found_is_a_line_each_and_never_cut() {
    let found = |good, mend: Option<&str>| {
        Row::Diagnosis(lead_shared::domain::view::Diagnosis {
            place: "people".to_owned(),
            good,
            finding: "without a mail address: sam".to_owned(),
            mend: mend.map(str::to_owned),
        })
    };
    assert_eq!(
        written(
            Format::Table,
            Shape::many(What::Findings),
            &[found(true, None), found(false, Some("lead user list"))]
        ),
        "\
good  people      without a mail address: sam
bad   people      without a mail address: sam
                  hint: `lead user list`
"
    );
}

#[test]
fn a_customer_and_a_mail() {
    let customer = CustomerView {
        id: 3,
        name: "Kim Lee".to_owned(),
        first_name: Some("Kim".to_owned()),
        last_name: Some("Lee".to_owned()),
        company: None,
        email: None,
        phone: None,
        address: None,
        notes: String::new(),
        leads: vec![12, 15],
        created_at: "2026-11-22T09:00:00Z".parse().unwrap(),
    };
    let rows = [Row::Customer(Box::new(customer))];
    assert_eq!(
        written(Format::Json, Shape::one(What::Customer), &rows),
        concat!(
            r#"{"id":3,"name":"Kim Lee","first_name":"Kim","last_name":"Lee","company":null,"email":null,"phone":null,"#,
            r#""address":null,"notes":null,"leads":[12,15],"created_at":"2026-11-22T09:00:00Z"}"#,
            "\n"
        )
    );
    assert_eq!(written(Format::Tsv, Shape::many(What::Customers), &rows), "3\tKim Lee\t\t\t\t12,15\n");
    let mail = MailView {
        id: 5,
        kind: MailKind::Reminder,
        to: "sam@acme.example".to_owned(),
        leads: vec![12],
        subject: "Follow up".to_owned(),
        message_id: "a@b".to_owned(),
        state: MailState::Waiting,
        tries: 0,
        next_try: None,
        error: None,
        text: Some("To: sam\r\n\r\nHello \x1b[2J\r\n".to_owned()),
    };
    let rows = [Row::Mail(Box::new(mail))];
    let head = r#"{"id":5,"kind":"reminder","to":"sam@acme.example","leads":[12],"subject":"Follow up","message_id":"a@b","state":"waiting","tries":0,"next_try":null,"error":null"#;
    assert_eq!(written(Format::Json, Shape::many(What::Mails), &rows), format!("[{head}}}]\n"));
    assert_eq!(
        written(Format::Json, Shape::one(What::Mail), &rows),
        format!("{head},\"text\":\"To: sam\\r\\n\\r\\nHello \\u001b[2J\\r\\n\"}}\n")
    );
    assert_eq!(
        written(Format::Table, Shape::one(What::Mail), &rows),
        "id: 5\nkind: reminder\nto: sam@acme.example\nleads: 12\nsubject: Follow up\nmessage_id: a@b\nstate: waiting\ntries: 0\n\nHello \\u{1b}[2J\n"
    );
}

#[test]
fn tsv_keeps_a_row_on_a_line() {
    let view = LeadView { name: "a\tb\nc\\d\x1b[1m\u{202e}é".to_owned(), ..kim() };
    assert_eq!(
        written(Format::Tsv, Shape::many(What::Leads), &[row(view)]),
        "12\ta\\tb\\nc\\\\d\\u{1b}[1m\\u{202e}é\t\tkim@acme.example\t+49 30 1234567\tReferral\thot\t4500.00 EUR\tsam\tQUALIFIED\t2026-11-24\tupcoming\n"
    );
}

#[test]
fn columns_are_checked() {
    assert_eq!(check_columns(What::Leads, "ID, follow-up").unwrap(), ["id", "follow_up"]);
    let refused = |typed| match check_columns(What::Leads, typed) {
        Err(Refusal::Invalid { field, value, flaw }) => (field, value, flaw.why, flaw.hints.concat()),
        other => panic!("{other:?}"),
    };
    let (field, value, why, hint) = refused("id,naem");
    assert_eq!((field.as_str(), value.as_str(), why.as_str()), ("--columns", "naem", "is not a column"));
    assert_eq!(hint, "did you mean `name`?");
    assert!(refused("zzz").3.starts_with("one of: id, name, "));
}

#[test]
fn a_pipelines_file_is_text_and_an_object() {
    let file = lead_shared::domain::pipeline::default_preset().text;
    let rows = [Row::PipelineText(file.to_owned())];
    assert_eq!(written(Format::Table, Shape::one(What::Pipeline), &rows), file);
    assert_eq!(written(Format::Tsv, Shape::one(What::Pipeline), &rows), file);
    let object = written(Format::Json, Shape::one(What::Pipeline), &rows);
    assert!(object.starts_with(r#"{"schema":1,"id":""#), "{object}");
    let broken = Row::PipelineText("= =".to_owned());
    let (out, mut sink) = (output(Format::Json), Vec::new());
    let refused = Rows::begin(&out, &mut sink, Shape::one(What::Pipeline)).row(&broken);
    assert_eq!(refused.map_err(|fault| fault.kind()), Err(io::ErrorKind::InvalidData));
}
