//! Arguments -> pieces -> call -> exit code. The only place where real pieces are chosen.

mod serve;

use guardian::agent;
use guardian::cli::{self, CliError, Command, KeptLines, LoadError, Pieces, SharedStore, letters};
use guardian::config::{Config, Finder, Letters, Reader};
use guardian::display::{keep, keep_clipboard};
use guardian::guardian::{Post, watch};
use guardian::infer::{
    self, FINDER, ICONS, InferError, Manifest, ManifestError, MarkModel, Marker, ModelFile, OnnxModel, READER, Runtime,
    SentenceModel, VisionModel,
};
use guardian::sandbox::restrict;
use guardian::sight::{LineMemory, Networks, Sight};
use guardian::store::{Sqlite, Store};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};
use std::error::Error;
use std::fs::File;
use std::io;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    // onnxruntime keeps a database of its use in the home and reports it to its maker, whatever its programming
    // interface is told. What a person's screen is read with tells nobody.
    // SAFETY: this is the first statement of the only thread.
    unsafe { std::env::set_var("ORT_DISABLE_TELEMETRY", "1") };
    match cli::parse() {
        // An agent gives everything up before it reads its first word.
        Command::Agent { .. } => {
            restrict();
            agent::live(io::stdin(), io::stdout());
            ExitCode::SUCCESS
        }
        Command::Keep(args) => ExitCode::from(args.kept().map_or(2, |kept| keep(&kept))),
        Command::KeepClipboard { display } => ExitCode::from(keep_clipboard(&display)),
        Command::WatchPerson(args) => ExitCode::from(watch_person(&args.post(), args.reins)),
        command => match begin(command) {
            Ok(code) => code,
            // Whoever read it, such as `head`, has enough.
            Err(CliError::Print(cause)) if cause.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            Err(error) => complain(&error),
        },
    }
}

fn begin(command: Command) -> Result<ExitCode, CliError> {
    let filter = EnvFilter::try_from_env("GUARDIAN_LOG").unwrap_or_else(|_| EnvFilter::new("warn,ort=error,enigo=off"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).init();
    let file = Config::user_file().filter(|path| path.is_file());
    let mut config = Config::load(file.as_deref())?;
    // A request that speaks in other letters is about a screen that shows them.
    if command.speaks_other_letters() && knows_all_letters(&config) {
        config.sight.letters = Letters::All;
    }
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        // A second signal while the first is being obeyed ends the process at once.
        signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&stop)).map_err(CliError::Signals)?;
        signal_hook::flag::register(signal, Arc::clone(&stop)).map_err(CliError::Signals)?;
    }
    // A file that may grow no more is an error of the write like a disk that is full, and no reason to die.
    signal_hook::flag::register(SIGXFSZ, Arc::default()).map_err(CliError::Signals)?;
    let (for_sight, for_lines, for_marker) = (config.clone(), config.clone(), config.clone());
    let pieces = Pieces {
        program: std::env::current_exe().unwrap_or_else(|_| PathBuf::from("guardian")),
        open_store,
        load_sight: Arc::new(move || load_sight(&for_sight)),
        open_lines: Arc::new(move || open_lines(&for_lines)),
        marker: Arc::new(Marker::new(Box::new(move || load_marker(&for_marker)))),
        config,
        stop,
    };
    match command {
        Command::Serve(args) => Ok(match serve::serve(&args, &Arc::new(pieces)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                let _ = writeln!(io::stderr(), "{}", serve::chain(&error));
                ExitCode::from(2)
            }
        }),
        command => cli::dispatch(command, &pieces),
    }
}

/// Whether the readers that know all letters are on this machine.
fn knows_all_letters(config: &Config) -> bool {
    Manifest::pinned().is_ok_and(|m| m.locate(&config.model_dirs(), infer::Letters::All).is_ok())
}

/// Looks after the person until the guardian leaves; the store is opened only where the guardian cannot note the stop.
fn watch_person(post: &Post, reins: i32) -> u8 {
    // The guardian has left the memory open for this process under that number.
    let reins = File::options().read(true).write(true).open(format!("/proc/self/fd/{reins}"));
    let Ok(reins) = reins else { return 2 };
    watch(post, reins, || {
        let config = Config::load(Config::user_file().filter(|path| path.is_file()).as_deref()).ok()?;
        Some(Box::new(Sqlite::open(&config.store_dir()?).ok()?))
    })
}

fn open_store(config: &Config) -> Result<SharedStore, CliError> {
    let dir = config.store_dir().ok_or(CliError::NoHome)?;
    Ok(Arc::new(Mutex::new(Sqlite::open(&dir)?)))
}

/// The lines that earlier processes have read; `None` where the person wants none kept, or there is no place.
fn open_lines(config: &Config) -> Option<Box<dyn LineMemory>> {
    if !config.sight.remember_lines {
        return None;
    }
    let files = Manifest::pinned().ok()?.locate(&config.model_dirs(), letters(config)).ok()?;
    let dir = config.store_dir()?;
    let open = move || Sqlite::open(&dir).map(|store| Box::new(store) as Box<dyn Store>);
    let readers = match config.sight.reader {
        Reader::Own => format!("{:x} {}", infer::mark_of(READER), files.readers()),
        Reader::Quick => files.readers(),
        Reader::Careful => format!("careful {}", files.readers()),
    };
    Some(Box::new(KeptLines::new(readers, Box::new(open))))
}

fn load_sight(config: &Config) -> Result<Sight, LoadError> {
    let files = Manifest::pinned()?.locate(&config.model_dirs(), letters(config))?;
    let runtime = Runtime::load(files.runtime.checked()?)?;
    let load = |file: &ModelFile| -> Result<Box<dyn VisionModel>, LoadError> {
        Ok(Box::new(OnnxModel::load(&runtime, file.checked()?, config.sight.threads)?))
    };
    let networks = Networks {
        detector: load(&files.text_detection)?,
        fast_reader: match config.sight.reader {
            Reader::Own => Box::new(OnnxModel::from_bytes(&runtime, "text", READER, config.sight.threads)?),
            Reader::Quick => load(&files.text_recognition_fast)?,
            Reader::Careful => load(&files.text_recognition)?,
        },
        careful_reader: match config.sight.reader {
            Reader::Own | Reader::Quick => Some(load(&files.text_recognition)?),
            Reader::Careful => None,
        },
        icons: Box::new(OnnxModel::from_bytes(&runtime, "icons", ICONS, config.sight.threads)?),
        glancer: match config.sight.finder {
            Finder::Own => Some(Box::new(OnnxModel::from_bytes(&runtime, "elements", FINDER, config.sight.threads)?)),
            Finder::Rules => None,
        },
    };
    Ok(Sight::new(networks, config.sight.detection_side)?)
}

/// The network that marks words of sentences, and onnxruntime for it.
fn load_marker(config: &Config) -> Result<Box<dyn MarkModel>, InferError> {
    let lacking = |e: ManifestError| InferError::Output { model: "language".into(), what: e.to_string() };
    let files = Manifest::pinned().and_then(|m| m.locate(&config.model_dirs(), letters(config))).map_err(lacking)?;
    let missing = || InferError::Output { model: "language".into(), what: "it was not fetched".into() };
    let network = files.language.ok_or_else(missing)?;
    let runtime = Runtime::load(files.runtime.checked().map_err(lacking)?)?;
    Ok(Box::new(SentenceModel::load(&runtime, network.checked().map_err(lacking)?)?))
}

/// Prints the error with its causes once, and what to do about it.
fn complain(error: &CliError) -> ExitCode {
    let mut said = format!("error: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        said += &format!(": {error}");
        cause = error.source();
    }
    if let Some(hint) = error.hint() {
        said += &format!("\nhint: {hint}");
    }
    // Whoever read it may have gone: that is no reason to fall over.
    let _ = writeln!(std::io::stderr(), "{said}");
    ExitCode::from(2)
}
