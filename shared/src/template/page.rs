//! A report as a page of its own: one file with its style and charts, which asks nobody for anything.
//!
//! Its policy forbids scripts and every other source; stored text is escaped. It is not among the
//! templates that a firm may replace: what is attached to mail and opened by others stays as it is here.

use minijinja::value::Serde;

use super::TemplateFault;
use super::render::environment;
use super::report::ReportWords;

const NAME: &str = "page.html";
const TEMPLATE: &str = include_str!("../../templates/page.html");

/// The page.
///
/// # Errors
/// None that is known: the template is ours.
pub fn page(report: &ReportWords) -> Result<String, TemplateFault> {
    let mut env = environment();
    // It is ours, and ends by itself.
    env.set_fuel(None);
    env.add_template(NAME, TEMPLATE).expect("a constant that the tests compile");
    let template = env.get_template(NAME).expect("it was added");
    template.render(Serde(report)).map_err(|error| TemplateFault::Wrong {
        file: NAME.to_owned(),
        line: error.line().unwrap_or(0),
        reason: error.kind().to_string(),
    })
}
