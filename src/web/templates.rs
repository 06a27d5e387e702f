//! Templates, their runs, and schedules.

use super::Shared;
use super::access::{Right, secret};
use super::extract::{Body, Named};
use super::guard::Caller;
use super::problem::{Faults, Problem};
use super::runs::{lane, place, placed, summary};
use super::wire::RunSummary;
use crate::guardian::{
    FlowRequest, Library, LibraryError, Listed, Schedule, ScheduleError, ScheduleRules, When, order_of_template,
};
use crate::store::{Moment, Store, StoreError};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::path::PathBuf;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(all))
        .routes(routes!(show, keep, discard))
        .routes(routes!(run))
        .routes(routes!(schedules, schedule))
        .routes(routes!(switch, unschedule))
}

/// The route by which others call.
pub fn hooks() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(call))
}

impl From<LibraryError> for Problem {
    fn from(error: LibraryError) -> Self {
        match error {
            LibraryError::Store(error) => error.into(),
            LibraryError::Unknown(_) => Self::not_found(error.to_string()),
            LibraryError::Taken(_) => Self::conflict(error.to_string()),
            _ => Self::unfit(error.to_string()),
        }
    }
}

impl From<ScheduleError> for Problem {
    fn from(error: ScheduleError) -> Self {
        match error {
            ScheduleError::Store(error) => error.into(),
            ScheduleError::Library(error) => error.into(),
            ScheduleError::Unknown(_) => Self::not_found(error.to_string()),
            ScheduleError::Signature(_) => Self::new(StatusCode::UNAUTHORIZED, error.to_string()),
            _ => Self::unfit(error.to_string()),
        }
    }
}

/// Does what may go wrong with the store or with what is asked.
async fn within<T: Send + 'static, E: Into<Problem> + Send + 'static>(
    web: &Shared,
    work: impl FnOnce(&mut (dyn Store + 'static)) -> Result<T, E> + Send + 'static,
) -> Result<T, Problem> {
    web.with_store(move |store| Ok::<_, StoreError>(work(store))).await?.map_err(Into::into)
}

#[derive(Serialize, ToSchema)]
struct Templates {
    templates: Vec<TemplateRow>,
}

#[derive(Serialize, ToSchema)]
struct TemplateRow {
    name: String,
    title: String,
    description: String,
    steps: usize,
    builtin: bool,
}

/// List the templates.
#[utoipa::path(get, path = "/templates", tag = "templates",
    responses((status = 200, description = "All of them", body = Templates), Faults))]
async fn all(State(web): State<Shared>, caller: Caller) -> Result<Json<Templates>, Problem> {
    caller.needs(Right::Watch)?;
    let all = web.with_store(|store| Library::all(store)).await?;
    let row = |listed: Listed| TemplateRow {
        steps: listed.template.steps.len(),
        name: listed.template.name,
        title: listed.template.title,
        description: listed.template.description,
        builtin: listed.is_built_in,
    };
    Ok(Json(Templates { templates: all.into_iter().map(row).collect() }))
}

#[derive(Serialize, ToSchema)]
struct TemplateView {
    name: String,
    title: String,
    description: String,
    /// A JSON schema of an object.
    #[schema(value_type = Object)]
    parameters: Value,
    #[schema(value_type = Vec<Object>)]
    steps: Vec<Value>,
    /// As TOML.
    source: String,
    builtin: bool,
}

impl TemplateView {
    fn new(Listed { template, source, is_built_in }: Listed) -> Self {
        let needs: Vec<Vec<String>> = template.graph().map_or_else(
            |_| Vec::new(),
            |graph| {
                let name = |id: &crate::task::TaskId| template.step(*id).map(|s| s.id.clone());
                graph.tasks().iter().map(|task| task.needs.iter().filter_map(name).collect()).collect()
            },
        );
        let step = |(at, step): (usize, &crate::task::TemplateStep)| {
            let mut value = serde_json::to_value(step).unwrap_or_default();
            if let Some(step) = value.as_object_mut() {
                step.retain(|_, value| !value.is_null());
                step.insert("needs".into(), json!(needs.get(at)));
            }
            value
        };
        let steps = template.steps.iter().enumerate().map(step).collect();
        Self {
            steps,
            name: template.name,
            title: template.title,
            description: template.description,
            parameters: template.parameters,
            source,
            builtin: is_built_in,
        }
    }
}

/// Show a template.
#[utoipa::path(get, path = "/templates/{name}", tag = "templates", params(("name" = String, Path)),
    responses((status = 200, description = "The template", body = TemplateView), Faults))]
async fn show(
    State(web): State<Shared>,
    caller: Caller,
    Named(name): Named<String>,
) -> Result<Json<TemplateView>, Problem> {
    caller.needs(Right::Watch)?;
    let listed = within(&web, move |store| Library::named(store, &name)).await?;
    Ok(Json(TemplateView::new(listed)))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Source {
    /// As TOML.
    source: String,
}

/// Keep a template.
#[utoipa::path(put, path = "/templates/{name}", tag = "templates", params(("name" = String, Path)), request_body = Source,
    responses((status = 200, description = "As it is now", body = TemplateView), Faults))]
async fn keep(
    State(web): State<Shared>,
    caller: Caller,
    Named(name): Named<String>,
    Body(Source { source }): Body<Source>,
) -> Result<Json<TemplateView>, Problem> {
    caller.needs(Right::Manage)?;
    let listed = within(&web, move |store| {
        let said = crate::guardian::read_template(&source)?.name;
        if said != name {
            return Ok(Err(Problem::unfit(format!("the template is called “{said}” and not as the address says"))));
        }
        Library::keep(store, &source)?;
        Ok::<_, LibraryError>(Ok(Library::named(store, &name)?))
    });
    Ok(Json(TemplateView::new(listed.await??)))
}

/// Take a template away.
#[utoipa::path(delete, path = "/templates/{name}", tag = "templates", params(("name" = String, Path)),
    responses((status = 204, description = "It is gone"), Faults))]
async fn discard(State(web): State<Shared>, caller: Caller, Named(name): Named<String>) -> Result<StatusCode, Problem> {
    caller.needs(Right::Manage)?;
    within(&web, move |store| Library::discard(store, &name)).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewFlow {
    /// As the template's schema has them.
    #[schema(value_type = Object)]
    #[serde(default)]
    parameters: Value,
    #[schema(max_length = 64)]
    lane: Option<String>,
    priority: Option<i32>,
    /// Ask no questions that permit something.
    #[serde(default)]
    yes: bool,
}

/// Run a template.
#[utoipa::path(post, path = "/templates/{name}/run", tag = "templates", params(("name" = String, Path)),
    request_body = NewFlow, responses((status = 201, description = "The run waits", body = RunSummary),
        (status = 200, description = "It waits already", body = RunSummary), Faults))]
async fn run(
    State(web): State<Shared>,
    caller: Caller,
    Named(name): Named<String>,
    Body(new): Body<NewFlow>,
) -> Result<(StatusCode, Json<RunSummary>), Problem> {
    caller.needs(Right::Ask)?;
    let listed = within(&web, move |store| Library::named(store, &name)).await?;
    let rules = web.defaults.schedule_rules();
    let policy = if new.yes { rules.policy.without_questions() } else { rules.policy };
    let asked = FlowRequest {
        parameters: &new.parameters,
        desktop: rules.desktop.clone(),
        cwd: &rules.cwd,
        policy,
        origin: caller.by(),
    };
    let mut order = order_of_template(&listed.template, asked)?;
    if let Some(said) = new.lane {
        order.terms.lane = lane(Some(said), &rules.desktop)?;
    }
    order.terms.priority = new.priority.unwrap_or_default();
    place(&web, order).await.map(placed)
}

#[derive(Serialize, ToSchema)]
struct Schedules {
    schedules: Vec<ScheduleView>,
}

#[derive(Serialize, ToSchema)]
struct ScheduleView {
    id: String,
    template: String,
    #[schema(value_type = Object)]
    parameters: Value,
    #[schema(value_type = Object)]
    when: Value,
    is_on: bool,
    next_ms: Option<u64>,
    #[schema(value_type = Option<String>)]
    last_run: Option<crate::task::RunId>,
    /// Why it did not run the last time.
    fault: Option<String>,
    /// What calls are signed with; told once.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

impl ScheduleView {
    fn new(schedule: Schedule) -> Self {
        let next_ms = schedule.next_ms(Moment::now().at_ms);
        let when = match schedule.when {
            When::Cron(text) => json!({ "cron": text }),
            When::File(folder) => json!({ "file": folder }),
            When::Webhook { .. } => json!({ "webhook": true }),
        };
        let Schedule { id, template, parameters, is_on, last_run, fault, .. } = schedule;
        Self { id, template, parameters, when, is_on, next_ms, last_run, fault, secret: None }
    }
}

/// List what runs by itself.
#[utoipa::path(get, path = "/schedules", tag = "templates",
    responses((status = 200, description = "All of it", body = Schedules), Faults))]
async fn schedules(State(web): State<Shared>, caller: Caller) -> Result<Json<Schedules>, Problem> {
    caller.needs(Right::Watch)?;
    let all = web.with_store(|store| Schedule::all(store)).await?;
    Ok(Json(Schedules { schedules: all.into_iter().map(ScheduleView::new).collect() }))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewSchedule {
    template: String,
    #[schema(value_type = Object)]
    #[serde(default)]
    parameters: Value,
    when: Occasion,
    /// A time that was missed while the service was away is made up for, once.
    #[serde(default)]
    catches_up: bool,
}

/// When a template runs by itself.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Occasion {
    /// At times, as crontab has them.
    Cron(String),
    /// When a file comes into this folder.
    File(String),
    /// When somebody calls who knows the secret; true.
    Webhook(#[expect(dead_code, reason = "it is there or not")] bool),
}

/// Have a template run by itself.
#[utoipa::path(post, path = "/schedules", tag = "templates", request_body = NewSchedule,
    responses((status = 201, description = "It will run", body = ScheduleView), Faults))]
async fn schedule(
    State(web): State<Shared>,
    caller: Caller,
    Body(new): Body<NewSchedule>,
) -> Result<(StatusCode, Json<ScheduleView>), Problem> {
    caller.needs(Right::Manage)?;
    let no_secret = |_| Problem::internal("the source of randomness");
    let (when, shown) = match new.when {
        Occasion::Cron(text) => (When::Cron(text), None),
        Occasion::File(folder) => (When::File(PathBuf::from(folder)), None),
        Occasion::Webhook(_) => {
            let secret = secret().map_err(no_secret)?;
            (When::Webhook { secret: secret.clone() }, Some(secret))
        }
    };
    let kept = Schedule {
        id: ulid::Ulid::generate().to_string().to_lowercase(),
        template: new.template,
        parameters: new.parameters,
        when,
        is_on: true,
        catches_up: new.catches_up,
        last_ms: Moment::now().at_ms,
        last_run: None,
        fault: None,
    };
    let schedule = kept.clone();
    within(&web, move |store| {
        schedule.check(store)?;
        schedule.keep(store).map_err(ScheduleError::from)
    })
    .await?;
    Ok((StatusCode::CREATED, Json(ScheduleView { secret: shown, ..ScheduleView::new(kept) })))
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Switch {
    is_on: bool,
}

/// Switch a schedule on or off.
#[utoipa::path(patch, path = "/schedules/{id}", tag = "templates", params(("id" = String, Path)), request_body = Switch,
    responses((status = 200, description = "As it is now", body = ScheduleView), Faults))]
async fn switch(
    State(web): State<Shared>,
    caller: Caller,
    Named(id): Named<String>,
    Body(Switch { is_on }): Body<Switch>,
) -> Result<Json<ScheduleView>, Problem> {
    caller.needs(Right::Manage)?;
    let kept = within(&web, move |store| {
        // What was missed while it was off is not made up for.
        let last_ms = Moment::now().at_ms;
        let schedule = Schedule { is_on, last_ms, ..Schedule::named(store, &id)? };
        schedule.keep(store)?;
        Ok::<_, ScheduleError>(schedule)
    });
    Ok(Json(ScheduleView::new(kept.await?)))
}

/// Have a template run by itself no more.
#[utoipa::path(delete, path = "/schedules/{id}", tag = "templates", params(("id" = String, Path)),
    responses((status = 204, description = "It is gone"), Faults))]
async fn unschedule(
    State(web): State<Shared>,
    caller: Caller,
    Named(id): Named<String>,
) -> Result<StatusCode, Problem> {
    caller.needs(Right::Manage)?;
    within(&web, move |store| Schedule::discard(store, &id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Call a schedule: a signed request from elsewhere.
#[utoipa::path(post, path = "/hooks/{id}", tag = "templates",
    params(("id" = String, Path),
        ("X-Guardian-Timestamp" = String, Header, description = "Seconds since the Unix epoch"),
        ("X-Guardian-Signature" = String, Header, description = "`sha256=` and the HMAC of the time, a dot and the body")),
    request_body(content = Object, description = "Parameters", content_type = "application/json"),
    responses((status = 202, description = "A run waits", body = RunSummary), Faults), security(()))]
async fn call(
    State(web): State<Shared>,
    Named(id): Named<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Json<RunSummary>), Problem> {
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    let (at, signature) = (text("x-guardian-timestamp"), text("x-guardian-signature"));
    let rules = web.defaults.schedule_rules();
    let done = within(&web, move |store| {
        let now_ms = Moment::now().at_ms;
        let refused = || ScheduleError::Signature("there is no such schedule, or it is off");
        let schedule = Schedule::named(store, &id).map_err(|_| refused())?;
        schedule.check_call(&at, &signature, &body, now_ms)?;
        if !schedule.is_on {
            return Err(refused());
        }
        let extra: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
        // The same call twice is one.
        let run = schedule.run(store, &extra, &signature, &rules, now_ms)?;
        let kept = Schedule { last_run: Some(run.clone()), last_ms: now_ms, fault: None, ..schedule };
        kept.keep(store)?;
        Ok::<_, ScheduleError>(summary(store, &run)?)
    });
    Ok((StatusCode::ACCEPTED, Json(done.await?)))
}

impl super::Defaults {
    /// What runs of templates get that say nothing else.
    pub fn schedule_rules(&self) -> ScheduleRules {
        ScheduleRules { desktop: self.desktop(), cwd: self.cwd.clone(), policy: self.policy }
    }
}
