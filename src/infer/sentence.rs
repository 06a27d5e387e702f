//! Which words of a sentence name what: a sentence network that others trained, with matrices of our own beside its.

use super::onnx::{Runtime, builder};
use super::wordpiece::WordPieces;
use super::{InferError, MarkModel, MarkedPiece, Marks};
use ort::session::Session;
use ort::value::Tensor;
use std::path::Path;
use std::sync::Arc;

/// The graph and our own part of the network, trained by `models/recipes/senses.py`; the labels are in its metadata.
/// The large matrices lie in the pinned file.
pub const SENSES: &[u8] = include_bytes!("../../models/senses.onnx");

/// Where the runtime looks for the files that a graph refers to.
const FOLDER: &str = "session.model_external_initializers_file_folder_path";

/// Sentences with more pieces are not looked at: the network knows 512 places, and was taught with short ones.
const MOST: usize = 256;

/// The network.
pub struct SentenceModel {
    words: WordPieces,
    session: Session,
    labels: Arc<[String]>,
}

impl SentenceModel {
    /// Loads the network whose matrices lie in the file at `path`, to run on one thread.
    ///
    /// # Errors
    /// [`InferError::Load`] when the file is missing, damaged or needs a newer runtime; [`InferError::Output`] when
    /// the network names no labels.
    pub fn load(runtime: &Runtime, path: &Path) -> Result<Self, InferError> {
        let failed = |cause| InferError::Load { path: path.display().to_string(), cause };
        // The matrices are mapped from there, and not read.
        let folder = path.parent().unwrap_or(Path::new(".")).display().to_string();
        let session = builder(runtime, 1)
            .and_then(|b| Ok(b.with_config_entry(FOLDER, &folder)?))
            .and_then(|mut b| b.commit_from_memory(SENSES))
            .map_err(failed)?;
        let labels = session.metadata().ok().and_then(|m| m.custom("labels"));
        let labels = labels.ok_or_else(|| output("it names no labels"))?;
        Ok(Self { words: WordPieces::pinned(), session, labels: labels.lines().map(str::to_owned).collect() })
    }
}

fn output(what: &str) -> InferError {
    InferError::Output { model: "senses".into(), what: what.to_owned() }
}

impl MarkModel for SentenceModel {
    fn mark(&mut self, text: &str) -> Result<Marks, InferError> {
        let labels = Arc::clone(&self.labels);
        let pieces = self.words.cut(text);
        if pieces.len() > MOST {
            return Ok(Marks { labels, pieces: Vec::new() });
        }
        let failed = |cause| InferError::Run { model: "senses".into(), cause };
        let ids: Vec<i64> = pieces.iter().map(|p| p.id).collect();
        let ids = Tensor::from_array(([ids.len()], ids)).map_err(failed)?;
        let outputs = self.session.run(ort::inputs![ids]).map_err(failed)?;
        let (_, data) = outputs[0].try_extract_tensor::<f32>().map_err(failed)?;
        let each = 2 * labels.len() + 1;
        if data.len() != each * pieces.len() {
            return Err(output("not one score for each label and piece"));
        }
        // The signs for the beginning and the end stand for no words.
        let inner = 1..pieces.len() - 1;
        let marked = |at: usize| MarkedPiece {
            bytes: pieces[at].bytes.clone(),
            scores: data[at * each..(at + 1) * each].to_vec(),
        };
        Ok(Marks { labels, pieces: inner.map(marked).collect() })
    }
}
