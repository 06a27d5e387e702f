//! A run's report: one HTML file with everything in it, and the same as JSON.

use super::pieces::CliError;
use crate::screen::RectPx;
use crate::store::Store;
use crate::task::{
    Action, AttemptReport, DesktopChoice, Outcome, Report, Shot, StepReport, TaskReport, TaskState, Verdict,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::codecs::jpeg::JpegEncoder;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::Path;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");
const QUALITY: u8 = 82;

/// Writes `report.html` and `report.json` into `dir`.
///
/// # Errors
/// [`CliError::Write`] names the file that cannot be written.
pub fn write(report: &Report, store: &dyn Store, dir: &Path) -> Result<(), CliError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |cause| CliError::Write { path, cause }
    };
    fs::create_dir_all(dir).map_err(failed(dir))?;
    let json = dir.join("report.json");
    fs::write(&json, serde_json::to_string_pretty(report).unwrap_or_default()).map_err(failed(&json))?;
    let html = dir.join("report.html");
    fs::write(&html, page(report, store)).map_err(failed(&html))
}

/// Text as it may stand in HTML, in attributes too.
fn esc(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

fn page(report: &Report, store: &dyn Store) -> String {
    let request = report.request.as_ref().map(|r| r.text.as_str()).unwrap_or_default();
    let mut html = String::new();
    let _ = write!(
        html,
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title}</title><style>{STYLE}</style><body>{head}{graph}{legend}",
        title = esc(&format!("{} – Guardian", shorten(request, 60))),
        head = head(report, request),
        graph = graph(report),
        legend = LEGEND,
    );
    report.tasks.iter().for_each(|task| html.push_str(&section(task, report.asked_ms)));
    let _ = write!(
        html,
        "<dialog></dialog><script>const PICTURES = {};\n{SCRIPT}</script></body></html>",
        pictures(report, store)
    );
    html
}

const LEGEND: &str = "<p class=\"soft legend\"><span class=\"aim\" style=\"color:var(--aim)\"><i></i>acted on</span>\
    <span style=\"color:var(--change)\"><i style=\"border-top-style:dashed\"></i>changed</span>\
    <span style=\"color:var(--proof)\"><i></i>evidence</span></p>";

fn head(report: &Report, request: &str) -> String {
    let state = report.state.name();
    let said = if state == "passed" { "done and verified" } else { state };
    let mut html = format!("<span class=\"badge {state}\">{said}</span><h1>{}</h1><div class=\"card\">", esc(request));
    if let Some(answer) = &report.answer {
        let _ = write!(html, "<div class=\"soft\">Answer</div><div class=\"answer\">{}</div>", esc(answer));
    }
    let mut row = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = write!(html, "<dt>{name}</dt><dd>{}</dd>", esc(&value));
        }
    };
    row("Why it ended", report.reason.clone());
    row("What to do", report.hint.clone());
    row("Run", Some(report.run.to_string()));
    let is_private = report.request.as_ref().is_some_and(|r| matches!(r.desktop, DesktopChoice::Private { .. }));
    let shown = |name: String| if is_private { format!("a private one, {name}") } else { name };
    row("Display", report.display.clone().map(shown));
    row("First action", report.first_action_ms.map(|ms| format!("after {}", seconds(ms))));
    row("Took", report.ended_ms.map(|end| seconds(end.saturating_sub(report.asked_ms))));
    html = html.replacen("<dt>", "<dl><dt>", 1);
    html.push_str("</dl></div>");
    html
}

fn seconds(ms: u64) -> String {
    format!("{:.2} s", ms as f64 / 1000.0)
}

fn shorten(text: &str, most: usize) -> String {
    if text.chars().count() <= most { text.to_owned() } else { text.chars().take(most - 1).chain(['…']).collect() }
}

const fn state_name(state: TaskState) -> &'static str {
    match state {
        TaskState::Waiting => "waiting",
        TaskState::Running => "running",
        TaskState::Passed => "passed",
        TaskState::Failed => "failed",
        TaskState::Skipped => "skipped",
    }
}

const NODE: (usize, usize) = (230, 46);
const GAP: (usize, usize) = (40, 14);

/// The graph, a column per wave.
fn graph(report: &Report) -> String {
    let tasks: Vec<_> = report.tasks.iter().map(|t| t.task.clone()).collect();
    let Ok(graph) = crate::task::Graph::new(tasks) else { return String::new() };
    let waves = graph.waves();
    let place = |id| {
        let column = waves.iter().position(|wave| wave.contains(&id)).unwrap_or_default();
        let row = waves[column].iter().position(|other| *other == id).unwrap_or_default();
        (8 + column * (NODE.0 + GAP.0), 8 + row * (NODE.1 + GAP.1))
    };
    let rows = waves.iter().map(Vec::len).max().unwrap_or(1);
    let (width, height) = (16 + waves.len() * (NODE.0 + GAP.0) - GAP.0, 16 + rows * (NODE.1 + GAP.1) - GAP.1);
    let mut svg = format!(
        "<h2>Tasks</h2><div class=\"card graph\"><svg width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"task graph\">"
    );
    for task in &report.tasks {
        let (x, y) = place(task.task.id);
        for need in &task.task.needs {
            let (from_x, from_y) = place(*need);
            let (x0, y0, y1) = (from_x + NODE.0, from_y + NODE.1 / 2, y + NODE.1 / 2);
            let middle = (x0 + x) / 2;
            let _ = write!(svg, "<path d=\"M{x0} {y0}C{middle} {y0} {middle} {y1} {x} {y1}\"/>");
        }
        let state = state_name(task.state);
        let _ = write!(
            svg,
            "<a href=\"#{id}\" class=\"{state}\"><rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" rx=\"8\"/>\
             <text x=\"{tx}\" y=\"{ty}\">{text}</text><text x=\"{tx}\" y=\"{ty2}\" class=\"{state}\" font-size=\"11\" fill=\"currentColor\">{id} · {state}</text>\
             <title>{full}</title></a>",
            id = task.task.id,
            w = NODE.0,
            h = NODE.1,
            tx = x + 10,
            ty = y + 20,
            ty2 = y + 37,
            text = esc(&shorten(&task.task.description, 26)),
            full = esc(&task.task.description),
        );
    }
    svg.push_str("</svg></div>");
    svg
}

fn section(task: &TaskReport, asked_ms: u64) -> String {
    let state = state_name(task.state);
    let mut html = format!(
        "<h2 id=\"{}\">{} <span class=\"badge {state}\">{state}</span></h2>",
        task.task.id,
        esc(&task.task.description)
    );
    if task.attempts.is_empty() {
        let _ = write!(html, "<div class=\"card soft\">{}</div>", esc(task.reason.as_deref().unwrap_or("never begun")));
    }
    for (number, attempt) in task.attempts.iter().enumerate() {
        html.push_str(&attempt_card(attempt, number + 1, task.attempts.len(), asked_ms));
    }
    html
}

fn attempt_card(attempt: &AttemptReport, number: usize, of: usize, asked_ms: u64) -> String {
    let mut html = String::from("<div class=\"card\">");
    if of > 1 {
        let _ = write!(html, "<h3>Attempt {number}</h3>");
    }
    if let Some(cpu) = attempt.spawn_cpu_ms {
        let _ = write!(html, "<div class=\"soft\">agent ready after {cpu:.1} ms of processor time</div>");
    }
    attempt.steps.iter().for_each(|step| html.push_str(&step_row(step, asked_ms)));
    html.push_str(&verdicts(&attempt.verdicts, attempt.verdict_shot.as_ref()));
    if let Some(reason) = &attempt.reason {
        let _ = write!(html, "<p class=\"fail\">{}</p>", esc(reason));
    }
    html.push_str("</div>");
    html
}

fn step_row(step: &StepReport, asked_ms: u64) -> String {
    let at = seconds(step.at_ms.saturating_sub(asked_ms));
    let mut html = format!(
        "<div class=\"step\"><header><b>{}</b><span>{}</span><span class=\"soft\">at {at}, took {}</span></header>",
        esc(&step.why),
        esc(&step.did),
        seconds(step.took_ms)
    );
    if let Some(why) = &step.refused {
        let _ = write!(html, "<p class=\"fail\">refused: {}</p>", esc(why));
    }
    if let (Some(before), Some(after)) = (&step.before, &step.after) {
        let click = match step.action {
            Some(Action::Click { at, .. }) => {
                format!("<circle cx=\"{}\" cy=\"{}\" r=\"7\" class=\"aim\"/>", at.x, at.y)
            }
            _ => String::new(),
        };
        let aim = step.aim.map(|area| outline(area, "aim")).unwrap_or_default();
        let change = step.changed.map(|area| outline(area, "change")).unwrap_or_default();
        let _ = write!(
            html,
            "<div class=\"pair\">{}{}</div>",
            shot(before, "before", &format!("{aim}{click}")),
            shot(after, "after", &change)
        );
    }
    html.push_str("</div>");
    html
}

fn outline(area: RectPx, class: &str) -> String {
    format!(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"3\" class=\"{class}\"/>",
        area.x, area.y, area.w, area.h
    )
}

fn shot(shot: &Shot, caption: &str, marks: &str) -> String {
    let Shot { blob, width, height } = shot;
    format!(
        "<figure><button class=\"shot\" title=\"enlarge\"><img data-blob=\"{blob}\" alt=\"the screen {caption}\" width=\"{width}\" height=\"{height}\" style=\"height:auto\">\
         <svg viewBox=\"0 0 {width} {height}\">{marks}</svg></button><figcaption>{caption}</figcaption></figure>"
    )
}

fn verdicts(verdicts: &[Verdict], picture: Option<&Shot>) -> String {
    if verdicts.is_empty() && picture.is_none() {
        return String::new();
    }
    let title = if verdicts.is_empty() { "Where it ended" } else { "Verdict" };
    let mut html = format!("<div class=\"step\"><header><b>{title}</b></header>");
    for verdict in verdicts {
        let (mark, class) = match verdict.outcome {
            Outcome::Pass => ("✓", "pass"),
            Outcome::Fail => ("✗", "fail"),
            Outcome::Unsure => ("?", "unsure"),
        };
        let tag = if verdict.evidence.witness { "witness" } else { "screen" };
        let _ = write!(
            html,
            "<div class=\"verdict\"><b class=\"{class}\">{mark}</b><span>{}<br><span class=\"soft\">{}</span></span><span class=\"tag\">{tag}</span></div>",
            esc(&verdict.check.to_string()),
            esc(&verdict.evidence.says)
        );
    }
    if let Some(picture) = picture {
        let marks: String =
            verdicts.iter().filter_map(|v| v.evidence.area).map(|area| outline(area, "proof")).collect();
        let _ = write!(html, "<div class=\"pair\">{}</div>", shot(picture, "when it ended", &marks));
    }
    html.push_str("</div>");
    html
}

/// Every picture once, as JPEG, by its name.
fn pictures(report: &Report, store: &dyn Store) -> String {
    let attempts = report.tasks.iter().flat_map(|t| &t.attempts);
    let shots = attempts.flat_map(|a| {
        let steps = a.steps.iter().flat_map(|s| [s.before.as_ref(), s.after.as_ref()]);
        steps.chain([a.verdict_shot.as_ref()]).flatten()
    });
    let names: BTreeSet<&str> = shots.map(|s| s.blob.as_str()).collect();
    let pictures: serde_json::Map<String, serde_json::Value> =
        names.into_iter().filter_map(|name| Some((name.to_owned(), jpeg(&store.blob(name).ok()?)?.into()))).collect();
    // `</script>` cannot occur: the values are base64 and the names hexadecimal.
    serde_json::Value::Object(pictures).to_string()
}

fn jpeg(png: &[u8]) -> Option<String> {
    let picture = image::load_from_memory(png).ok()?.into_rgb8();
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, QUALITY).encode_image(&picture).ok()?;
    Some(format!("data:image/jpeg;base64,{}", STANDARD.encode(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Claimant, History, Holder, InMemory, Moment, Queue};
    use crate::task::{DesktopChoice, EventKind, Order, Policy, Request, RunState, Terms};

    #[test]
    fn what_the_screen_said_cannot_become_markup() {
        let mut store = InMemory::default();
        let request = Request {
            text: "press \"<script>alert(1)</script>\"".into(),
            desktop: DesktopChoice::Given(":1".into()),
            cwd: "/".into(),
            timeout_ms: 1,
            policy: Policy::default(),
        };
        let by = Claimant { holder: Holder::this(), lease_ms: 1 };
        let order = Order::new(request, Terms::default());
        let lease = store.begin(&order, &by, Moment { at_ms: 1, up_ms: 1 }).unwrap();
        let finished =
            EventKind::Finished { state: RunState::Failed, reason: Some("<b>".into()), hint: None, answer: None };
        store.append(&lease, 3, finished).unwrap();
        let report = Report::fold(&store.events(&lease.run).unwrap()).unwrap();
        let html = page(&report, &store);
        assert!(!html.contains("<script>alert"));
        assert!(html.contains("&lt;script&gt;alert") && html.contains("&lt;b&gt;"));
    }
}
