//! Requests and runs.

use super::Shared;
use super::access::Right;
use super::extract::{Asked, Body, Named};
use super::guard::Caller;
use super::problem::{Faults, Problem};
use super::wire::{
    Again, Answer, Events, NewRun, Planned, Run, RunSummary, Runs, Sentence, WhichEvents, WhichRuns, states,
};
use crate::guardian::order_of;
use crate::planner::Plan;
use crate::store::{Moment, RunFilter, Store, StoreError};
use crate::task::{
    DEFAULT_LANE, DESKTOP_LANE, DesktopChoice, EventKind, Order, Report, Request, Resume, RunId, RunState, Signal,
    TaskId, Terms,
};
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// How many runs a page has where nothing is said.
const PAGE: u32 = 50;
/// How often a run may be begun that has done nothing yet.
const ATTEMPTS: u32 = 3;
/// The longest key that makes an order known again.
const MOST_KEY: usize = 200;

pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(ask, list))
        .routes(routes!(plan))
        .routes(routes!(show, remove))
        .routes(routes!(events))
        .routes(routes!(cancel))
        .routes(routes!(pause))
        .routes(routes!(resume))
        .routes(routes!(answer))
        .routes(routes!(retry))
}

/// The run that a path names.
pub fn run_named(name: &str) -> Result<RunId, Problem> {
    let is_name = name.len() == 26 && name.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase());
    is_name
        .then(|| RunId(name.to_owned()))
        .ok_or_else(|| Problem::not_found(format!("there is no run “{}”", short(name))))
}

fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(40).collect()
}

/// Reads how a run stands now.
pub fn summary(store: &mut (dyn Store + 'static), run: &RunId) -> Result<RunSummary, StoreError> {
    Ok(RunSummary::new(store.row(run)?, Moment::now()))
}

/// Ask for work.
#[utoipa::path(post, path = "/runs", tag = "runs", request_body = NewRun,
    params(("Idempotency-Key" = Option<String>, Header, description = "A second request with the same key is the first one")),
    responses((status = 201, description = "The run waits", body = RunSummary),
        (status = 200, description = "It was asked with this key before", body = RunSummary), Faults))]
async fn ask(
    State(web): State<Shared>,
    caller: Caller,
    headers: HeaderMap,
    Body(new): Body<NewRun>,
) -> Result<(StatusCode, Json<RunSummary>), Problem> {
    begin(&web, &caller, new, key_of(&headers)?).await.map(placed)
}

/// Asks for work; the status says whether it is new.
pub async fn begin(
    web: &Shared,
    caller: &Caller,
    new: NewRun,
    key: Option<String>,
) -> Result<(StatusCode, RunSummary), Problem> {
    caller.needs(Right::Ask)?;
    let order = order(web, new, key, caller.by())?;
    place(web, order).await
}

/// Puts an order into the queue.
pub async fn place(web: &Shared, order: Order) -> Result<(StatusCode, RunSummary), Problem> {
    let done = web.with_store(move |store| {
        let placed = store.enqueue(&order, Moment::now().at_ms)?;
        Ok((placed.is_new, summary(store, &placed.run)?))
    });
    let (is_new, summary) = done.await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, summary))
}

/// What [`place`] gives, as it is sent.
pub fn placed((status, summary): (StatusCode, RunSummary)) -> (StatusCode, Json<RunSummary>) {
    (status, Json(summary))
}

fn key_of(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().ok().filter(|key| (1..=MOST_KEY).contains(&key.len()));
    key.map(|key| Some(key.to_owned()))
        .ok_or_else(|| Problem::unfit(format!("an Idempotency-Key has 1 to {MOST_KEY} visible characters")))
}

fn order(web: &Shared, new: NewRun, key: Option<String>, origin: String) -> Result<Order, Problem> {
    let text = Request::check_text(&new.text).map_err(|e| Problem::unfit(e.to_string()))?.to_owned();
    let defaults = &web.defaults;
    let desktop = new.desktop.map_or_else(|| defaults.desktop(), DesktopChoice::from);
    check_desktop(&desktop)?;
    let attempts = within("attempts", new.attempts.unwrap_or(ATTEMPTS), 1, 100)?;
    let timeout_ms = within("timeout_ms", new.timeout_ms.unwrap_or(defaults.timeout_ms), 1_000, 86_400_000)?;
    let policy = if new.yes { defaults.policy.without_questions() } else { defaults.policy };
    let lane = lane(new.lane, &desktop)?;
    let terms = Terms {
        lane,
        priority: new.priority.unwrap_or_default(),
        key,
        attempts,
        backoff: new.backoff.map(Into::into).unwrap_or_default(),
        not_before_ms: new.not_before_ms.map(|ms| ms.min(i64::MAX as u64)),
        origin,
        is_attended: true,
        ..Terms::default()
    };
    Ok(Order::new(Request { text, desktop, cwd: defaults.cwd.clone(), timeout_ms, policy }, terms))
}

fn within<T: PartialOrd + std::fmt::Display>(name: &str, value: T, least: T, most: T) -> Result<T, Problem> {
    if value >= least && value <= most {
        return Ok(value);
    }
    Err(Problem::unfit(format!("`{name}` is {value}, but must be {least} to {most}")))
}

fn check_desktop(desktop: &DesktopChoice) -> Result<(), Problem> {
    match desktop {
        DesktopChoice::Private { width, height } => {
            within("width", *width, 320, 8192)?;
            within("height", *height, 240, 8192).map(drop)
        }
        DesktopChoice::Given(name) | DesktopChoice::Started { name: Some(name) } => {
            let is_name = (1..=100).contains(&name.len()) && !name.chars().any(char::is_control);
            if is_name { Ok(()) } else { Err(Problem::unfit("a display has a name such as `:0`")) }
        }
        DesktopChoice::Started { name: None } => Ok(()),
    }
}

/// The lane that is said, else the one for the desktop.
pub fn lane(said: Option<String>, desktop: &DesktopChoice) -> Result<String, Problem> {
    let is_shared = matches!(desktop, DesktopChoice::Given(_));
    let lane = said.unwrap_or_else(|| if is_shared { DESKTOP_LANE } else { DEFAULT_LANE }.to_owned());
    let fits = |c: char| c.is_alphanumeric() || ['-', '_', '.', ' '].contains(&c);
    if (1..=64).contains(&lane.chars().count()) && lane.chars().all(fits) {
        return Ok(lane);
    }
    Err(Problem::unfit("a lane's name is 1 to 64 letters, digits, spaces, `-`, `_` and `.`"))
}

/// Show the tasks that a sentence would be done by.
#[utoipa::path(post, path = "/plan", tag = "runs", request_body = Sentence,
    responses((status = 200, description = "The plan, or what is unclear", body = Planned), Faults))]
async fn plan(
    State(web): State<Shared>,
    caller: Caller,
    Body(Sentence { text }): Body<Sentence>,
) -> Result<Json<Planned>, Problem> {
    caller.needs(Right::Watch)?;
    let planner = std::sync::Arc::clone(&web.plan);
    let planned = tokio::task::spawn_blocking(move || planner(&text)).await;
    match planned.map_err(|_| Problem::internal("the planner"))? {
        Ok(Plan::Graph(graph)) => Ok(Json(Planned::Graph { graph })),
        Ok(Plan::Question { question, options }) => Ok(Json(Planned::Question { question, options })),
        Err(error) => Err(Problem::unfit(error.to_string())),
    }
}

/// List runs, the newest first.
#[utoipa::path(get, path = "/runs", tag = "runs", params(WhichRuns),
    responses((status = 200, description = "A page of runs", body = Runs), Faults))]
async fn list(
    State(web): State<Shared>,
    caller: Caller,
    Asked(which): Asked<WhichRuns>,
) -> Result<Json<Runs>, Problem> {
    caller.needs(Right::Watch)?;
    let limit = within("limit", which.limit.unwrap_or(PAGE), 1, 500)? as usize;
    let said = which.state.unwrap_or_default();
    let unknown = || {
        let all: Vec<&str> = RunState::ALL.into_iter().map(RunState::name).collect();
        Problem::unfit(format!("“{}” is no state; states are {}", short(&said), all.join(", ")))
    };
    let filter = RunFilter {
        states: states(&said).ok_or_else(unknown)?,
        lane: which.lane,
        words: which.q.filter(|q| !q.is_empty()),
        before: which.before.as_deref().map(run_named).transpose()?,
        parent: which.parent.as_deref().map(run_named).transpose()?,
        most: limit + 1,
    };
    let mut rows = web.with_store(move |store| store.list(&filter)).await?;
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| has_more).map(|row| row.run.clone());
    let now = Moment::now();
    Ok(Json(Runs { runs: rows.into_iter().map(|row| RunSummary::new(row, now)).collect(), next }))
}

/// Show a run.
#[utoipa::path(get, path = "/runs/{run}", tag = "runs", params(("run" = String, Path)),
    responses((status = 200, description = "The run", body = Run), Faults))]
async fn show(State(web): State<Shared>, caller: Caller, Named(run): Named<String>) -> Result<Json<Run>, Problem> {
    caller.needs(Right::Watch)?;
    let run = run_named(&run)?;
    let done = web.with_store(move |store| {
        let report = Report::fold(&store.events(&run)?).ok_or_else(|| StoreError::Unknown(run.clone()))?;
        Ok(Run { summary: summary(store, &run)?, report })
    });
    done.await.map(Json)
}

/// Forget a run that is over.
#[utoipa::path(delete, path = "/runs/{run}", tag = "runs", params(("run" = String, Path)),
    responses((status = 204, description = "It is forgotten"), Faults))]
async fn remove(State(web): State<Shared>, caller: Caller, Named(run): Named<String>) -> Result<StatusCode, Problem> {
    caller.needs(Right::Manage)?;
    let run = run_named(&run)?;
    let named = run.clone();
    match web.with_store(move |store| store.remove(&run)).await {
        Err(problem) if problem.status == StatusCode::CONFLICT.as_u16() => {
            Err(Problem::conflict(format!("run {named} is not over")).with_hint("cancel it first"))
        }
        done => done.map(|()| StatusCode::NO_CONTENT),
    }
}

/// Read the events of a run.
#[utoipa::path(get, path = "/runs/{run}/events", tag = "runs", params(("run" = String, Path), WhichEvents),
    responses((status = 200, description = "Events in order", body = Events), Faults))]
async fn events(
    State(web): State<Shared>,
    caller: Caller,
    Named(run): Named<String>,
    Asked(which): Asked<WhichEvents>,
) -> Result<Json<Events>, Problem> {
    caller.needs(Right::Watch)?;
    let run = run_named(&run)?;
    let limit = within("limit", which.limit.unwrap_or(500), 1, 5_000)? as usize;
    let after = which.after.unwrap_or_default().min(i64::MAX as u64);
    let done = web.with_store(move |store| {
        store.row(&run)?;
        store.events_after(&run, after, limit)
    });
    Ok(Json(Events { events: done.await? }))
}

/// Gives a run a signal, and tells how it stands then.
pub async fn signal(web: &Shared, caller: &Caller, run: &str, signal: Signal) -> Result<RunSummary, Problem> {
    caller.needs(Right::Stop)?;
    let (run, by) = (run_named(run)?, caller.by());
    let done = web.with_store(move |store| {
        store.tell(&run, Moment::now().at_ms, EventKind::Signalled { signal, by })?;
        summary(store, &run)
    });
    done.await
}

/// What is under way now.
fn accepted(summary: RunSummary) -> (StatusCode, Json<RunSummary>) {
    (StatusCode::ACCEPTED, Json(summary))
}

/// Cancel a run; what it has recorded stays.
#[utoipa::path(post, path = "/runs/{run}/cancel", tag = "runs", params(("run" = String, Path)),
    responses((status = 202, description = "It ends as soon as its driver hears of it", body = RunSummary), Faults))]
async fn cancel(
    State(web): State<Shared>,
    caller: Caller,
    Named(run): Named<String>,
) -> Result<(StatusCode, Json<RunSummary>), Problem> {
    signal(&web, &caller, &run, Signal::Cancel).await.map(accepted)
}

/// Have a run wait between two steps.
#[utoipa::path(post, path = "/runs/{run}/pause", tag = "runs", params(("run" = String, Path)),
    responses((status = 202, description = "It waits before its next step", body = RunSummary), Faults))]
async fn pause(
    State(web): State<Shared>,
    caller: Caller,
    Named(run): Named<String>,
) -> Result<(StatusCode, Json<RunSummary>), Problem> {
    signal(&web, &caller, &run, Signal::Pause).await.map(accepted)
}

/// Have a paused run go on.
#[utoipa::path(post, path = "/runs/{run}/resume", tag = "runs", params(("run" = String, Path)),
    responses((status = 202, description = "It goes on", body = RunSummary), Faults))]
async fn resume(
    State(web): State<Shared>,
    caller: Caller,
    Named(run): Named<String>,
) -> Result<(StatusCode, Json<RunSummary>), Problem> {
    signal(&web, &caller, &run, Signal::Resume).await.map(accepted)
}

/// Answer the question that a run waits with.
#[utoipa::path(post, path = "/runs/{run}/answer", tag = "runs", params(("run" = String, Path)), request_body = Answer,
    responses((status = 202, description = "The run goes on with it", body = RunSummary), Faults))]
async fn answer(
    State(web): State<Shared>,
    caller: Caller,
    Named(run): Named<String>,
    Body(said): Body<Answer>,
) -> Result<(StatusCode, Json<RunSummary>), Problem> {
    give_answer(&web, &caller, &run, said).await.map(accepted)
}

/// Answers a question, and tells how the run stands then.
pub async fn give_answer(web: &Shared, caller: &Caller, run: &str, said: Answer) -> Result<RunSummary, Problem> {
    caller.needs(Right::Approve)?;
    let Answer { question, answer } = said;
    let (run, by) = (run_named(run)?, caller.by());
    let answer = Request::check_text(&answer).map_err(|e| Problem::unfit(e.to_string()))?.to_owned();
    let done = web.with_store(move |store| {
        let is_open = store.row(&run)?.question.is_some_and(|open| open.id == question);
        if is_open {
            store.tell(&run, Moment::now().at_ms, EventKind::Answered { question, answer, by })?;
        }
        Ok((is_open, summary(store, &run)?))
    });
    let (is_open, summary) = done.await?;
    if !is_open {
        return Err(Problem::conflict(format!("the run has no open question number {question}")));
    }
    Ok(summary)
}

/// Do a run again, as a new one.
#[utoipa::path(post, path = "/runs/{run}/retry", tag = "runs", params(("run" = String, Path)), request_body = Again,
    responses((status = 201, description = "The new run waits", body = RunSummary),
        (status = 200, description = "It waits already", body = RunSummary), Faults))]
async fn retry(
    State(web): State<Shared>,
    caller: Caller,
    Named(run): Named<String>,
    Body(Again { from_task, yes }): Body<Again>,
) -> Result<(StatusCode, Json<RunSummary>), Problem> {
    caller.needs(Right::Ask)?;
    let earlier = run_named(&run)?;
    let of = earlier.clone();
    let events = web.with_store(move |store| store.events(&of)).await?;
    let report = Report::fold(&events).ok_or_else(|| Problem::not_found(format!("there is no run {earlier}")))?;
    let Order { mut request, terms, flow } =
        order_of(&events).ok_or_else(|| Problem::conflict("what was asked cannot be read any more"))?;
    let resumes = match from_task {
        None => None,
        Some(task) if report.tasks.iter().any(|t| t.task.id == TaskId(task)) => {
            Some(Resume { run: earlier, from_task: TaskId(task) })
        }
        Some(task) => return Err(Problem::unfit(format!("run {earlier} has no task {task}"))),
    };
    if yes {
        request.policy = request.policy.without_questions();
    }
    let terms = Terms { key: None, not_before_ms: None, resumes, origin: caller.by(), is_attended: true, ..terms };
    place(&web, Order { request, terms, flow }).await.map(placed)
}
