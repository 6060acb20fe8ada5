//! Reports as pages: whole, asking nobody for anything, and harmless whatever stands in the store; read
//! by a strict reader here, and shown by a browser where there is one.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::harness::{Office, Run, both, direct, skip};

/// A source and a filter that would be more than text.
const HOSTILE: &str = "<script>alert(1)</script>\" onload='x' &amp; \u{202e}]]>";

/// Tags that have no end.
const VOID: [&str; 1] = ["meta"];

/// The elements of a page, each as its name and its attributes; fails where it is not well formed.
#[track_caller]
fn elements(page: &str) -> Vec<(String, Vec<(String, String)>)> {
    let body = page.strip_prefix("<!DOCTYPE html>\n").expect("a doctype");
    let (mut open, mut found) = (Vec::new(), Vec::new());
    let mut rest = body;
    while let Some(at) = rest.find(['<', '>']) {
        assert!(rest[at..].starts_with('<'), "a stray `>`: {}", &rest[at..rest.len().min(at + 60)]);
        let end = at + rest[at..].find('>').expect("a tag ends");
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "</{name}> closes another");
            continue;
        }
        let (tag, is_closed) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        let (name, mut attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        assert!(name.chars().all(|c| c.is_ascii_alphanumeric()), "<{name}> is no element");
        let mut pairs = Vec::new();
        while !attributes.trim().is_empty() {
            let (key, value) = attributes.split_once("=\"").unwrap_or_else(|| panic!("no value: <{tag}>"));
            let (value, more) = value.split_once('"').expect("a value ends");
            pairs.push((key.trim().to_owned(), value.to_owned()));
            attributes = more;
        }
        if !is_closed && !VOID.contains(&name) {
            open.push(name.to_owned());
        }
        found.push((name.to_owned(), pairs));
    }
    assert!(open.is_empty(), "never closed: {open:?}");
    found
}

/// A page that is well formed, and in which nothing runs or comes from elsewhere.
#[track_caller]
fn assert_harmless(page: &str) {
    for (name, attributes) in elements(page) {
        assert!(
            !["script", "link", "img", "iframe", "object", "embed", "base", "form", "use", "image", "a"]
                .contains(&name.as_str()),
            "<{name}>"
        );
        for (key, value) in attributes {
            assert!(
                !key.starts_with("on") && !["href", "src", "style", "xlink:href"].contains(&key.as_str()),
                "{key}"
            );
            assert!(!value.contains("://") && !value.contains("javascript:"), "{key}={value}");
        }
    }
    for outside in ["url(", "@import", "http:", "https:", "\u{202e}"] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(page.contains(
        "content=\"default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\""
    ));
}

/// Leads of three sources, one of them hostile, in three stages.
fn stock(office: &Office) {
    office.init("dealership");
    office.lead(["config", "set", "team.name", "Acme <b>&</b> Söhne"]).ok();
    office.user("sam", "sales");
    office.add("'One' --source Website --owner sam");
    office.add("'Two' --source Website");
    office.lead(["add", "Three", "--source", &HOSTILE.replace('\u{202e}', "")]).ok();
    office.add("'Four'");
    office.lead("mv 1 mark-contacted").ok();
    office.lead("mv 2 mark-contacted").ok();
    office.lead("mv 2 mark-lost").ok();
    office.lead("convert 1").ok();
    office.lead("deal start 1 'A car' --value 4500.50").ok();
    office.lead("--as sam log 1 call hello").ok();
}

both!(a_report_is_a_page_that_asks_nobody_for_anything, "D7", |office| {
    stock(office);
    let page = office.lead("report all -F html --since 2026-11-01 --until 2026-11-30").ok().stdout.clone();
    assert_harmless(&page);
    for said in [
        "<title>Funnel, Ageing, Sources, People · Acme &lt;b&gt;&amp;&lt;&#x2f;b&gt; Söhne</title>",
        "<dt>Time</dt><dd>Sun 1 Nov 2026 to Mon 30 Nov 2026</dd>",
        "<dt>Leads</dt><dd>all</dd>",
        "<dt>Made</dt><dd>Sun 22 Nov 2026 09:00 (Europe&#x2f;Berlin)</dd>",
        "<th scope=\"row\"><bdi>Website</bdi></th>\n<td class=\"number\">2</td>\n<td class=\"number\">1</td>\n\
         <td class=\"number\">50%</td>\n<td class=\"number\">1</td>\n<td class=\"number\">0</td>\n\
         <td class=\"number\">4500.50 EUR</td>",
        "<text class=\"said\" x=\"100%\" y=\"57\" text-anchor=\"end\">2, 50%</text>",
        "&lt;script&gt;alert(1)&lt;&#x2f;script&gt;",
    ] {
        assert!(page.contains(said), "no {said} in\n{page}");
    }
    let svgs = page.matches("<svg role=\"img\"").count();
    assert_eq!((svgs, page.matches("<table>").count(), page.matches("<desc ").count()), (4, 4, 4));

    let none = office.lead(["report", "sources", "-F", "html", &format!("name:{HOSTILE}")]);
    assert_harmless(&none.ok().stdout);
    none.shows("<p>There is nothing to count.</p>").shows("<dt>Leads</dt><dd><bdi>name:&lt;script&gt;");
});

both!(a_page_goes_into_a_file_that_is_whole_or_absent, "D7 N6", |office| {
    stock(office);
    let written = office.lead("report funnel -o funnel.html");
    written.ok().stdout("").stderr("the report was written to funnel.html\n");
    let page = fs::read_to_string(office.path("funnel.html")).unwrap();
    assert_eq!(page, office.lead("report funnel -F html").ok().stdout);
    office.lead("report funnel -o funnel.csv source:web").ok();
    let csv = fs::read_to_string(office.path("funnel.csv")).unwrap();
    assert!(
        csv.starts_with("pipeline,stage,leads,reached,percent,onward\ndealership,new,0,2,100,100\n"),
        "{csv}"
    );
    office.lead("report all -o all.table").ok();
    let tables = fs::read_to_string(office.path("all.table")).unwrap();
    assert!(tables.starts_with("funnel\nstage "), "{tables}");
    assert!(tables.contains("\n\nageing\nstage ") && tables.contains("\n\npeople\nuser "), "{tables}");

    office.lead("report funnel -o funnel.html stge:new").refused(2);
    assert_eq!(fs::read_to_string(office.path("funnel.html")).unwrap(), page, "what was there stays");
    office
        .lead("report funnel -n -o new.html")
        .ok()
        .stderr("dry run: the report would be written to new.html\n");
    assert!(!office.path("new.html").exists());
    office.refused(2, "report funnel -o funnel").stderr(
        "error: `funnel` does not say in what form to write\n\
         hint: `-F html`, csv, json, ndjson, tsv or table says it; so does FILE.html\n",
    );
    office.refused(2, "report all").stderr(
        "error: all reports together are a page or tables\n\
         hint: `lead report all -F html -o FILE`, or one report: `lead report funnel`\n",
    );
    office.refused(2, "list -F html").stderr(
        "error: only a report is a page: there is no `-F html` here\n\
         hint: `lead report funnel -F html -o FILE`\n",
    );
});

/// What a browser makes of a page; skips the trial where there is none.
fn shown(office: &Office, page: &str, how: &[&str]) -> Run {
    let known = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
    let browser = known.into_iter().find(|path| Path::new(path).exists());
    let Some(browser) = browser else { skip("no `chromium` to show a page") };
    let mut command = Command::new(browser);
    command.env("HOME", office.home()).current_dir(office.home());
    command.args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]);
    command.args(["--disable-background-networking", "--disable-component-update", "--disable-sync"]);
    command.arg(format!("--user-data-dir={}", office.path("browser").display())).args(how);
    command.arg(format!("file://{}", office.path(page).display()));
    Run::of(command, None)
}

direct!(a_browser_shows_it_light_dark_and_on_paper, "D7", |office| {
    stock(office);
    office.lead("report all -o all.html").ok();
    let read = shown(office, "all.html", &["--dump-dom"]);
    let dom = &read.ok().stdout;
    assert_eq!(
        dom.matches("<svg").count(),
        office.lead("report all -F html").ok().stdout.matches("<svg").count()
    );
    assert!(dom.contains("<bdi>&lt;script&gt;alert(1)") && !dom.contains("<script"), "{dom}");
    let size = "--window-size=800,2400";
    shown(office, "all.html", &["--screenshot=light.png", size]).ok();
    shown(office, "all.html", &["--screenshot=dark.png", size, "--force-dark-mode"]).ok();
    shown(office, "all.html", &["--print-to-pdf=paper.pdf", "--no-pdf-header-footer"]).ok();
    let made = |name: &str| fs::read(office.path(name)).expect("the browser made it");
    let (light, dark) = (made("light.png"), made("dark.png"));
    assert!(light.starts_with(b"\x89PNG") && light.len() > 20_000, "{} bytes", light.len());
    assert!(dark.starts_with(b"\x89PNG") && dark != light, "a dark one is another");
    assert!(made("paper.pdf").starts_with(b"%PDF"));
});
