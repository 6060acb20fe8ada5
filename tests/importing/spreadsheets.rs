//! Tables as spreadsheets leave them: a line that tells the delimiter, columns without a name, no text at all.

use crate::harness::both;

both!(what_a_spreadsheet_leaves_in_a_table_is_passed_over, "P1", |office| {
    office.init("mini");
    office.file("told.csv", "sep=;\r\nname;email;;\r\n\"Kim, Lee\";kim@acme.example;;\r\nSam;nobody;;\r\n");
    let run = office.lead("import told.csv --keep-going");
    run.code(8).says("error: line 4: email `nobody` ").says("told.csv: 1 added, 1 left out");
    assert_eq!(office.field(1, "name"), "Kim, Lee");
    office.file("more.csv", "name,\nAnn,x\n");
    office.refused(2, "import more.csv").says(
        "error: line 2: row `Ann` has a cell in a column without a name\n\
         hint: name the column in the header\n",
    );
});

both!(what_cannot_be_read_as_it_is_says_what_helps, "P1 U2", |office| {
    office.init("mini");
    std::fs::write(office.path("leads.xlsx"), b"PK\x03\x04\x14\0\x06\0").unwrap();
    office.refused(2, "import leads.xlsx").stderr(
        "error: leads.xlsx is a spreadsheet or a zip archive, not text\n\
         hint: save it as CSV (UTF-8), and import that\n",
    );
    office.file("twice.csv", "Name,Email,Email\nKim,a@b.example,c@d.example\n");
    office.refused(2, "import twice.csv").stderr(
        "error: the columns `Email` and `Email` are both `email`\n\
         hint: name one of the columns `Email` otherwise in the file\n",
    );
});

both!(an_import_that_only_changes_names_no_list, "P1", |office| {
    office.init("mini");
    office.add("Kim --email kim@acme.example");
    office.file("leads.csv", "name,email,company\nKim,kim@acme.example,Acme\n");
    let run = office.lead("import leads.csv --update-by email");
    run.ok().stderr("leads.csv: 0 added, 1 changed\nhint: `lead undo` takes it all back\n");
});
