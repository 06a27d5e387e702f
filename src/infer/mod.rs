//! Running networks: the seam, the real runtime, and a recorded stand-in.
//!
//! Knows tensors, files and the pieces of words, nothing of screens. No other folder names `ort`.

mod letters;
mod manifest;
mod marker;
mod onnx;
mod replay;
mod sentence;
mod wordpiece;

pub use letters::{Letters, LettersError};
pub use manifest::{CutFile, Manifest, ManifestError, ModelFile, ModelFiles, PinnedFile, check};
pub use marker::{MarkModel, MarkedPiece, Marker, Marks};
pub use onnx::{OnnxModel, Runtime};
pub use sentence::SentenceModel;

/// The network that tells icons apart, trained by `models/recipes/icons.py`; its concepts are in its metadata.
pub const ICONS: &[u8] = include_bytes!("../../models/icons.onnx");
/// The network that reads lines of text on screens, trained by `models/recipes/text.py`.
pub const READER: &[u8] = include_bytes!("../../models/text.onnx");
/// The network that finds elements and lines of text, trained by `models/recipes/elements.py`.
pub const FINDER: &[u8] = include_bytes!("../../models/elements.onnx");
pub use replay::Replay;

use ndarray::{Array4, ArrayD};

/// By which a network that is part of the program is told from what it was in another version.
pub fn mark_of(model: &[u8]) -> u64 {
    xxhash_rust::xxh3::xxh3_64(model)
}

/// A network from one batch of pictures to one tensor.
pub trait VisionModel: Send {
    /// The fixed sizes of the input, batch x channels x height x width; `None` where any size will do.
    fn input_shape(&self) -> [Option<usize>; 4];

    /// Runs the network on `input` (batch x channels x height x width).
    ///
    /// # Errors
    /// [`InferError::Run`] when the runtime refuses the input or fails.
    fn infer(&mut self, input: Array4<f32>) -> Result<ArrayD<f32>, InferError>;

    /// As [`VisionModel::infer`], with all tensors that the network answers with, in its order.
    ///
    /// # Errors
    /// As there.
    fn infer_all(&mut self, input: Array4<f32>) -> Result<Vec<ArrayD<f32>>, InferError> {
        Ok(vec![self.infer(input)?])
    }

    /// A text that the model file carries under `key`, such as its character list.
    fn metadata(&self, key: &str) -> Option<String>;
}

/// Why a network cannot be had or run.
#[derive(Debug, thiserror::Error)]
pub enum InferError {
    #[error("cannot load the library {path}")]
    Library {
        path: String,
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    #[error("cannot start onnxruntime from {path}")]
    Runtime {
        path: String,
        #[source]
        cause: ort::Error,
    },
    #[error("cannot load the model {path}")]
    Load {
        path: String,
        #[source]
        cause: ort::Error,
    },
    #[error("the model {model} failed")]
    Run {
        model: String,
        #[source]
        cause: ort::Error,
    },
    #[error("the model {model} gave a result of an unexpected kind: {what}")]
    Output { model: String, what: String },
    #[error("nothing was recorded for this input of {model}")]
    NotRecorded { model: String },
    #[error("cannot use the recording {path}")]
    Recording {
        path: String,
        #[source]
        cause: std::io::Error,
    },
}
