//! The service itself: whether it lives, its figures, what it remembers, what this machine has.

use super::Shared;
use super::access::Right;
use super::guard::Caller;
use super::problem::{Faults, Problem};
use super::wire::{Health, KeptLines, Memory, Remembered};
use crate::store::{MOST_LINES, RunFilter, RunRow, Store, StoreError};
use crate::task::RunState;
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::collections::HashMap;
use std::fmt::Write;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// In how many runs is looked for what was asked before.
const LOOKED_THROUGH: usize = 2_000;
/// How many requests are remembered to a person.
const REMEMBERED: usize = 200;

pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(memory))
        .routes(routes!(forget_lines))
        .routes(routes!(models))
        .routes(routes!(doctor))
        .routes(routes!(metrics))
        .routes(routes!(history))
}

/// The route that everybody may ask.
pub fn open() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(health))
}

/// Whether the service lives.
#[utoipa::path(get, path = "/health", tag = "system", security(()),
    responses((status = 200, description = "It does", body = Health), Faults))]
async fn health(State(web): State<Shared>) -> Result<Json<Health>, Problem> {
    web.with_store(|store| store.cursor()).await?;
    Ok(Json(Health { status: "ok", version: env!("CARGO_PKG_VERSION") }))
}

/// What is remembered: requests and how they went, lines that were read, and how much the store holds.
#[utoipa::path(get, path = "/memory", tag = "system",
    responses((status = 200, description = "All of it", body = Memory), Faults))]
async fn memory(State(web): State<Shared>, caller: Caller) -> Result<Json<Memory>, Problem> {
    caller.needs(Right::Watch)?;
    let done = web.with_store(|store| {
        let rows = store.list(&RunFilter { most: LOOKED_THROUGH, ..RunFilter::default() })?;
        let size = store.size()?;
        let lines = KeptLines { kept: size.lines, most: MOST_LINES as u64 };
        Ok(Memory { requests: remembered(&rows), lines, store: size })
    });
    done.await.map(Json)
}

/// What was asked, each once, the newest first.
fn remembered(rows: &[RunRow]) -> Vec<Remembered> {
    let (mut all, mut known): (Vec<Remembered>, HashMap<&str, usize>) = (Vec::new(), HashMap::new());
    // Parts of other runs and runs of templates were not asked in these words.
    for row in rows.iter().filter(|row| row.template.is_none() && row.parent.is_none()) {
        let at = *known.entry(&row.text).or_insert_with(|| {
            all.push(Remembered { text: row.text.clone(), runs: 0, passed: 0, last_ms: row.asked_ms });
            all.len() - 1
        });
        all[at].runs += 1;
        all[at].passed += u64::from(row.state == RunState::Passed);
    }
    all.truncate(REMEMBERED);
    all
}

/// Forget the lines that were read on screens.
#[utoipa::path(delete, path = "/memory/lines", tag = "system",
    responses((status = 204, description = "They are forgotten"), Faults))]
async fn forget_lines(State(web): State<Shared>, caller: Caller) -> Result<StatusCode, Problem> {
    caller.needs(Right::Manage)?;
    web.with_store(|store| store.forget_lines()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The networks that are used, and whether they are on this machine.
#[utoipa::path(get, path = "/models", tag = "system",
    responses((status = 200, description = "All of them", body = Object), Faults))]
async fn models(State(web): State<Shared>, caller: Caller) -> Result<Json<serde_json::Value>, Problem> {
    caller.needs(Right::Watch)?;
    web.tell(&web.models).await.map(Json)
}

/// What this machine offers and lacks.
#[utoipa::path(get, path = "/doctor", tag = "system",
    responses((status = 200, description = "Each point with what to do", body = Object), Faults))]
async fn doctor(State(web): State<Shared>, caller: Caller) -> Result<Json<serde_json::Value>, Problem> {
    caller.needs(Right::Watch)?;
    web.tell(&web.doctor).await.map(Json)
}

/// The figures in the format of Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "system",
    responses((status = 200, description = "Figures", body = String, content_type = "text/plain"), Faults))]
async fn metrics(State(web): State<Shared>, caller: Caller) -> Result<Response, Problem> {
    caller.needs(Right::Watch)?;
    let shared = std::sync::Arc::clone(&web);
    let text = web.with_store(move |store| figures(&shared, store)).await?;
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response())
}

fn figures(web: &Shared, store: &mut (dyn Store + 'static)) -> Result<String, StoreError> {
    let (lanes, size) = (web.hub.lanes(store)?, store.size()?);
    let mut text = String::new();
    let mut family = |name: &str, kind: &str, help: &str, values: &[(String, f64)]| {
        // Writing to a string does not fail.
        let _ = writeln!(text, "# HELP guardian_{name} {help}\n# TYPE guardian_{name} {kind}");
        for (labels, value) in values {
            let _ = writeln!(text, "guardian_{name}{labels} {value}");
        }
    };
    let by_lane = |value: fn(&super::wire::Lane) -> u64| -> Vec<(String, f64)> {
        let label = |name: &str| name.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', " ");
        lanes.iter().map(|lane| (format!("{{lane=\"{}\"}}", label(&lane.row.lane)), value(lane) as f64)).collect()
    };
    family("runs_queued", "gauge", "Runs that wait to be driven.", &by_lane(|lane| lane.row.queued));
    family("runs_driven", "gauge", "Runs that are driven.", &by_lane(|lane| lane.row.running));
    family("runs_waiting", "gauge", "Runs that wait for an answer.", &by_lane(|lane| lane.row.waiting));
    let plain = |value: u64| [(String::new(), value as f64)];
    family("runs", "gauge", "Runs that are kept.", &plain(size.runs));
    family("events_total", "counter", "Events that were ever recorded.", &plain(store.cursor()?.event));
    family("log_lines_total", "counter", "Log lines that were ever recorded.", &plain(store.cursor()?.line));
    family("passed_on_total", "counter", "Events and lines passed on to live streams.", &plain(web.hub.passed_on()));
    family("streams", "gauge", "Live streams.", &plain(web.hub.listeners() as u64));
    family("store_bytes", "gauge", "The size of the store without pictures.", &plain(size.bytes));
    family("blob_bytes", "gauge", "The size of all pictures and files.", &plain(size.blob_bytes));
    if let Some(sample) = web.daemon.samples().last() {
        let memory = sample.memory_mib * 1_048_576.0;
        family("memory_bytes", "gauge", "Memory of the service and its workers.", &[(String::new(), memory)]);
        family("cpu_share", "gauge", "Processor seconds per second.", &[(String::new(), sample.cpu)]);
    }
    Ok(text)
}

/// The figures of the last hour.
#[utoipa::path(get, path = "/metrics/history", tag = "system",
    responses((status = 200, description = "Series", body = Object), Faults))]
async fn history(State(web): State<Shared>, caller: Caller) -> Result<Json<serde_json::Value>, Problem> {
    caller.needs(Right::Watch)?;
    let samples = web.daemon.samples();
    let ended = web.with_store(|store| {
        let (over, _): (Vec<RunState>, Vec<RunState>) = RunState::ALL.into_iter().partition(|state| state.is_over());
        store.list(&RunFilter { states: over, most: LOOKED_THROUGH, ..RunFilter::default() })
    });
    let ended = ended.await?;
    let per_minute = |at_ms: u64, has_passed: bool| {
        let is_in = |row: &&RunRow| row.ended_ms.is_some_and(|end| end <= at_ms && end + 60_000 > at_ms);
        // What a person cancelled did neither.
        let counted = ended.iter().filter(is_in).filter(|row| row.state != RunState::Cancelled);
        counted.filter(|row| (row.state == RunState::Passed) == has_passed).count()
    };
    let series = |value: &dyn Fn(&crate::guardian::Sample) -> serde_json::Value| -> Vec<serde_json::Value> {
        samples.iter().map(value).collect()
    };
    Ok(Json(serde_json::json!({
        "at_ms": series(&|s| s.at_ms.into()),
        "series": {
            "queued": series(&|s| s.queued.into()),
            "running": series(&|s| s.running.into()),
            "passed_per_min": series(&|s| per_minute(s.at_ms, true).into()),
            "failed_per_min": series(&|s| per_minute(s.at_ms, false).into()),
            "cpu": series(&|s| s.cpu.into()),
            "memory_mb": series(&|s| s.memory_mib.into()),
        },
    })))
}
