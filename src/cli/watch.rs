//! `guardian see --watch`: what changes on a display, as it changes.

use super::args::SeeArgs;
use super::pieces::{CliError, Pieces};
use crate::display::{Settle, connect, settle};
use crate::screen::{Change, Changed, Changes, Difference, Element, Percept, TextSpan, compare};
use serde_json::{Value, json};
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

/// How often the display is asked whether it has changed. Asking costs microseconds.
const PACE: Duration = Duration::from_millis(50);

/// Prints one line of JSON for what is there, and one each time that it has changed, until the person or the
/// time ends it.
pub fn watch(args: &SeeArgs, pieces: &Pieces) -> Result<ExitCode, CliError> {
    let mut display = connect(&pieces.seen(&args.spot)?)?;
    let mut sight = pieces.sight()()?;
    let quiet = Duration::from_millis(pieces.config.display.settle_ms);
    let settling = Settle { quiet, limit: Duration::from_millis(pieces.config.display.settle_limit_ms) };
    let started = Instant::now();
    let is_over = || args.watch_ms.is_some_and(|ms| started.elapsed() >= Duration::from_millis(ms));
    let mut before = Percept::default();
    let mut last = None;
    while !is_over() {
        if pieces.stop.load(Ordering::Relaxed) {
            return Ok(ExitCode::from(130));
        }
        let frame = display.capture()?;
        let change = last.as_ref().map(|last| compare(last, &frame, frame.bounds()));
        if change.is_some_and(|c| c.pixels == 0 || Change::is_caret(&c)) {
            thread::sleep(PACE);
            continue;
        }
        let frame = settle(display.as_mut(), settling)?;
        let percept = sight.look(&frame, display.windows()?)?;
        let is_settled = compare(&frame, &display.capture()?, frame.bounds()).pixels == 0;
        let difference = Difference::between(&before, &percept);
        if !difference.is_empty() {
            tell(&difference, started.elapsed().as_millis() as u64, is_settled)?;
        }
        (before, last) = (percept, Some(frame));
    }
    Ok(ExitCode::SUCCESS)
}

fn tell(difference: &Difference, at_ms: u64, is_settled: bool) -> Result<(), CliError> {
    let line = json!({
        "at_ms": at_ms,
        "settled": is_settled,
        "text": changes(&difference.text, text),
        "elements": changes(&difference.elements, element),
    });
    let mut out = io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).map_err(CliError::Print)
}

fn changes<T>(changes: &Changes<T>, say: fn(&T) -> Value) -> Value {
    let all = |things: &[T]| things.iter().map(say).collect::<Vec<_>>();
    let pair = |c: &Changed<T>| json!({ "before": say(&c.before), "now": say(&c.now) });
    json!({
        "appeared": all(&changes.appeared),
        "vanished": all(&changes.vanished),
        "changed": changes.changed.iter().map(pair).collect::<Vec<_>>(),
    })
}

fn text(line: &TextSpan) -> Value {
    json!({ "text": line.text, "box": line.area })
}

fn element(element: &Element) -> Value {
    let Element { role, label, value, state, area, .. } = element;
    json!({ "role": role, "label": label, "value": value, "state": state, "box": area })
}
