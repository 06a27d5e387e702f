use super::{InferError, VisionModel};
use ndarray::{Array4, ArrayD, IxDyn};
use ort::environment::Environment;
use ort::ep::CPU;
use ort::session::Session;
use ort::session::builder::{GraphOptimizationLevel, SessionBuilder};
use ort::value::{Tensor, ValueType};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// The onnxruntime library, loaded into this process: once, whoever asks for it.
#[derive(Clone)]
pub struct Runtime(Arc<Environment>);

/// A process has room for one environment; it stays until the process ends.
static LOADED: Mutex<Option<Runtime>> = Mutex::new(None);

impl Runtime {
    /// Loads the library at `path`, or gives the one that this process has loaded already.
    ///
    /// # Errors
    /// [`InferError::Library`] when the file is no onnxruntime library, [`InferError::Runtime`] when it does not start.
    pub fn load(path: &Path) -> Result<Self, InferError> {
        let path_text = || path.display().to_string();
        let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(runtime) = loaded.as_ref() {
            return Ok(runtime.clone());
        }
        let builder =
            ort::init_from(path).map_err(|cause| InferError::Library { path: path_text(), cause: Box::new(cause) })?;
        let environment = builder
            .with_name("guardian")
            .with_telemetry(false)
            .build()
            .map_err(|cause| InferError::Runtime { path: path_text(), cause })?;
        let runtime = Self(Arc::new(environment));
        *loaded = Some(runtime.clone());
        Ok(runtime)
    }
}

/// A network that onnxruntime runs on the processor.
pub struct OnnxModel {
    name: String,
    session: Session,
    input_shape: [Option<usize>; 4],
}

impl OnnxModel {
    /// Loads the model file at `path` to run on `threads` threads.
    ///
    /// # Errors
    /// [`InferError::Load`] when the file is missing, damaged or needs a newer runtime.
    pub fn load(runtime: &Runtime, path: &Path, threads: usize) -> Result<Self, InferError> {
        let failed = |cause| InferError::Load { path: path.display().to_string(), cause };
        let session = builder(runtime, threads).and_then(|mut b| b.commit_from_file(path)).map_err(failed)?;
        let name = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        let input_shape = shape_of(&session);
        Ok(Self { name, session, input_shape })
    }

    /// Loads the model in `bytes`, called `name`, to run on `threads` threads.
    ///
    /// # Errors
    /// [`InferError::Load`] when it is damaged or needs a newer runtime.
    pub fn from_bytes(runtime: &Runtime, name: &str, bytes: &[u8], threads: usize) -> Result<Self, InferError> {
        let failed = |cause| InferError::Load { path: name.to_owned(), cause };
        let session = builder(runtime, threads).and_then(|mut b| b.commit_from_memory(bytes)).map_err(failed)?;
        let input_shape = shape_of(&session);
        Ok(Self { name: name.to_owned(), session, input_shape })
    }
}

pub(super) fn builder(runtime: &Runtime, threads: usize) -> Result<SessionBuilder, ort::Error> {
    // Spinning threads burn a whole core between two looks.
    let builder = Session::builder(&runtime.0)?
        .with_optimization_level(GraphOptimizationLevel::All)?
        .with_intra_threads(threads)?
        .with_intra_op_spinning(false)?
        // An arena keeps the largest look's memory for good, and is no faster for these networks.
        .with_execution_providers([CPU::default().with_arena_allocator(false).build()])?;
    Ok(builder)
}

fn shape_of(session: &Session) -> [Option<usize>; 4] {
    let mut sizes = [None; 4];
    if let Some(input) = session.inputs().first()
        && let ValueType::Tensor { shape, .. } = input.dtype()
    {
        for (size, &fixed) in sizes.iter_mut().zip(shape.iter()) {
            *size = usize::try_from(fixed).ok();
        }
    }
    sizes
}

impl VisionModel for OnnxModel {
    fn input_shape(&self) -> [Option<usize>; 4] {
        self.input_shape
    }

    fn infer(&mut self, input: Array4<f32>) -> Result<ArrayD<f32>, InferError> {
        let first = self.infer_all(input)?.into_iter().next();
        first.ok_or_else(|| InferError::Output { model: self.name.clone(), what: "no tensor".into() })
    }

    fn infer_all(&mut self, input: Array4<f32>) -> Result<Vec<ArrayD<f32>>, InferError> {
        let failed = |cause| InferError::Run { model: self.name.clone(), cause };
        let tensor = Tensor::from_array(input).map_err(failed)?;
        let outputs = self.session.run(ort::inputs![tensor]).map_err(failed)?;
        let tensor = |value: ort::value::ValueRef<'_>| {
            let (shape, data) = value.try_extract_tensor::<f32>().map_err(failed)?;
            let sizes: Vec<usize> = shape.iter().map(|&s| s as usize).collect();
            ArrayD::from_shape_vec(IxDyn(&sizes), data.to_vec())
                .map_err(|e| InferError::Output { model: self.name.clone(), what: e.to_string() })
        };
        outputs.values().map(tensor).collect()
    }

    fn metadata(&self, key: &str) -> Option<String> {
        self.session.metadata().ok()?.custom(key)
    }
}
