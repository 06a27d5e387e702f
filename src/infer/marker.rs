//! Marks on the words of a sentence, from a network that is loaded when it is first needed.

use super::InferError;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// A network that marks words of a sentence.
pub trait MarkModel: Send {
    /// Marks the words of `text`; no pieces where the sentence is too long to be looked at.
    ///
    /// # Errors
    /// [`InferError::Run`], [`InferError::Output`].
    fn mark(&mut self, text: &str) -> Result<Marks, InferError>;
}

/// What a network says of a sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct Marks {
    /// What words are marked as, such as `fill.field`.
    pub labels: Arc<[String]>,
    pub pieces: Vec<MarkedPiece>,
}

/// A piece of a word.
#[derive(Debug, Clone, PartialEq)]
pub struct MarkedPiece {
    /// Where it stands in the sentence.
    pub bytes: Range<usize>,
    /// Natural logarithms of how likely it is outside of all marks, then for each label in turn that it begins such a
    /// mark and that it goes on with one: 1 + 2 x labels.
    pub scores: Vec<f32>,
}

type Load = Box<dyn Fn() -> Result<Box<dyn MarkModel>, InferError> + Send + Sync>;

/// Marks sentences, where the network is on this machine.
pub struct Marker {
    load: Load,
    open: OnceLock<Option<Mutex<Box<dyn MarkModel>>>>,
}

impl Marker {
    /// `load` is called when the first sentence is to be marked.
    pub fn new(load: Load) -> Self {
        Self { load, open: OnceLock::new() }
    }

    /// The marks on `text`; `None` where there is no network, or it fails, which the log tells.
    pub fn mark(&self, text: &str) -> Option<Marks> {
        let told = |error: &InferError| tracing::debug!("sentences are read without examples: {error}");
        let open = || (self.load)().inspect_err(told).ok().map(Mutex::new);
        let model = self.open.get_or_init(open).as_ref()?;
        let marks = model.lock().unwrap_or_else(PoisonError::into_inner).mark(text);
        marks.inspect_err(told).ok().filter(|marks| !marks.pieces.is_empty())
    }
}

impl fmt::Debug for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Marker").field("open", &self.open.get().is_some()).finish_non_exhaustive()
    }
}
