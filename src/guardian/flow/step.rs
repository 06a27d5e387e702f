//! One attempt at one step.

use super::expressions::Known;
use super::{Fault, FlowRun};
use crate::guardian::errand::Fatal;
use crate::guardian::policy::{self, Objection};
use crate::guardian::run::Work as RunWork;
use crate::store::{Claimant, Holder, Level, Moment, Store, StoreError};
use crate::task::{
    Check, DEFAULT_LANE, DESKTOP_LANE, DesktopChoice, EventKind, Evidence, Goal, Order, Outcome, Report, Request,
    RunId, RunState, Signal, Task, TemplateStep as Step, Terms, Verdict, Work,
};
use crate::tools::http::{self, Call};
use crate::tools::mcp::{self, McpError, ToolCall};
use crate::tools::shell::{self, Exit, Script, Stream};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::PoisonError;
use std::thread;
use std::time::{Duration, Instant};

/// The longest output of a command that other steps are told, in bytes; its last part counts.
const MOST_TEXT: usize = 64 * 1024;
/// The largest file that is kept with a run, in bytes.
const MOST_FILE: u64 = 64 << 20;
/// How often is looked how a run of its own is going.
const ROUND: Duration = Duration::from_millis(50);

impl FlowRun<'_> {
    /// Does a step once.
    pub(super) fn once(&self, task: &Task, step: &Step, known: &Known, attempt: u32) -> Result<Value, Fault> {
        let started = Instant::now();
        let deadline = started + Duration::from_millis(step.timeout_ms);
        let done = match &step.work {
            Work::Shell { .. } => self.shell(task, step, known, deadline),
            Work::Api { .. } => self.api(&step.work, known, deadline),
            Work::Ask { question, options } => self.question(task, question, options, known),
            Work::Desktop { request, private } => self.desktop(request, *private, step, known, deadline),
            Work::Mcp { .. } => self.mcp(task, &step.work, known, deadline),
        };
        let says = match &done {
            Ok(output) => said(output),
            Err(Fault::Failed { reason, .. }) => reason.clone(),
            Err(_) => return done,
        };
        let turn = known.turn().map(|turn| format!(", {turn}")).unwrap_or_default();
        let did = format!("{}{turn}", step.work.kind());
        self.note(EventKind::Stepped {
            task: task.id,
            attempt,
            did,
            why: task.description.clone(),
            action: None,
            aim: None,
            changed: None,
            before: None,
            after: None,
            took_ms: started.elapsed().as_millis() as u64,
        })?;
        let outcome = if done.is_ok() { Outcome::Pass } else { Outcome::Fail };
        let evidence = Evidence { says, witness: true, area: None };
        let verdict = Verdict { check: Check::StepEnded, outcome, evidence };
        self.note(EventKind::Judged { task: task.id, attempt, verdicts: vec![verdict], shot: None })?;
        done
    }

    fn note(&self, kind: EventKind) -> Result<u64, Fault> {
        self.journal.note(kind).map_err(|e| Fault::Fatal(e.into()))
    }

    fn shell(&self, task: &Task, step: &Step, known: &Known, deadline: Instant) -> Result<Value, Fault> {
        let Work::Shell { run, cwd, env, exits, artifacts } = &step.work else { return Ok(Value::Null) };
        let command = self.filled(run, known)?;
        self.permit(task, &command)?;
        let cwd = match cwd {
            Some(cwd) => self.order.request.cwd.join(self.filled(cwd, known)?),
            None => self.order.request.cwd.clone(),
        };
        let mut env: BTreeMap<String, String> =
            env.iter().map(|(k, v)| Ok((k.clone(), self.filled(v, known)?))).collect::<Result<_, Fault>>()?;
        env.insert("GUARDIAN_RUN".into(), self.journal.run().0.clone());
        env.insert("GUARDIAN_STEP".into(), step.id.clone());
        let script = Script { command: &command, cwd: &cwd, env: &env, deadline };
        let (mut out, mut err, mut lost) = (String::new(), String::new(), None);
        let mut told = |lines: &[(Stream, String)]| {
            for (stream, line) in lines {
                keep(if *stream == Stream::Out { &mut out } else { &mut err }, line);
            }
            if let Err(error) = self.log(lines) {
                lost = Some(error);
            }
        };
        let exit = shell::run(&script, &mut told, &|| self.is_broken_off());
        let exit =
            exit.map_err(|e| Fault::failed(format!("`{command}` cannot be started in {}: {e}", cwd.display())))?;
        if let Some(error) = lost {
            return Err(Fault::Fatal(error.into()));
        }
        let kept = artifacts.iter().try_for_each(|name| self.keep_file(task, &cwd, &self.filled(name, known)?));
        if exit.is_one_of(exits) || matches!(kept, Err(Fault::Fatal(_))) {
            // What a command that did not end well has left is kept where there is any; how it ended says more.
            kept?;
        }
        let code = match exit {
            Exit::Code(code) => code,
            Exit::Signal(signal) => return Err(Fault::failed(format!("`{command}` was ended by signal {signal}"))),
            Exit::Late => return Err(Fault::failed(format!("it took longer than {} s", step.timeout_ms / 1000))),
            Exit::Stopped if self.is_late() => return Err(Fault::failed("the run took too long")),
            Exit::Stopped => return Err(Fault::Stopped),
        };
        let output = json!({ "exit": code, "out": out.trim_end(), "err": err.trim_end() });
        if exits.contains(&code) {
            return Ok(output);
        }
        let last = err.lines().last().or_else(|| out.lines().last()).unwrap_or_default();
        Err(Fault::Failed { reason: format!("`{command}` exited with {code}: {last}"), output })
    }

    fn log(&self, lines: &[(Stream, String)]) -> Result<(), StoreError> {
        // Runs of lines of one kind go together, in the order in which they came.
        for chunk in lines.chunk_by(|a, b| a.0 == b.0) {
            let level = if chunk[0].0 == Stream::Out { Level::Info } else { Level::Warn };
            let texts: Vec<String> = chunk.iter().map(|(_, text)| text.clone()).collect();
            self.journal.log(level, "shell", &texts)?;
        }
        Ok(())
    }

    /// Asks before a command that destroys, where the policy says so.
    fn permit(&self, task: &Task, command: &str) -> Result<(), Fault> {
        let goal = Goal::Command { command: command.to_owned() };
        match policy::before_task(&goal, &self.order.request.policy, 0) {
            None => Ok(()),
            Some(Objection::Refuse(why)) => Err(Fault::Refused(why)),
            Some(Objection::Ask(question)) => {
                let answer = self.ask(task, question, vec!["yes".into(), "no".into()])?;
                let is_yes = answer.eq_ignore_ascii_case("yes");
                if is_yes { Ok(()) } else { Err(Fault::Refused("not permitted, as answered".into())) }
            }
        }
    }

    fn keep_file(&self, task: &Task, cwd: &Path, name: &str) -> Result<(), Fault> {
        let path = cwd.join(name);
        let there =
            fs::metadata(&path).map_err(|e| Fault::failed(format!("{} cannot be kept: {e}", path.display())))?;
        if !there.is_file() || there.len() > MOST_FILE {
            let why = format!("{} cannot be kept: it is no file of at most {MOST_FILE} bytes", path.display());
            return Err(Fault::failed(why));
        }
        let bytes = fs::read(&path).map_err(|e| Fault::failed(format!("{} cannot be read: {e}", path.display())))?;
        let blob = self.journal.keep_bytes(&bytes).map_err(|e| Fault::Fatal(e.into()))?;
        let (media, count) = (media_of(&path).to_owned(), bytes.len() as u64);
        let name = path.file_name().map_or_else(|| name.to_owned(), |name| name.to_string_lossy().into_owned());
        let kind = EventKind::Artifact { task: Some(task.id), name, media, bytes: count, blob };
        self.note(kind).map(drop)
    }

    fn api(&self, work: &Work, known: &Known, deadline: Instant) -> Result<Value, Fault> {
        let Work::Api { url, method, headers, body, expect } = work else { return Ok(Value::Null) };
        let url = self.filled(url, known)?;
        let mut headers: BTreeMap<String, String> = headers
            .iter()
            .map(|(k, v)| Ok((k.to_lowercase(), self.filled(v, known)?)))
            .collect::<Result<_, Fault>>()?;
        let body = body.as_ref().map(|body| self.filled_value(body, known)).transpose()?;
        let text = body.as_ref().map(|body| body.as_str().map_or_else(|| body.to_string(), str::to_owned));
        if body.as_ref().is_some_and(|body| !body.is_string()) {
            headers.entry("content-type".into()).or_insert_with(|| "application/json".into());
        }
        let timeout = deadline.saturating_duration_since(Instant::now());
        let call = Call { method, url: &url, headers: &headers, body: text.as_deref(), timeout };
        let answer = http::call(&call).map_err(|e| Fault::failed(with_causes(&e)))?;
        let body = serde_json::from_str(&answer.body).unwrap_or(Value::String(answer.body));
        let output = json!({ "status": answer.status, "headers": answer.headers, "body": body });
        let is_expected =
            if expect.is_empty() { (200..300).contains(&answer.status) } else { expect.contains(&answer.status) };
        if is_expected {
            return Ok(output);
        }
        Err(Fault::Failed { reason: format!("{method} {url} answered {}", answer.status), output })
    }

    fn mcp(&self, task: &Task, work: &Work, known: &Known, deadline: Instant) -> Result<Value, Fault> {
        let Work::Mcp { command, tool, arguments } = work else { return Ok(Value::Null) };
        let command: Vec<String> = command.iter().map(|part| self.filled(part, known)).collect::<Result<_, Fault>>()?;
        self.permit(task, &command.join(" "))?;
        let arguments = self.filled_value(arguments, known)?;
        let (cwd, env) = (&self.order.request.cwd, &BTreeMap::new());
        let call = ToolCall { command: &command, cwd, env, tool, arguments: &arguments, deadline };
        let answer = match mcp::call(&call, &|| self.is_broken_off()) {
            Ok(answer) => answer,
            Err(McpError::Stopped) if !self.is_late() => return Err(Fault::Stopped),
            Err(error) => return Err(Fault::failed(with_causes(&error))),
        };
        let output = json!({ "answer": answer.text, "data": answer.data });
        if answer.is_error {
            return Err(Fault::Failed { reason: format!("{tool}: {}", answer.text), output });
        }
        Ok(output)
    }

    fn question(&self, task: &Task, question: &str, options: &[String], known: &Known) -> Result<Value, Fault> {
        let options = options.iter().map(|o| self.filled(o, known)).collect::<Result<_, Fault>>()?;
        let answer = self.ask(task, self.filled(question, known)?, options)?;
        Ok(json!({ "answer": answer }))
    }

    /// Does a sentence as a run of its own.
    fn desktop(
        &self,
        request: &str,
        private: bool,
        step: &Step,
        known: &Known,
        deadline: Instant,
    ) -> Result<Value, Fault> {
        let text = self.filled(request, known)?;
        let text = Request::check_text(&text).map_err(|e| Fault::failed(e.to_string()))?.to_owned();
        let asked = &self.order.request;
        let desktop = match &asked.desktop {
            DesktopChoice::Given(_) if private => DesktopChoice::Private { width: 1280, height: 800 },
            other => other.clone(),
        };
        let is_shared = matches!(desktop, DesktopChoice::Given(_));
        let lane = if is_shared { DESKTOP_LANE } else { DEFAULT_LANE };
        let terms = Terms {
            lane: lane.into(),
            priority: self.order.terms.priority,
            parent: Some(self.journal.run().clone()),
            origin: format!("the template “{}”", self.flow.template.title),
            is_attended: true,
            ..Terms::default()
        };
        let text = self.journal.secrets().hide(&text);
        let request = Request { text, desktop, timeout_ms: step.timeout_ms, ..asked.clone() };
        let report = self.run_of_its_own(Order::new(request, terms), &known.place(&step.id), deadline)?;
        let output =
            json!({ "run": report.run, "state": report.state, "answer": report.answer, "reason": report.reason });
        match report.state {
            RunState::Passed => Ok(output),
            RunState::Refused => Err(Fault::Refused(report.reason.unwrap_or_default())),
            state => {
                let why = report.reason.unwrap_or_else(|| state.name().to_owned());
                Err(Fault::Failed { reason: format!("run {}: {why}", report.run), output })
            }
        }
    }

    /// Drives a run that is a part of this one, or waits for whoever does.
    fn run_of_its_own(&self, order: Order, place: &str, deadline: Instant) -> Result<Report, Fault> {
        let fatal = |e: StoreError| Fault::Fatal(Fatal::Store(e));
        let (run, order) = self.part(order, place).map_err(fatal)?;
        let by = Claimant { holder: Holder::this(), lease_ms: crate::guardian::LEASE.as_millis() as u64 };
        let mut is_told = false;
        loop {
            let claimed = self.store().claim(&run, &by, Some(&self.guardian.lanes), Moment::now());
            match claimed {
                Ok(lease) => {
                    let driven = thread::scope(|scope| {
                        let driving = scope.spawn(|| self.guardian.drive(lease, &order, RunWork::Plan));
                        while !driving.is_finished() {
                            self.pass_signals_on(&run, deadline, &mut is_told).map_err(fatal)?;
                            thread::sleep(ROUND);
                        }
                        Ok::<_, Fault>(driving.join())
                    })?;
                    if let Ok(Err(error)) = driven {
                        return Err(Fault::failed(with_causes(&error)));
                    }
                }
                // Its lane is full, or another worker was there first.
                Err(StoreError::Taken(_)) => {}
                Err(error) => return Err(fatal(error)),
            }
            let events = self.store().events(&run).map_err(fatal)?;
            let report = Report::fold(&events).ok_or_else(|| fatal(StoreError::Unknown(run.clone())))?;
            if report.state.is_over() {
                return Ok(report);
            }
            if self.is_leaving() && !report.is_held {
                return Err(Fault::Stopped);
            }
            self.pass_signals_on(&run, deadline, &mut is_told).map_err(fatal)?;
            thread::sleep(ROUND);
        }
    }

    /// The run for a place in the flow: the one that an earlier driver of the flow left there, unless that did not
    /// pass; else a new one.
    fn part(&self, order: Order, place: &str) -> Result<(RunId, Order), StoreError> {
        let mut turn = 0;
        loop {
            let key = Some(format!("{}/{place}/{turn}", self.journal.run()));
            let order = Order { terms: Terms { key, ..order.terms.clone() }, ..order.clone() };
            let placed = self.store().enqueue(&order, Moment::now().at_ms)?;
            let state = self.store().row(&placed.run)?.state;
            if placed.is_new || !state.is_over() || state == RunState::Passed {
                return Ok((placed.run, order));
            }
            turn += 1;
        }
    }

    /// Ends a run of its own with this one.
    fn pass_signals_on(&self, run: &RunId, deadline: Instant, is_told: &mut bool) -> Result<(), StoreError> {
        let is_to_end = self.is_broken_off() || Instant::now() >= deadline;
        if is_to_end && !std::mem::replace(is_told, true) {
            let by = format!("the run {} that it is a part of", self.journal.run());
            let told = self.store().tell(run, Moment::now().at_ms, EventKind::Signalled { signal: Signal::Cancel, by });
            if let Err(error) = told
                && !matches!(error, StoreError::Over(_))
            {
                return Err(error);
            }
        }
        Ok(())
    }

    fn store(&self) -> std::sync::MutexGuard<'_, dyn Store + 'static> {
        self.guardian.store.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Adds a line to a text of which the last part is kept.
fn keep(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
    if text.len() > 2 * MOST_TEXT {
        let from = (text.len() - MOST_TEXT..).find(|at| text.is_char_boundary(*at)).unwrap_or_default();
        text.drain(..from);
    }
}

/// What a step that went well says as evidence.
fn said(output: &Value) -> String {
    if let Some(code) = output.get("exit") {
        return format!("it exited with {code}");
    }
    if let Some(status) = output.get("status") {
        return format!("the server answered {status}");
    }
    match output.get("answer").and_then(Value::as_str) {
        Some(answer) if output.get("run").is_some() => format!("its run passed: {answer}"),
        Some(answer) => format!("answered: {answer}"),
        None => "its run passed".into(),
    }
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let (mut text, mut cause) = (error.to_string(), error.source());
    while let Some(error) = cause {
        text += &format!(": {error}");
        cause = error.source();
    }
    text
}

/// What a file is, by the end of its name.
fn media_of(path: &Path) -> &'static str {
    let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_lowercase();
    match ending.as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "md" => "text/markdown",
        "json" => "application/json",
        "diff" | "patch" => "text/x-diff",
        "txt" | "log" | "csv" | "toml" | "yaml" | "yml" | "html" | "xml" => "text/plain",
        _ => "application/octet-stream",
    }
}
