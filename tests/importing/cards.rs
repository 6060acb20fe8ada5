//! Cards of contacts come in as phones and mail programs write them, and go out for those to read.

use std::fs;

use serde_json::{Value, json};

use crate::harness::{Office, both};

fn cards(name: &str) -> String {
    format!("{}/tests/fixtures/cards/{name}.vcf", env!("CARGO_MANIFEST_DIR"))
}

/// The fields of a lead that a card gives.
fn given(lead: &Value) -> Value {
    let keys = ["name", "company", "email", "phone", "address", "tags", "fields"];
    keys.iter().map(|key| ((*key).to_owned(), lead[*key].clone())).collect::<serde_json::Map<_, _>>().into()
}

fn note(office: &Office, lead: u64) -> String {
    office.field(lead, "notes").as_str().unwrap().split_once("] ").unwrap().1.to_owned()
}

both!(of_google_and_apple, "P1", |office| {
    office.init("mini");
    let file = cards("google");
    office.lead(["import", &file]).ok().stderr(&format!(
        "not taken: PHOTO, X-ABLABEL\n{file}: 2 added\n\
         hint: `lead list import:1` shows what was added, `lead undo` takes it all back\n"
    ));
    assert_eq!(
        given(&office.show(1)),
        json!({
            "name": "Kim J. Lee", "company": "Acme GmbH", "email": "kim@acme.example", "phone": "+49 170 1234567",
            "address": "Main St 1, 2nd floor, 10115, Berlin, Germany", "tags": ["myContacts", "Spring-Fair"],
            "fields": {"other-email": "kim@home.example", "other-phone": "+49 30 1234567", "title": "Buyer",
                "nickname": "Kimmy", "birthday": "19800101", "website": "https://acme.example"},
        })
    );
    assert_eq!(note(office, 1), "Wants a roof; soon.\nCall in May, not in June.");
    assert_eq!(office.field(2, "name"), "info@bau.example");
    office.lead(["import", &cards("apple")]).ok();
    let apple = office.show(3);
    assert_eq!(
        (&apple["company"], &apple["fields"]["department"]),
        (&json!("Acme GmbH"), &json!("Purchasing"))
    );
    assert_eq!(apple["address"], "Main St 1, 2nd floor, 10115, Berlin, Germany");
    assert_eq!(apple["fields"]["vcard-uid"], "9C5A7E0B-1D2E-4C55-9C34-0A4C3F7D2D11");
});

both!(of_vcard_2_1_and_4_0, "P1", |office| {
    office.init("mini");
    office.lead(["import", &cards("outlook")]).ok();
    assert_eq!(
        given(&office.show(1)),
        json!({
            "name": "Jürgen Müller", "company": "Bau AG", "email": "juergen@bau.example",
            "phone": "+49 171 7654321", "address": "Lange Straße 5, 80331, München, Germany", "tags": [],
            "fields": {"other-phone": "+49 30 7654321"},
        })
    );
    assert_eq!(note(office, 1), "Grüße,\nzweite Zeile");
    office.lead(["import", &cards("four")]).ok().says("not taken: LANG\n");
    let four = office.show(2);
    assert_eq!((&four["email"], &four["phone"]), (&json!("kim@acme.example"), &json!("+49-30-1234567")));
    let through_pipe = fs::read(cards("four")).unwrap();
    office.lead_with(&through_pipe, "import -").ok();
});

both!(what_is_no_card_is_told_by_its_line, "P1", |office| {
    office.init("mini");
    let good = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Kim\r\nEND:VCARD\r\n";
    for (text, says) in [
        (
            "BEGIN:VCARD\nFN:Bo\n",
            "error: card at line 5: row `BEGIN:VCARD` begins a card that nothing ends\n",
        ),
        ("FN:Bo\nEND:VCARD\n", "error: card at line 5: row `FN:Bo` stands outside of a card\n"),
        (
            "BEGIN:VCARD\nFN:Bo\nBEGIN:VCARD\nFN:Al\nEND:VCARD\n",
            "error: card at line 5: row `BEGIN:VCARD` has a second card in it\n",
        ),
        (
            "BEGIN:VCARD\nFN:Bo\nrubbish\nEND:VCARD\n",
            "error: card at line 5: property `rubbish` has no colon\n",
        ),
        ("BEGIN:VCARD\nN:;;;;\nEND:VCARD\n", "error: card at line 5: name is required\n"),
        ("BEGIN:VCARD\nFN:Bo\nEMAIL:bo at acme\nTEL:call me\nEND:VCARD\n", ""),
    ] {
        let file = office.file("bad.vcf", &format!("{good}{text}"));
        if says.is_empty() {
            office.lead(["import", &file]).ok();
            assert_eq!(
                office.field(2, "fields"),
                json!({"other-email": "bo at acme", "other-phone": "call me"})
            );
        } else {
            office.refused(2, ["import", &file]).says(says);
        }
    }
    fs::write(office.path("latin.vcf"), b"BEGIN:VCARD\nFN:Gr\xFC\nEND:VCARD\n").unwrap();
    office
        .refused(2, "import latin.vcf")
        .says("error: card at line 1: property `FN:Gr\u{fffd}` is not UTF-8\n");
    let long = format!("BEGIN:VCARD\nFN:Kim\nNOTE:{}\n", "\n x".repeat(200 << 10));
    fs::write(office.path("long.vcf"), long).unwrap();
    office.refused(2, "import long.vcf").says(
        "error: card at line 1: property `NOTE:` makes its card longer than 256 KiB, at line 3\n\
         hint: shorten it, or take it out of the card\n",
    );
    let photo = format!("{good}BEGIN:VCARD\nFN:Al\nPHOTO:{}\nEND:VCARD\n", "\n x".repeat(400 << 10));
    fs::write(office.path("photo.vcf"), photo).unwrap();
    office.lead("import photo.vcf").ok();
});

both!(cards_go_out, "L1", |office| {
    office.init("mini");
    office.add("'Kim Lee' --email kim@acme.example --phone '+49 30 1234567' --company 'Acme; Sons, Ltd' --address 'Main St 1, Berlin' --tag vip --value 4500EUR --follow-up '2026-12-01 15:00' --set brand=Vaillant --source Event");
    office.lead("export -o out.vcf").ok().stderr("wrote 1 lead to out.vcf\n");
    let text = fs::read_to_string(office.path("out.vcf")).unwrap();
    let stamp = |key: &str| office.field(1, key).as_str().unwrap().to_owned();
    let account = crate::harness::account();
    let revised =
        stamp("changed_at").parse::<jiff::Timestamp>().unwrap().strftime("%Y%m%dT%H%M%SZ").to_string();
    let expected = format!(
        "BEGIN:VCARD\r\nVERSION:4.0\r\nPRODID:-//lead//lead//EN\r\nUID:lead-1\r\nREV:{revised}\r\nFN:Kim Lee\r\n\
         N:Lee;Kim;;;\r\nORG:Acme\\; Sons\\, Ltd\r\nEMAIL:kim@acme.example\r\nTEL:+49 30 1234567\r\n\
         ADR:;;Main St 1\\, Berlin;;;;\r\nCATEGORIES:vip\r\nX-LEAD-PIPELINE:mini\r\nX-LEAD-STAGE:new\r\n\
         X-LEAD-SOURCE:Event\r\nX-LEAD-VALUE:4500.00 EUR\r\nX-LEAD-FOLLOW-UP:2026-12-01 15:00\r\n\
         X-LEAD-FIELDS:{{\"brand\":\"Vaillant\"}}\r\nX-LEAD-CREATED-AT:{}\r\nX-LEAD-CREATED-BY:{account}\r\n\
         X-LEAD-ID:1\r\nEND:VCARD\r\n",
        stamp("created_at")
    );
    assert_eq!(text, expected);
    office.lead("list -F vcard").refused(2).says(
        "error: cards and calendars are written by `lead export` alone\nhint: `lead export -F vcard`, or `-F ics`\n",
    );
});

both!(what_is_not_read_of_a_card_may_be_as_long_as_it_likes, "P1", |office| {
    office.init("mini");
    let long = "A".repeat(1 << 20);
    let old = "/9j/4AAQ\n".repeat(100 << 10);
    let text = format!(
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Kim\r\nPHOTO;ENCODING=b;TYPE=JPEG:{long}\r\nEMAIL:kim@acme.example\r\n\
         item1.X-MS-CARDPICTURE;ENCODING=BASE64:{long}\r\n {long}\r\nEND:VCARD\r\n\
         BEGIN:VCARD\nFN:Bo\nNOTE:{long}\nEMAIL:bo@acme.example\nEND:VCARD\n\
         BEGIN:VCARD\nFN:Al\nPHOTO;ENCODING=BASE64;JPEG:{old}\nX-Q;QUOTED-PRINTABLE:a=\nTEL:c=\nd\n\
         TEL:030 1234\nEND:VCARD\n"
    );
    office.file("photos.vcf", &text);
    let bad = format!(
        "error: card at line 9: property `NOTE:{}` makes its card longer than 256 KiB, at line 11\n\
         hint: shorten it, or take it out of the card\n",
        "A".repeat(35)
    );
    office.lead("import photos.vcf").code(2).stdout("").stderr(&format!(
        "{bad}not taken: PHOTO, X-MS-CARDPICTURE, X-Q\n\
         hint: nothing was imported: mend these rows, or `--keep-going` takes the others\n"
    ));
    office.lead("import photos.vcf --keep-going").code(8).says("photos.vcf: 2 added, 1 left out\n");
    assert_eq!(
        office.lead("list -F tsv --columns name,email,phone --sort id").ok().stdout,
        "Kim\tkim@acme.example\t\nAl\t\t030 1234\n"
    );
    office.refused(2, "import /dev/zero --from vcard").says(
        "error: /dev/zero line 1 is longer than 256 KiB\nhint: a card is from `BEGIN:VCARD` to `END:VCARD`\n",
    );
});
