//! A whole run: plan, desktop, tasks by their dependencies, and its end.

use super::answers;
use super::drive::{self, Drive, Inquiry, Limits};
use super::errand::{Ending, Errand, Fatal};
use super::eyes::{Eyes, EyesError};
use super::flow;
use super::journal::Journal;
use super::policy::{self, Objection};
use super::pulse::Wanted;
use super::resume::{Resumed, begun_again, carry_over};
use super::seat::Seat;
use super::secrets::Secrets;
use super::watcher::{PersonRules, Post, Watcher};
use crate::display::{Desktop, DesktopError, Display, DisplayError, Lender, Pace, Reins};
use crate::planner::{Labels, Plan, Surroundings, plan};
use crate::sandbox::Sandbox;
use crate::screen::PointPx;
use crate::store::{LaneLimits, Lease, Store, StoreError};
use crate::task::{
    Action, Brief, Claim, DesktopChoice, Event, EventKind, Goal, Graph, Order, Report, Request, RunId, RunState, Task,
    TaskId, TaskState, Terms,
};
use crate::tools::apps::{AppError, Applications};
use rustix::fs::{MemfdFlags, memfd_create};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How often a person is asked what a request means.
const MOST_QUESTIONS: usize = 4;

/// How often it is looked whether a display has come free.
const HELD: Duration = Duration::from_millis(200);

/// Where the tasks of a run come from.
#[derive(Debug)]
pub enum Work {
    /// From the request's text.
    Plan,
    /// They are given.
    Graph(Graph),
    /// They are given, and what those that have passed found out.
    Resume(Resumed),
}

impl Work {
    /// The same with the values of `secrets` in the place of their names; what tasks found out names none.
    fn revealed(self, secrets: &Secrets) -> Self {
        match self {
            Self::Plan => Self::Plan,
            Self::Graph(graph) => Self::Graph(secrets.reveal_in(&graph)),
            Self::Resume(left) => Self::Resume(Resumed { graph: secrets.reveal_in(&left.graph), ..left }),
        }
    }
}

/// What ends a run before its report.
#[derive(Debug, thiserror::Error)]
pub enum GuardianError {
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The parent of all agents.
pub struct Guardian<'a> {
    pub store: &'a Mutex<dyn Store>,
    pub sandbox: &'a dyn Sandbox,
    pub eyes: Eyes,
    pub applications: &'a Applications,
    pub surroundings: &'a Surroundings,
    pub limits: Limits,
    /// How many runs of each lane may be driven at once.
    pub lanes: LaneLimits,
    /// How fast hands are.
    pub pace: Pace,
    /// How the person is looked after on a display of their own.
    pub person: &'a PersonRules,
    /// This program, which keeps desktops too.
    pub program: PathBuf,
    /// Set from outside to stop.
    pub stop: &'a AtomicBool,
    /// Set from outside to hand the run back after the step that is under way.
    pub leave: &'a AtomicBool,
    /// Hears of every event, once it is stored.
    pub told: &'a (dyn Fn(&Event) + Sync),
}

/// How a run ends.
pub(super) struct End {
    /// The rest is for another driver, or another time.
    pub is_handed_back: bool,
    pub state: RunState,
    pub reason: Option<String>,
    pub hint: Option<String>,
    pub answer: Option<String>,
}

impl End {
    pub fn handed_back(why: &str) -> Self {
        Self { is_handed_back: true, ..Self::new(RunState::Queued, why) }
    }

    pub fn new(state: RunState, reason: impl Into<String>) -> Self {
        Self { is_handed_back: false, state, reason: Some(reason.into()), hint: None, answer: None }
    }

    /// The event that says so, where the run was begun for the `attempt`th time on these terms, at `at_ms`.
    fn event(self, terms: &Terms, attempt: u32, at_ms: u64) -> EventKind {
        let reason = self.reason.clone().unwrap_or_default();
        if self.is_handed_back {
            return EventKind::Requeued { reason, not_before_ms: at_ms, counted: false };
        }
        if self.state == RunState::Failed && terms.is_repeatable && attempt < terms.attempts {
            let not_before_ms = at_ms + terms.backoff.after(attempt);
            return EventKind::Requeued { reason, not_before_ms, counted: true };
        }
        let Self { state, reason, hint, answer, .. } = self;
        EventKind::Finished { state, reason, hint, answer }
    }

    fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl Guardian<'_> {
    /// Drives the run of `order` that `lease` is for to its end; `work` says where its tasks come from.
    ///
    /// # Errors
    /// [`GuardianError::Store`] when nothing can be recorded any more; whatever else goes wrong is in the report.
    pub fn drive(&self, lease: Lease, order: &Order, work: Work) -> Result<Report, GuardianError> {
        let (run, attempt) = (lease.run.clone(), lease.attempt);
        let secrets = Secrets::read(&*self.store.lock().unwrap_or_else(PoisonError::into_inner))?;
        let unknown = secrets.missing(&order.request.text);
        let order = &Order {
            request: Request { text: secrets.reveal(&order.request.text), ..order.request.clone() },
            ..order.clone()
        };
        let work = work.revealed(&secrets);
        let journal = Journal::new(self.store, lease, self.told, secrets);
        let wanted = Wanted::default();
        let attended = thread::scope(|scope| {
            scope.spawn(|| wanted.keep_up(&journal));
            let attended = match &unknown {
                Some(name) => Ok(no_secret(name)),
                None => unbroken(|| self.attend(&journal, &wanted, order, work)),
            };
            wanted.end();
            attended
        });
        let end = match attended {
            Ok(end) => end,
            Err(Fatal::Store(error)) => return Err(error.into()),
            Err(fatal) => fatal_end(&fatal),
        };
        let end = self.harmless(end, &run, &order.terms)?;
        journal.note(end.event(&order.terms, attempt, super::now_ms()))?;
        let events = self.store.lock().unwrap_or_else(PoisonError::into_inner).events(&run)?;
        Report::fold(&events).ok_or_else(|| StoreError::Unknown(run).into())
    }

    /// `end`, unless it hands back what must not be begun again: a press that was made may have sent something.
    fn harmless(&self, end: End, run: &RunId, terms: &Terms) -> Result<End, StoreError> {
        if !end.is_handed_back || terms.is_repeatable {
            return Ok(end);
        }
        let events = self.store.lock().unwrap_or_else(PoisonError::into_inner).events(run)?;
        let Some(task) = begun_again(&events).into_iter().find(|task| !task.goal.is_harmless_twice()) else {
            return Ok(end);
        };
        let reason = format!(
            "the service was stopped in the middle of “{}”, which is not begun again by itself",
            task.description
        );
        Ok(End::new(RunState::Interrupted, reason).with_hint("look how far it came, and retry it from that task"))
    }

    /// Opens the desktop of a run, and waits where another process works on it.
    fn open_desktop(
        &self,
        journal: &Journal<'_>,
        wanted: &Wanted,
        request: &Request,
    ) -> Result<(Desktop, Box<dyn Display>), End> {
        let until = Instant::now() + Duration::from_millis(request.timeout_ms);
        let mut is_told = false;
        loop {
            match Desktop::open_or_warm(&self.program, &request.desktop, self.eyes.bridge()) {
                Err(DesktopError::Held { .. }) if wanted.is_cancelled() => {
                    return Err(End::new(RunState::Cancelled, format!("cancelled by {}", journal.who_cancelled())));
                }
                Err(DesktopError::Held { .. }) if self.stop.load(Ordering::Relaxed) => {
                    return Err(End::new(RunState::Cancelled, "stopped by the person"));
                }
                Err(DesktopError::Held { .. }) if self.leave.load(Ordering::Relaxed) => {
                    return Err(End::handed_back("the service was stopped"));
                }
                Err(held @ DesktopError::Held { .. }) if Instant::now() < until => {
                    if !std::mem::replace(&mut is_told, true) {
                        tracing::warn!("{held}; waiting for it");
                    }
                    thread::sleep(HELD);
                }
                opened => return opened.map_err(|error| no_desktop(&error)),
            }
        }
    }

    fn attend(&self, journal: &Journal<'_>, wanted: &Wanted, order: &Order, work: Work) -> Result<End, Fatal> {
        if let Some(flow) = &order.flow {
            let passed = match work {
                Work::Resume(Resumed { graph, passed, carried_from }) => {
                    if let Some(from) = carried_from {
                        carry_over(journal, &graph, &passed, &from)?;
                    }
                    Some(passed)
                }
                Work::Plan | Work::Graph(_) => None,
            };
            return flow::attend(self, journal, wanted, order, flow, passed);
        }
        let (request, terms) = (&order.request, &order.terms);
        let may_ask = terms.is_attended.then_some(wanted);
        // On a desktop that comes up for this run there is nothing yet that could be meant.
        let is_new = matches!(request.desktop, DesktopChoice::Private { .. });
        let mut passed = BTreeMap::new();
        let ahead = match work {
            Work::Graph(graph) => {
                journal.note(EventKind::Planned { graph: graph.clone() })?;
                Some(self.missing_application(&graph).map_or(Ok(graph), Err))
            }
            Work::Resume(Resumed { graph, passed: done, carried_from }) => {
                if let Some(from) = carried_from {
                    carry_over(journal, &graph, &done, &from)?;
                }
                if done.values().any(|claim| journal.secrets().are_named_in(claim)) {
                    return Ok(without_secret());
                }
                passed = done;
                Some(Ok(graph))
            }
            Work::Plan if is_new => Some(self.settle_plan(journal, may_ask, request, self.surroundings)?),
            Work::Plan => None,
        };
        if let Some(Err(end)) = ahead {
            return Ok(end);
        }
        self.eyes.begin();
        let (desktop, mut display) = match self.open_desktop(journal, wanted, request) {
            Ok(opened) => opened,
            Err(end) => return Ok(end),
        };
        if desktop.folder().is_some() {
            park_pointer(display.as_mut()).map_err(Fatal::Display)?;
        }
        let frame = display.capture().map_err(Fatal::Display)?;
        journal.note(EventKind::DesktopReady {
            display: desktop.name().to_owned(),
            width: frame.width(),
            height: frame.height(),
            private: desktop.folder().is_some(),
        })?;
        let Ok(reins) = desktop.reins().map(Arc::new) else {
            return Ok(End::new(RunState::Unstartable, "cannot make the memory that stops the hands"));
        };
        let planned = match ahead {
            Some(planned) => planned,
            None => {
                let around = self.surroundings_on(display.as_mut())?;
                self.settle_plan(journal, may_ask, request, &around)?
            }
        };
        let graph = match planned {
            Ok(graph) => graph,
            Err(end) => return Ok(end),
        };
        wanted.hold(Arc::clone(&reins));
        let _watcher = match self.watch_person(journal, request, desktop.name(), &reins) {
            Ok(watcher) => watcher,
            Err(end) => return Ok(end),
        };
        let pace = self.pace;
        let memory = memfd_create("guardian-frames", MemfdFlags::CLOEXEC);
        let Ok(memory) = memory else {
            return Ok(End::new(RunState::Unstartable, "cannot make the memory that frames are shown in"));
        };
        // Nobody has copied anything on a desktop that is made for this run.
        let lender = Lender { program: self.program.clone(), display: desktop.name().to_owned() };
        let lender = (!is_new).then_some(lender);
        let drive = Drive {
            journal,
            sandbox: self.sandbox,
            seat: Seat::new(display, reins, pace, lender),
            eyes: &self.eyes,
            request,
            terms,
            limits: self.limits,
            desktop: Mutex::new(desktop),
            applications: self.applications,
            frame: File::from(memory),
            stop: self.stop,
            leave: self.leave,
            permitted: Mutex::new(BTreeSet::new()),
            wanted,
            paused_ms: AtomicU64::new(0),
            abort: AtomicBool::new(false),
            asked: Instant::now(),
            asked_ms: super::now_ms(),
        };
        drive.all(&graph, passed)
    }

    /// What the planner is told where `display` shows what it does; nothing of it where it cannot be looked at.
    fn surroundings_on(&self, display: &mut dyn Display) -> Result<Surroundings, Fatal> {
        let labels = match self.eyes.look(display) {
            Ok((_, percept)) => Labels::of(&percept),
            Err(EyesError::Display(gone)) => return Err(Fatal::Display(gone)),
            Err(_) => Labels::default(),
        };
        Ok(Surroundings { labels, ..self.surroundings.clone() })
    }

    /// Plans `request` and records the plan; what is unclear is put to the person where that `may_ask`. How the run
    /// ends where there is no plan.
    fn settle_plan(
        &self,
        journal: &Journal<'_>,
        may_ask: Option<&Wanted>,
        request: &Request,
        around: &Surroundings,
    ) -> Result<Result<Graph, End>, Fatal> {
        let mut request = request.clone();
        for _ in 0..MOST_QUESTIONS {
            let (question, options) = match plan(&request, around) {
                Ok(Plan::Graph(graph)) => {
                    journal.note(EventKind::Planned { graph: graph.clone() })?;
                    return Ok(self.missing_application(&graph).map_or(Ok(graph), Err));
                }
                Ok(Plan::Question { question, options }) => (question, options),
                Err(error) => return Ok(Err(End::new(RunState::Failed, error.to_string()))),
            };
            let Some(wanted) = may_ask else {
                journal.note(EventKind::Question { task: None, question: question.clone(), options })?;
                return Ok(Err(End::new(RunState::Asking, question)));
            };
            let is_stopped = || {
                wanted.is_cancelled()
                    || wanted.is_lost()
                    || self.stop.load(Ordering::Relaxed)
                    || self.leave.load(Ordering::Relaxed)
            };
            let inquiry = Inquiry { task: None, question: question.clone(), options: options.clone() };
            let answer = drive::ask(journal, inquiry, &is_stopped)?;
            match answer.map(|answer| answers::amended(&request.text, &question, &options, &answer)) {
                Some(Some(text)) => request.text = text,
                Some(None) => return Ok(Err(End::new(RunState::Refused, "left as it is, as answered"))),
                None if wanted.is_cancelled() => return Ok(Err(cancelled(journal))),
                None => return Ok(Err(self.left_off())),
            }
        }
        Ok(Err(End::new(RunState::Asking, "it stays unclear what to do")))
    }

    /// The end of a run that is left before it has begun.
    fn left_off(&self) -> End {
        let is_handed_back = self.leave.load(Ordering::Relaxed);
        End { is_handed_back, ..End::new(RunState::Cancelled, "stopped before it had begun") }
    }

    /// Starts the watcher where the display is the person's own.
    fn watch_person(
        &self,
        journal: &Journal<'_>,
        request: &Request,
        display: &str,
        reins: &Reins,
    ) -> Result<Option<Watcher>, End> {
        let nothing_to_watch = self.person.stop_keys.is_empty() && self.person.resume_ms.is_none();
        if nothing_to_watch || !matches!(request.desktop, DesktopChoice::Given(_)) {
            return Ok(None);
        }
        let post = Post {
            display: display.to_owned(),
            run: journal.run().clone(),
            guardian: std::process::id(),
            rules: self.person.clone(),
        };
        // A Wayland compositor tells nobody what the person's devices do.
        if crate::display::is_wayland(display) {
            tracing::warn!("on Wayland a run is stopped by Ctrl+C only");
            return Ok(None);
        }
        // Hands that cannot be stopped do not begin.
        Watcher::start(&self.program, &post, reins).map(Some).map_err(|why| {
            End::new(RunState::Unstartable, format!("cannot watch for the person's stop: {why}"))
                .with_hint("`stop_keys` and `pause` under [person] in the settings say what is watched for")
        })
    }

    /// Applications that a plan needs and the machine lacks are found out before anything moves.
    fn missing_application(&self, graph: &Graph) -> Option<End> {
        let wanted = graph.tasks().iter().filter_map(|t| match &t.goal {
            Goal::Open { app, .. } => Some(app),
            _ => None,
        });
        let error = wanted.into_iter().find_map(|app| self.applications.resolve(app, None, None).err())?;
        let hint = match &error {
            AppError::Unknown { near, .. } if !near.is_empty() => format!("installed are: {}", near.join(", ")),
            AppError::Unknown { .. } | AppError::NoneOfKind { .. } => "install one, or name another application".into(),
            AppError::Damaged(_) => "reinstall guardian".into(),
        };
        Some(End::new(RunState::Unstartable, error.to_string()).with_hint(hint))
    }
}

/// A pointer in the middle of a new desktop hovers over whatever comes up there, and calls its tips up.
fn park_pointer(display: &mut dyn Display) -> Result<(), DisplayError> {
    let corner = display.capture()?.bounds();
    let to = PointPx::new(corner.right() - 1, corner.bottom() - 1);
    display.perform(&Action::Move { to }, Instant::now() + Duration::from_secs(1))
}

/// The end of a run that somebody cancelled.
fn cancelled(journal: &Journal<'_>) -> End {
    End::new(RunState::Cancelled, format!("cancelled by {}", journal.who_cancelled()))
}

/// Nothing is begun that would go on with a name in the place of a secret.
pub(super) fn no_secret(name: &str) -> End {
    End::new(RunState::Unstartable, format!("there is no secret “{name}”"))
        .with_hint(format!("`guardian secrets set {name}` asks for it; `guardian secrets list` has the others"))
}

/// What a task found out is needed and was recorded without its secret: the tasks after it would use a name for it.
fn without_secret() -> End {
    End::new(RunState::Unstartable, "a task that has passed found out a secret, which is not recorded")
        .with_hint("retry the run from its first task")
}

fn no_desktop(error: &DesktopError) -> End {
    End { hint: error.hint(), ..End::new(RunState::Unstartable, error.to_string()) }
}

fn fatal_end(fatal: &Fatal) -> End {
    match fatal {
        Fatal::Eyes(EyesError::Models(_) | EyesError::Missing) => {
            End::new(RunState::Unstartable, fatal.to_string()).with_hint("run `guardian models fetch`")
        }
        Fatal::Display(_) | Fatal::Eyes(EyesError::Display(_)) => End::new(RunState::Failed, fatal.to_string())
            .with_hint("the display went away during the work; run it again on another one, or with --private"),
        _ => End::new(RunState::Failed, fatal.to_string()),
    }
}

/// What an agent is told of the attempts before.
#[derive(Default)]
struct Told {
    corrections: Vec<String>,
    answers: Vec<String>,
}

/// What became of a question.
enum Answered {
    /// The task goes on.
    Goes,
    /// The agent is told this.
    Told(String),
    Ends(Ending),
}

/// What one task came to.
struct TaskEnd {
    id: TaskId,
    ending: Result<Ending, Fatal>,
}

impl Drive<'_> {
    /// Drives all tasks; what can run at the same time does.
    /// `passed` are those that have passed already, with what they found out.
    fn all(&self, graph: &Graph, passed: BTreeMap<TaskId, Claim>) -> Result<End, Fatal> {
        let (sender, ends) = channel();
        let claims = Mutex::new(passed);
        thread::scope(|scope| {
            let start = |id: TaskId, sender: Sender<TaskEnd>| {
                let Some(task) = graph.task(id) else { return };
                let claims = &claims;
                scope.spawn(move || {
                    let ending = unbroken(|| self.task(task, claims));
                    // The receiver outlives every task.
                    let _ = sender.send(TaskEnd { id, ending });
                });
            };
            self.coordinate(graph, &claims, &ends, &sender, start)
        })
    }

    fn coordinate(
        &self,
        graph: &Graph,
        claims: &Mutex<BTreeMap<TaskId, Claim>>,
        ends: &Receiver<TaskEnd>,
        sender: &Sender<TaskEnd>,
        start: impl Fn(TaskId, Sender<TaskEnd>),
    ) -> Result<End, Fatal> {
        let mut passed: BTreeSet<TaskId> =
            claims.lock().unwrap_or_else(PoisonError::into_inner).keys().copied().collect();
        let mut started = passed.clone();
        let mut running = 0;
        let mut failed: Option<End> = None;
        loop {
            if failed.is_none() && !self.is_stopped() {
                for id in graph.ready(&started, &passed) {
                    if running < self.limits.agents {
                        started.insert(id);
                        running += 1;
                        start(id, sender.clone());
                    }
                }
            }
            if running == 0 {
                break;
            }
            let Ok(TaskEnd { id, ending }) = ends.recv() else { break };
            running -= 1;
            self.abort.fetch_or(ending.is_err(), Ordering::Relaxed);
            match ending? {
                Ending::Passed(claim) => {
                    passed.insert(id);
                    claims.lock().unwrap_or_else(PoisonError::into_inner).insert(id, claim);
                }
                ending => failed = failed.or(Some(self.end_of(ending))),
            }
        }
        if let Some(end) = failed.take_if(|end| end.is_handed_back) {
            return Ok(end);
        }
        if failed.is_none() && self.is_handed_back() && passed.len() < graph.tasks().len() {
            return Ok(self.end_of(Ending::Stopped));
        }
        self.skip_rest(graph, &started)?;
        if let Some(end) = failed {
            return Ok(end);
        }
        if passed.len() < graph.tasks().len() {
            return Ok(self.end_of(Ending::Stopped));
        }
        let claims = claims.lock().unwrap_or_else(PoisonError::into_inner);
        let answers: Vec<String> = claims.values().filter_map(|c| c.answer.clone()).collect();
        let answer = (!answers.is_empty()).then(|| answers.join("\n"));
        Ok(End { is_handed_back: false, state: RunState::Passed, reason: None, hint: None, answer })
    }

    /// Whether what is not done yet is for another driver.
    fn is_handed_back(&self) -> bool {
        self.leave.load(Ordering::Relaxed) && !self.is_stopped_by_person() && !self.is_late()
    }

    fn end_of(&self, ending: Ending) -> End {
        match ending {
            Ending::Passed(_) => End::new(RunState::Passed, ""),
            Ending::Failed(reason) | Ending::Unproved(reason) => End::new(RunState::Failed, reason),
            Ending::Asking { question, options } => {
                let permit = options.first().is_some_and(|o| o == "yes");
                let hint = if permit {
                    "to allow it, ask again with --yes"
                } else {
                    "ask again and say which one, for instance by its window or as the first or second"
                };
                End::new(RunState::Asking, question).with_hint(hint)
            }
            Ending::Refused(why) => {
                End::new(RunState::Refused, why).with_hint("the rules are in the settings under [policy]")
            }
            Ending::Stopped if self.is_late() => {
                End::new(RunState::Failed, format!("the run took longer than {} s", self.request.timeout_ms / 1000))
                    .with_hint("give it more time with --timeout")
            }
            Ending::Stopped if self.wanted.is_cancelled() => cancelled(self.journal),
            Ending::Stopped if self.is_handed_back() => End::handed_back("the service was stopped"),
            Ending::Stopped => End::new(RunState::Cancelled, "stopped by the person"),
        }
    }

    fn skip_rest(&self, graph: &Graph, started: &BTreeSet<TaskId>) -> Result<(), StoreError> {
        for task in graph.tasks().iter().filter(|t| !started.contains(&t.id)) {
            let state = TaskState::Skipped;
            let ended =
                EventKind::TaskEnded { task: task.id, attempt: 0, state, reason: None, answer: None, claim: None };
            self.journal.note(ended)?;
        }
        Ok(())
    }

    /// All attempts at one task.
    fn task(&self, task: &Task, claims: &Mutex<BTreeMap<TaskId, Claim>>) -> Result<Ending, Fatal> {
        let task = &resolved(task, &claims.lock().unwrap_or_else(PoisonError::into_inner));
        if let Some(ending) = self.objection(task)? {
            match self.put_to_person(task, ending)? {
                Answered::Goes | Answered::Told(_) => {}
                Answered::Ends(ending) => return self.finish(task, 0, ending),
            }
        }
        self.wait_while_paused()?;
        let deadline = Instant::now() + Duration::from_millis(task.timeout_ms);
        let lease = if task.goal.needs_seat() {
            match self.seat.take(deadline) {
                Some(lease) => Some(lease),
                None => return self.finish(task, 0, Ending::Failed("the seat did not come free in time".into())),
            }
        } else {
            None
        };
        let ending = self.attempts(task, claims, lease, deadline);
        if let Some(lease) = lease {
            self.seat.give_back(lease);
        }
        ending
    }

    fn objection(&self, task: &Task) -> Result<Option<Ending>, Fatal> {
        Ok(match policy::before_task(&task.goal, &self.request.policy, self.asked_ms) {
            None => None,
            Some(Objection::Refuse(why)) => Some(Ending::Refused(why)),
            Some(Objection::Ask(question)) => {
                Some(Ending::Asking { question, options: vec!["yes".into(), "no".into()] })
            }
        })
    }

    /// Puts a question that ends a task to the person, where that is wanted.
    fn put_to_person(&self, task: &Task, ending: Ending) -> Result<Answered, Fatal> {
        let Ending::Asking { question, options } = ending else { return Ok(Answered::Ends(ending)) };
        let is_permission = options == ["yes", "no"];
        if !self.terms.is_attended || options.is_empty() {
            return Ok(Answered::Ends(Ending::Asking { question, options }));
        }
        let known = options.clone();
        Ok(match self.ask(Inquiry { task: Some(task.id), question, options })? {
            Some(answer) if is_permission && answer.eq_ignore_ascii_case("yes") => {
                self.permitted.lock().unwrap_or_else(PoisonError::into_inner).insert(task.id);
                Answered::Goes
            }
            Some(_) if is_permission => Answered::Ends(Ending::Refused("not permitted, as answered".into())),
            // Other words are nothing that an agent could find again.
            Some(answer) if known.contains(&answer) => Answered::Told(answer),
            Some(answer) => {
                Answered::Ends(Ending::Refused(format!("answered “{answer}”, which is none of what was asked")))
            }
            None => Answered::Ends(Ending::Stopped),
        })
    }

    fn attempts(
        &self,
        task: &Task,
        claims: &Mutex<BTreeMap<TaskId, Claim>>,
        lease: Option<super::seat::Lease>,
        mut deadline: Instant,
    ) -> Result<Ending, Fatal> {
        let mut told = Told::default();
        let mut attempt = 1;
        loop {
            let brief = self.brief(task, attempt, &told, claims);
            let asked = Instant::now();
            let ending = match Errand::attempt(self, task, &brief, lease, deadline)? {
                Ending::Asking { question, options } => {
                    match self.put_to_person(task, Ending::Asking { question, options })? {
                        Answered::Goes => {
                            deadline += asked.elapsed();
                            continue;
                        }
                        Answered::Told(answer) => {
                            deadline += asked.elapsed();
                            told.answers.push(answer);
                            continue;
                        }
                        Answered::Ends(ending) => ending,
                    }
                }
                // An agent that was ended by the stop did not fail.
                Ending::Failed(_) | Ending::Unproved(_) if self.is_stopped() => Ending::Stopped,
                ending => ending,
            };
            let again = attempt < task.retry.attempts && Instant::now() < deadline && !self.is_stopped();
            match ending {
                Ending::Failed(why) if again => {
                    let state = TaskState::Running;
                    let reason = Some(why.clone());
                    self.journal.note(EventKind::TaskEnded {
                        task: task.id,
                        attempt,
                        state,
                        reason,
                        answer: None,
                        claim: None,
                    })?;
                    told.corrections.push(why);
                    attempt += 1;
                    thread::sleep(Duration::from_millis(task.retry.backoff_ms));
                }
                ending => return self.finish(task, attempt, ending),
            }
        }
    }

    fn brief(&self, task: &Task, attempt: u32, told: &Told, claims: &Mutex<BTreeMap<TaskId, Claim>>) -> Brief {
        let claims = claims.lock().unwrap_or_else(PoisonError::into_inner);
        let before: Vec<&Claim> = task.needs.iter().filter_map(|n| claims.get(n)).collect();
        Brief {
            task: task.id,
            goal: task.goal.clone(),
            request: self.request.text.clone(),
            policy: self.policy_for(task.id),
            attempt,
            corrections: told.corrections.clone(),
            answers: told.answers.clone(),
            window: before.iter().rev().find_map(|c| c.window),
            copied: before.iter().rev().find_map(|c| c.copied.clone()),
            inputs: before.iter().filter_map(|c| c.answer.clone()).collect(),
            cwd: self.request.cwd.clone(),
        }
    }

    fn finish(&self, task: &Task, attempt: u32, ending: Ending) -> Result<Ending, Fatal> {
        let (state, reason, answer) = match &ending {
            Ending::Passed(claim) => (TaskState::Passed, None, claim.answer.clone()),
            Ending::Failed(why) | Ending::Unproved(why) | Ending::Refused(why) => {
                (TaskState::Failed, Some(why.clone()), None)
            }
            // The task is begun again by whoever takes the run next.
            Ending::Stopped if self.is_handed_back() => return Ok(ending),
            Ending::Asking { question, options } => {
                let (question, options) = (question.clone(), options.clone());
                self.journal.note(EventKind::Question { task: Some(task.id), question: question.clone(), options })?;
                (TaskState::Failed, Some(question), None)
            }
            Ending::Stopped => (TaskState::Failed, Some("stopped".into()), None),
        };
        let claim = match &ending {
            Ending::Passed(claim) => Some(claim.clone()),
            _ => None,
        };
        self.journal.note(EventKind::TaskEnded { task: task.id, attempt, state, reason, answer, claim })?;
        Ok(ending)
    }
}

/// `task` with what the tasks before it found out in its place.
fn resolved(task: &Task, claims: &BTreeMap<TaskId, Claim>) -> Task {
    let found = task.needs.iter().rev().find_map(|n| claims.get(n)?.answer.clone());
    let Some(found) = found else { return task.clone() };
    let checks = task.checks.iter().map(|c| c.with_found(&found)).collect();
    Task { goal: task.goal.with_found(&found), checks, ..task.clone() }
}

/// What `task` ends with; a panic in it is an end, too, since whoever waits for it would wait for ever.
pub(super) fn unbroken<T>(task: impl FnOnce() -> Result<T, Fatal>) -> Result<T, Fatal> {
    // What the task shared is behind locks, and those that broke off are entered as they are.
    catch_unwind(AssertUnwindSafe(task)).unwrap_or_else(|panic| {
        let words = panic.downcast_ref::<String>().cloned();
        let said = words.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()));
        Err(Fatal::Broken { said: said.unwrap_or_else(|| "no reason given".into()) })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_that_breaks_off_ends() {
        let ending = unbroken(|| -> Result<(), Fatal> { panic!("out of bounds") });
        assert!(matches!(ending, Err(Fatal::Broken { said }) if said == "out of bounds"));
    }
}
