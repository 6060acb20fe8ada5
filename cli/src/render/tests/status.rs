//! The state of things in each form.

use lead_shared::domain::view::{NextDue, StageCount, StatusView, UserView};

use super::*;

#[test]
fn the_status() {
    let view = StatusView {
        user: UserView {
            login: Login("sam".to_owned()),
            name: "Sam".to_owned(),
            email: None,
            role: "sales".to_owned(),
            zone: None,
            account: "sam".to_owned(),
            capabilities: Vec::new(),
            disabled_at: None,
            paused_at: None,
        },
        zone: "Europe/Berlin".to_owned(),
        store: "/s".to_owned(),
        pipeline: PipelineId::new("agency"),
        daemon: false,
        now: "2026-11-22T13:03:00Z".parse().unwrap(),
        mail_via: "none".to_owned(),
        stages: vec![StageCount {
            pipeline: PipelineId::new("agency"),
            stage: StageId::new("LOST"),
            label: "Lost".to_owned(),
            leads: 4,
        }],
        overdue: 1,
        due_today: 2,
        mail_waiting: 0,
        mail_failed: 0,
        mail_unknown: 0,
        mail_said: None,
        mail_waiting_since: None,
        mail_sent_at: None,
        relay_fault: None,
        swept_at: None,
        next_due: Some(NextDue {
            at: "2026-11-23T07:00:00Z".parse().unwrap(),
            what: MailKind::Reminder,
            lead: Some(12),
        }),
    };
    let rows = [Row::Status(Box::new(view))];
    assert_eq!(
        written(Format::Json, Shape::one(What::Status), &rows),
        concat!(
            r#"{"user":{"login":"sam","name":"Sam","email":null,"role":"sales","zone":null,"account":"sam","capabilities":[],"disabled_at":null,"paused_at":null},"#,
            r#""zone":"Europe/Berlin","store":"/s","pipeline":"agency","daemon":false,"now":"2026-11-22T13:03:00Z","mail_via":"none","#,
            r#""stages":[{"pipeline":"agency","stage":"LOST","label":"Lost","leads":4}],"overdue":1,"due_today":2,"#,
            r#""mail_waiting":0,"mail_failed":0,"mail_unknown":0,"mail_said":null,"mail_waiting_since":null,"mail_sent_at":null,"relay_fault":null,"swept_at":null,"next_due":{"at":"2026-11-23T07:00:00Z","what":"reminder","lead":12}}"#,
            "\n"
        )
    );
    let lines = written(Format::Tsv, Shape::one(What::Status), &rows);
    assert!(lines.starts_with("user\tsam\nname\tSam\nemail\t\n"), "{lines}");
    assert!(lines.contains("\nstage:LOST\t4\noverdue\t1\n"), "{lines}");
    let shown = written(Format::Table, Shape::one(What::Status), &rows);
    assert!(shown.contains("\n  Next due            Mon 2026-11-23 08:00, reminder of 12\n  Leads\n    Lost                 4\n"), "{shown}");
}
