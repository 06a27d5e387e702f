//! What is under way.

use super::Shared;
use super::access::Right;
use super::extract::Named;
use super::guard::Caller;
use super::problem::{Faults, Problem};
use super::runs;
use super::wire::{Board, RunSummary};
use crate::store::{Moment, RunFilter};
use crate::task::{DesktopChoice, RunState};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// How many runs that are over the board has.
const OVER: usize = 50;
/// How many runs that are not over it has at most.
const OPEN: usize = 500;

pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(board)).routes(routes!(pause)).routes(routes!(resume))
}

/// See lanes, workers, and the runs that are under way or have just ended.
#[utoipa::path(get, path = "/board", tag = "live",
    responses((status = 200, description = "All of it", body = Board), Faults))]
async fn board(State(web): State<Shared>, caller: Caller) -> Result<Json<Board>, Problem> {
    caller.needs(Right::Watch)?;
    let shared = std::sync::Arc::clone(&web);
    let done = web.with_store(move |store| {
        let (over, open) = RunState::ALL.into_iter().partition(|state| state.is_over());
        let mut rows = store.list(&RunFilter { states: open, most: OPEN, ..RunFilter::default() })?;
        rows.extend(store.list(&RunFilter { states: over, most: OVER, ..RunFilter::default() })?);
        Ok((rows, shared.hub.lanes(store)?))
    });
    let (rows, lanes) = done.await?;
    let daemon = std::sync::Arc::clone(&web.daemon);
    let workers = tokio::task::spawn_blocking(move || daemon.worker_states()).await;
    let workers = workers.map_err(|_| Problem::internal("the service"))??;
    let now = Moment::now();
    Ok(Json(Board {
        lanes,
        workers: workers.into_iter().map(Into::into).collect(),
        runs: rows.into_iter().map(|row| RunSummary::new(row, now)).collect(),
    }))
}

async fn set(web: &Shared, caller: &Caller, lane: String, is_paused: bool) -> Result<StatusCode, Problem> {
    caller.needs(Right::Stop)?;
    let lane = runs::lane(Some(lane), &DesktopChoice::Started { name: None })?;
    web.with_store(move |store| store.pause_lane(&lane, is_paused)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Let no more runs of a lane begin.
#[utoipa::path(post, path = "/lanes/{lane}/pause", tag = "live", params(("lane" = String, Path)),
    responses((status = 204, description = "None begins"), Faults))]
async fn pause(State(web): State<Shared>, caller: Caller, Named(lane): Named<String>) -> Result<StatusCode, Problem> {
    set(&web, &caller, lane, true).await
}

/// Let the runs of a lane begin again.
#[utoipa::path(post, path = "/lanes/{lane}/resume", tag = "live", params(("lane" = String, Path)),
    responses((status = 204, description = "They begin"), Faults))]
async fn resume(State(web): State<Shared>, caller: Caller, Named(lane): Named<String>) -> Result<StatusCode, Problem> {
    set(&web, &caller, lane, false).await
}
