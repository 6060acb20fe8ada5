//! Appointments: booked apart from the stage, listed, changed and called off.

use serde_json::{Value, json};

use crate::harness::both;

both!(an_appointment_is_booked_and_the_stage_stays, "D4", |office| {
    office.init("dealership");
    let lead = office.add("'Kim Lee' --stage engaged");
    let run = office.lead(format!("appointment add {lead} fri 15:00 --for 90m --at 'Main St 1' --note keys"));
    run.ok().stdout("1\n").stderr(&format!(
        "appointment 1 of lead {lead} was booked: Fri 2026-11-27 15:00 Europe/Berlin, in 5 days\n"
    ));
    assert_eq!(office.field(lead, "stage"), "engaged");
    let shown = office.show(lead)["appointments"].clone();
    let one = &shown[0];
    assert_eq!(
        (&one["id"], &one["lead"], &one["at"], &one["until"], &one["zone"], &one["minutes"]),
        (
            &1.into(),
            &lead.into(),
            &"2026-11-27T14:00:00Z".into(),
            &"2026-11-27T15:30:00Z".into(),
            &"Europe/Berlin".into(),
            &90.into()
        )
    );
    assert_eq!(
        (&one["date"], &one["time"], &one["place"], &one["note"], &one["sequence"]),
        (&"2026-11-27".into(), &"15:00".into(), &"Main St 1".into(), &"keys".into(), &0.into())
    );
    assert_eq!(office.lead("appointment list --json").json(), shown);
    assert_eq!(office.events(lead, "appointment_booked").len(), 1);
    assert_eq!(office.events(lead, "lead_status_transition").len(), 0);
    office.lead(format!("show {lead}")).ok().shows("2026-11-27 15:00 Europe/Berlin");
    office.lead(format!("show {lead} -F table")).ok().shows("Appointments").shows("Main St 1");
});

both!(an_appointment_is_changed_and_called_off, "D4 L5", |office| {
    office.init("dealership");
    let lead = office.add("'Kim Lee' --stage appointment-set");
    office.lead(format!("appointment add {lead} fri 15:00 --at Yard --note keys")).ok();
    let shown = || office.lead("appointment list --all --json").json()[0].clone();
    office.lead("appointment edit 1 --when 2026-12-01").ok().stdout("").says("Tue 2026-12-01 15:00");
    assert_eq!((&shown()["at"], &shown()["sequence"]), (&"2026-12-01T14:00:00Z".into(), &1.into()));
    office.lead("appointment edit 1 --for 2h --clear place --clear note").ok();
    assert_eq!(
        (&shown()["minutes"], &shown()["place"], &shown()["note"], &shown()["sequence"]),
        (&120.into(), &Value::Null, &Value::Null, &2.into())
    );
    let before = office.snapshot();
    office.lead("appointment edit 1 --for 120m").ok().says("is so already");
    office.lead("appointment cancel 1 -n").ok().says("dry run");
    assert_eq!(before, office.snapshot());
    office.lead("appointment cancel 1").ok().says("was called off");
    assert_eq!((&shown()["cancelled_at"], &shown()["sequence"]), (&"2026-11-22T08:00:00Z".into(), &3.into()));
    office.lead("appointment cancel 1").ok().says("is so already");
    office.refused(4, "appointment edit 1 --for 3h").says("is called off");
    office.lead("appointment list").ok().stdout("");
    assert_eq!(office.show(lead)["appointments"], json!([]));
    let events = ["appointment_booked", "appointment_changed", "appointment_cancelled"];
    assert_eq!(events.map(|event| office.events(lead, event).len()), [1, 2, 1]);
    assert_eq!(office.field(lead, "stage"), "appointment-set", "it never moves the lead");
});

both!(the_zone_is_that_of_who_says_it, "D4 T2", |office| {
    office.init("dealership");
    office
        .lead("user add kenji --role manager --zone Asia/Tokyo --email k@acme.example --account kenji")
        .ok();
    let lead = office.add("'Kim Lee'");
    office.lead(format!("--as kenji appointment add {lead} 2026-12-01 9:30")).ok();
    office.lead(format!("appointment add {lead} 2026-12-01 0:00")).ok();
    let listed = office.lead(format!("appointment list {lead} --json")).json();
    let told: Vec<_> =
        listed.as_array().unwrap().iter().map(|one| (one["at"].clone(), one["zone"].clone())).collect();
    assert_eq!(
        told,
        [
            ("2026-11-30T23:00:00Z".into(), "Europe/Berlin".into()),
            ("2026-12-01T00:30:00Z".into(), "Asia/Tokyo".into())
        ],
        "the next first"
    );
    office.lead("appointment edit 1 --when 2026-12-02").ok().says("2026-12-02 09:30 Asia/Tokyo");
});

both!(an_appointment_needs_a_day_and_a_time, "D4 T1", |office| {
    office.init("dealership");
    let lead = office.add("'Kim Lee'");
    office.refused(2, format!("appointment add {lead} fri")).says("says no time of day").says("fri 15:00");
    office.refused(2, format!("appointment add {lead}"));
    for bad in ["1/12/26 9:00", "2027-03-28 02:30", "soon"] {
        office.refused(2, format!("appointment add {lead} {bad}"));
    }
    for bad in ["0m", "90s", "40d", "-1h", "long"] {
        office.refused(2, format!("appointment add {lead} fri 15:00 --for {bad}"));
    }
    office.refused(3, "appointment add 99 fri 15:00");
    office.refused(3, "appointment cancel 99");
    office.refused(2, "appointment edit 1");
    office.lead(format!("trash {lead}")).ok();
    office.lead(format!("appointment add {lead} fri 15:00")).refused(4);
});

both!(an_appointment_of_a_lead_one_may_not_see_is_not_there, "D4 A13", |office| {
    office.init("agency");
    office.user("sam", "sales");
    let lead = office.add("'Kim Lee' --phone 030123 --owner me");
    office.lead(format!("appointment add {lead} fri 15:00")).ok();
    for line in ["appointment cancel 1", "appointment edit 1 --for 2h", "appointment add 1 fri 9:00"] {
        office.lead(format!("--as sam {line}")).refused(3);
    }
    office.lead("--as sam appointment list").ok().stdout("");
    office.lead(format!("--as sam appointment list {lead}")).refused(3);
});
