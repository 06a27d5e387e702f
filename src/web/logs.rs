//! What the work of runs printed.

use super::Shared;
use super::access::Right;
use super::extract::{Asked, Named};
use super::guard::Caller;
use super::problem::{Faults, Problem};
use super::runs::run_named;
use super::wire::{ExportFormat, Format, Lines, WhichLines};
use crate::store::{LogFilter, LogLine};
use crate::task::RunId;
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// How many lines are read in one go for a file.
const AT_ONCE: usize = 5_000;

pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(logs)).routes(routes!(export))
}

/// Read and search the log of a run.
#[utoipa::path(get, path = "/runs/{run}/logs", tag = "logs", params(("run" = String, Path), WhichLines),
    responses((status = 200, description = "Lines in order", body = Lines), Faults))]
async fn logs(
    State(web): State<Shared>,
    caller: Caller,
    Named(run): Named<String>,
    Asked(which): Asked<WhichLines>,
) -> Result<Json<Lines>, Problem> {
    caller.needs(Right::Watch)?;
    let run = run_named(&run)?;
    let limit = which.limit.unwrap_or(1_000);
    if !(1..=10_000).contains(&limit) {
        return Err(Problem::unfit(format!("`limit` is {limit}, but must be 1 to 10000")));
    }
    let bounded = |n: u64| n.min(i64::MAX as u64);
    let filter = LogFilter {
        after: bounded(which.after.unwrap_or_default()),
        before: which.before.map(bounded),
        level: which.level.map(Into::into),
        words: which.q.filter(|q| !q.is_empty()),
        most: limit as usize,
    };
    let done = web.with_store(move |store| {
        store.row(&run)?;
        let newest = LogFilter { before: Some(i64::MAX as u64), most: 1, ..LogFilter::default() };
        let last = store.logs(&run, &newest)?.last().map_or(0, |line| line.seq);
        Ok(Lines { lines: store.logs(&run, &filter)?, last })
    });
    done.await.map(Json)
}

/// Get the log of a run as a file.
#[utoipa::path(get, path = "/runs/{run}/logs/export", tag = "logs", params(("run" = String, Path), ExportFormat),
    responses((status = 200, description = "All lines", content((String = "text/plain"), (String = "application/x-ndjson"))), Faults))]
async fn export(
    State(web): State<Shared>,
    caller: Caller,
    Named(run): Named<String>,
    Asked(which): Asked<ExportFormat>,
) -> Result<Response, Problem> {
    caller.needs(Right::Watch)?;
    let run = run_named(&run)?;
    let known = run.clone();
    web.with_store(move |store| store.row(&known)).await?;
    let format = which.format.unwrap_or(Format::Text);
    let (media, ending) = match format {
        Format::Text => ("text/plain; charset=utf-8", "txt"),
        Format::Json => ("application/x-ndjson", "ndjson"),
    };
    let name = format!("attachment; filename=\"{run}.{ending}\"");
    let pages = stream::unfold((web, run, Some(0)), move |(web, run, after)| async move {
        let (page, next) = page(&web, &run, after?, format).await?;
        Some((Ok::<_, std::io::Error>(page), (web, run, next)))
    });
    let headers = [(header::CONTENT_TYPE, media.to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, Body::from_stream(pages)).into_response())
}

/// The lines after `after` as text, and where the next page begins; `None` at the end.
async fn page(web: &Shared, run: &RunId, after: u64, format: Format) -> Option<(Bytes, Option<u64>)> {
    let (run, filter) = (run.clone(), LogFilter { after, most: AT_ONCE, ..LogFilter::default() });
    let lines = web.with_store(move |store| store.logs(&run, &filter)).await.ok()?;
    let next = (lines.len() == AT_ONCE).then(|| lines.last().map_or(after, |line| line.seq));
    let text: String = lines.iter().map(|line| written(line, format)).collect();
    (!text.is_empty()).then(|| (text.into(), next))
}

fn written(line: &LogLine, format: Format) -> String {
    match format {
        Format::Text => {
            let level = format!("{:?}", line.level).to_uppercase();
            format!("{} {} {level:<5} {} {}\n", line.seq, line.at_ms, line.source, line.text)
        }
        Format::Json => serde_json::to_string(line).unwrap_or_default() + "\n",
    }
}
