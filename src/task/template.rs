use super::{AgentKind, Backoff, Check, Goal, Graph, GraphError, RetryPolicy, Task, TaskId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The most steps that a template may have.
pub const MOST_STEPS: usize = 200;
/// How long a step may take that says nothing.
const STEP_TIMEOUT_MS: u64 = 600_000;

/// Work that is kept, to be run again with other parameters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// Lower-case letters, digits and dashes.
    pub name: String,
    pub title: String,
    #[serde(default)]
    pub description: String,
    #[serde(default)]
    pub flow: Flow,
    /// The lane of its runs.
    #[serde(default)]
    pub lane: Option<String>,
    /// How often a run may be begun.
    #[serde(default = "once")]
    pub attempts: u32,
    /// Its steps may be done twice: a run whose driver is gone goes on with the step that was under way.
    #[serde(default)]
    pub repeatable: bool,
    /// A JSON schema of an object.
    #[serde(default = "nothing")]
    pub parameters: Value,
    pub steps: Vec<Step>,
}

/// In which order steps are done that do not say what they need.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flow {
    /// Each after the one before it.
    #[default]
    Sequential,
    /// All at once.
    Concurrent,
    /// All at once; the same as concurrent, for templates whose steps mostly say what they need.
    Graph,
}

/// One step of a template. Texts in it are templates of what is known when it begins: `{{ params.x }}`,
/// `{{ steps.y.out }}`, `{{ item }}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Letters, digits and `_`; what other steps call it.
    pub id: String,
    #[serde(default)]
    pub title: Option<String>,
    /// The steps that have to be done before.
    #[serde(default)]
    pub needs: Option<Vec<String>>,
    /// Done only where this holds.
    #[serde(default)]
    pub when: Option<String>,
    /// Done once for each item of this list.
    #[serde(default)]
    pub each: Option<String>,
    /// Done again until this holds, at most `most` times, `pause_ms` apart.
    #[serde(default)]
    pub until: Option<String>,
    #[serde(default = "ten")]
    pub most: u32,
    #[serde(default = "a_second")]
    pub pause_ms: u64,
    #[serde(default = "step_timeout_ms")]
    pub timeout_ms: u64,
    /// How often it is tried.
    #[serde(default = "once")]
    pub attempts: u32,
    #[serde(default)]
    pub backoff: Backoff,
    /// A failure is noted, and the rest goes on.
    #[serde(default)]
    pub may_fail: bool,
    #[serde(flatten)]
    pub work: Work,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Work {
    /// A sentence, done on a desktop as a run of its own.
    Desktop {
        request: String,
        /// A desktop of its own in place of the one that people use.
        #[serde(default)]
        private: bool,
    },
    /// A command of the shell. It is done when it exits with one of `exits`.
    Shell {
        run: String,
        #[serde(default)]
        cwd: Option<String>,
        #[serde(default)]
        env: BTreeMap<String, String>,
        #[serde(default = "zero")]
        exits: Vec<i32>,
        /// Files that are kept with the run, relative to where the command runs.
        #[serde(default)]
        artifacts: Vec<String>,
    },
    /// A call of a server. It is done when the status is one of `expect`, or any of success where there are none.
    Api {
        url: String,
        #[serde(default = "get")]
        method: String,
        #[serde(default)]
        headers: BTreeMap<String, String>,
        #[serde(default)]
        body: Option<Value>,
        #[serde(default)]
        expect: Vec<u16>,
    },
    /// A tool of an MCP server that is started for it.
    Mcp {
        command: Vec<String>,
        tool: String,
        #[serde(default)]
        arguments: Value,
    },
    /// A question to a person.
    Ask {
        question: String,
        #[serde(default)]
        options: Vec<String>,
    },
}

impl Work {
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Desktop { .. } => "desktop",
            Self::Shell { .. } => "shell",
            Self::Api { .. } => "api",
            Self::Mcp { .. } => "mcp",
            Self::Ask { .. } => "ask",
        }
    }
}

const fn once() -> u32 {
    1
}

const fn ten() -> u32 {
    10
}

const fn a_second() -> u64 {
    1_000
}

const fn step_timeout_ms() -> u64 {
    STEP_TIMEOUT_MS
}

fn zero() -> Vec<i32> {
    vec![0]
}

fn get() -> String {
    "GET".into()
}

fn nothing() -> Value {
    serde_json::json!({ "type": "object", "properties": {}, "additionalProperties": false })
}

/// A template with the parameters of one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FlowOrder {
    pub template: Template,
    pub parameters: Value,
}

/// Why a template makes no sense.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TemplateError {
    #[error("“{0}” is no name for a template: it has 1 to 60 lower-case letters, digits and dashes")]
    Name(String),
    #[error("“{0}” is no name for a step: it has 1 to 60 letters, digits and `_`, and begins with a letter")]
    StepName(String),
    #[error("the template has {0} steps, but may have 1 to {MOST_STEPS}")]
    Count(usize),
    #[error("step “{step}” needs “{missing}”, which there is not")]
    Missing { step: String, missing: String },
    #[error("step “{0}”: `each` and `until` do not go together")]
    TwoLoops(String),
    #[error("step “{step}”: `{key}` is {value}, but must be {must}")]
    Range { step: String, key: &'static str, value: u64, must: &'static str },
    #[error("the parameters are no schema of an object")]
    Parameters,
    #[error("two steps have one name, or steps wait for each other")]
    Graph(#[from] GraphError),
}

impl Template {
    /// Checks everything that can be checked before it runs.
    ///
    /// # Errors
    /// [`TemplateError`] names the first thing that makes no sense.
    pub fn check(&self) -> Result<(), TemplateError> {
        let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !(1..=60).contains(&self.name.len()) || !self.name.chars().all(is_name) {
            return Err(TemplateError::Name(self.name.clone()));
        }
        if self.parameters.get("type").and_then(Value::as_str) != Some("object") {
            return Err(TemplateError::Parameters);
        }
        if !(1..=MOST_STEPS).contains(&self.steps.len()) {
            return Err(TemplateError::Count(self.steps.len()));
        }
        self.steps.iter().try_for_each(Step::check)?;
        self.graph().map(drop)
    }

    /// The steps as a graph: the task of a step has the number of its place, counted from 1.
    ///
    /// # Errors
    /// [`TemplateError::Missing`], [`TemplateError::Graph`].
    pub fn graph(&self) -> Result<Graph, TemplateError> {
        let task = |(at, step): (usize, &Step)| {
            let needs = self.needs(at).into_iter().map(|need| {
                let place = self.steps.iter().position(|other| other.id == need);
                let missing = || TemplateError::Missing { step: step.id.clone(), missing: need.clone() };
                place.map(id).ok_or_else(missing)
            });
            Ok(Task {
                id: id(at),
                description: step.title.clone().unwrap_or_else(|| step.id.replace('_', " ")),
                kind: AgentKind::Ops,
                goal: Goal::Step { step: step.id.clone(), kind: step.work.kind().to_owned() },
                needs: needs.collect::<Result<_, TemplateError>>()?,
                checks: vec![Check::StepEnded],
                timeout_ms: step.timeout_ms,
                retry: RetryPolicy { attempts: step.attempts, backoff_ms: step.backoff.after(1) },
            })
        };
        let tasks: Vec<Task> = self.steps.iter().enumerate().map(task).collect::<Result<_, TemplateError>>()?;
        let mut names: Vec<&str> = self.steps.iter().map(|s| s.id.as_str()).collect();
        names.sort_unstable();
        if let Some(twice) = names.windows(2).find(|w| w[0] == w[1]) {
            let place = self.steps.iter().position(|s| s.id == twice[0]).unwrap_or_default();
            return Err(GraphError::Twice(id(place)).into());
        }
        Ok(Graph::new(tasks)?)
    }

    /// The names of the steps that the step at `at` waits for.
    fn needs(&self, at: usize) -> Vec<String> {
        match (&self.steps[at].needs, self.flow, at.checked_sub(1)) {
            (Some(needs), _, _) => needs.clone(),
            (None, Flow::Sequential, Some(before)) => vec![self.steps[before].id.clone()],
            (None, _, _) => Vec::new(),
        }
    }

    /// The step of a task.
    pub fn step(&self, task: TaskId) -> Option<&Step> {
        self.steps.get((task.0 as usize).checked_sub(1)?)
    }
}

/// The task of the step at `place`, counted from 0.
fn id(place: usize) -> TaskId {
    TaskId(u32::try_from(place + 1).unwrap_or(u32::MAX))
}

impl Step {
    fn check(&self) -> Result<(), TemplateError> {
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let begins = self.id.starts_with(|c: char| c.is_ascii_alphabetic());
        if !begins || self.id.len() > 60 || !self.id.chars().all(fits) {
            return Err(TemplateError::StepName(self.id.clone()));
        }
        if self.each.is_some() && self.until.is_some() {
            return Err(TemplateError::TwoLoops(self.id.clone()));
        }
        let within = |key, value: u64, range: std::ops::RangeInclusive<u64>, must| {
            let fault = || TemplateError::Range { step: self.id.clone(), key, value, must };
            if range.contains(&value) { Ok(()) } else { Err(fault()) }
        };
        within("timeout_ms", self.timeout_ms, 10..=86_400_000, "10 to 86400000")?;
        within("attempts", self.attempts.into(), 1..=100, "1 to 100")?;
        within("most", self.most.into(), 1..=10_000, "1 to 10000")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(steps: &str) -> Result<Template, String> {
        let text = format!("name = \"t\"\ntitle = \"T\"\n{steps}");
        let template: Template = toml::from_str(&text).map_err(|e| e.to_string())?;
        template.check().map_err(|e| e.to_string())?;
        Ok(template)
    }

    fn needs(template: &Template) -> Vec<Vec<u32>> {
        let graph = template.graph().unwrap();
        graph.tasks().iter().map(|t| t.needs.iter().map(|n| n.0).collect()).collect()
    }

    const SHELL: &str = "kind = \"shell\"\nrun = \"true\"\n";

    #[test]
    fn steps_follow_each_other_or_what_they_need() {
        let steps = |flow: &str| {
            format!(
                "flow = \"{flow}\"\n[[steps]]\nid = \"a\"\n{SHELL}[[steps]]\nid = \"b\"\n{SHELL}[[steps]]\nid = \"c\"\n\
                 needs = [\"a\"]\n{SHELL}"
            )
        };
        assert_eq!(needs(&template(&steps("sequential")).unwrap()), [vec![], vec![1], vec![1]]);
        assert_eq!(needs(&template(&steps("graph")).unwrap()), [vec![], vec![], vec![1]]);
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        for (steps, says) in [
            ("steps = []".to_owned(), "has 0 steps"),
            (format!("[[steps]]\nid = \"1a\"\n{SHELL}"), "“1a” is no name"),
            (format!("[[steps]]\nid = \"a\"\nneeds = [\"x\"]\n{SHELL}"), "needs “x”"),
            (format!("[[steps]]\nid = \"a\"\nneeds = [\"a\"]\n{SHELL}"), "wait for each other"),
            (format!("[[steps]]\nid = \"a\"\n{SHELL}[[steps]]\nid = \"a\"\n{SHELL}"), "two steps have one name"),
            (format!("[[steps]]\nid = \"a\"\neach = \"[1]\"\nuntil = \"true\"\n{SHELL}"), "do not go together"),
            (format!("[[steps]]\nid = \"a\"\nattempts = 0\n{SHELL}"), "`attempts` is 0"),
            ("[[steps]]\nid = \"a\"\nkind = \"magic\"\n".to_owned(), "magic"),
        ] {
            let error = template(&steps).unwrap_err();
            assert!(error.contains(says), "{error}");
        }
    }
}
