//! Cutting a text recogniser's head down to the letters of some scripts.
//!
//! A recogniser ends in one weight and one bias per character. Thousands of them are for scripts that a
//! screen never shows; without them the network is smaller and faster, and cannot mistake a colon for
//! its full-width sister. An ONNX file is a protocol-buffers message, edited here field by field;
//! what is not touched is kept byte for byte.
//!
//! Source: the field numbers are those of `onnx.proto3`, ONNX 1.17.

/// The characters that a recogniser is cut down to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Letters {
    /// Latin with its accents, digits, punctuation, currencies, and the signs that screens use.
    Latin,
    /// All that the network was trained for.
    All,
}

/// Signs beyond the Latin blocks that stand in texts on screens.
const SIGNS: &str = "–—‘’‚“”„†‡•…‰′″‹›€₹₽₺₩₿№™ΔΩαβγδελμπσφω←↑→↓↔∂∆∏∑−√∞∫≈≠≤≥■□▪▲△▶▼▽◀◆◇○●★☆✓✔✕✖✗⌘⌥⇧⌃";

impl Letters {
    /// Whether the character `text` of a recogniser's list is kept.
    pub fn keeps(self, text: &str) -> bool {
        match self {
            Self::All => true,
            Self::Latin => {
                let mut chars = text.chars();
                let one = chars.next().filter(|_| chars.next().is_none());
                one.is_some_and(|c| ('!'..='\u{24f}').contains(&c) || SIGNS.contains(c))
            }
        }
    }
}

/// Why a model cannot be cut.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum LettersError {
    #[error("the model file breaks off or is no ONNX file (at byte {at})")]
    Damaged { at: usize },
    #[error("the model carries no list of characters")]
    NoList,
    #[error("no part of the model has a row for each of its {classes} characters")]
    NoHead { classes: usize },
}

/// The key under which recognisers carry their characters, one per line.
pub const LIST: &str = "character";
/// The key of the notice that the model's licence asks for.
const NOTICE: &str = "change_notice";

mod field {
    pub const MODEL_GRAPH: u64 = 7;
    pub const MODEL_METADATA: u64 = 14;
    pub const GRAPH_INITIALIZER: u64 = 5;
    pub const GRAPH_OUTPUT: u64 = 12;
    pub const GRAPH_VALUE_INFO: u64 = 13;
    pub const TENSOR_DIMS: u64 = 1;
    pub const TENSOR_RAW: u64 = 9;
    pub const INFO_TYPE: u64 = 2;
    pub const TYPE_TENSOR: u64 = 1;
    pub const TENSOR_TYPE_SHAPE: u64 = 2;
    pub const SHAPE_DIM: u64 = 1;
    pub const DIM_VALUE: u64 = 1;
    pub const ENTRY_KEY: u64 = 1;
    pub const ENTRY_VALUE: u64 = 2;
}

/// Gives `model` with the characters that `letters` keeps, its list in its metadata, and a notice of the change.
///
/// `list` is the model's list of characters, one per line, where it does not carry it itself.
///
/// # Errors
/// [`LettersError::Damaged`] where `model` is no ONNX file, [`LettersError::NoList`], [`LettersError::NoHead`].
pub fn with_letters(model: &[u8], list: Option<&str>, letters: Letters) -> Result<Vec<u8>, LettersError> {
    let mut model = parse(model)?;
    let own = entry(&model, LIST)?;
    let list = list.map(str::to_owned).or(own).ok_or(LettersError::NoList)?;
    let list: Vec<&str> = list.lines().collect();
    // Class 0 is CTC's blank; the space comes after the list.
    let classes = list.len() + 2;
    let kept = list.iter().enumerate().filter(|(_, c)| letters.keeps(c));
    let kept: Vec<usize> = std::iter::once(0).chain(kept.map(|(i, _)| i + 1)).chain([classes - 1]).collect();
    if kept.len() < classes {
        cut_head(&mut model, classes, &kept)?;
    }
    let characters: Vec<&str> = kept[1..kept.len() - 1].iter().map(|&class| list[class - 1]).collect();
    model.retain(|f| !is_entry(f, LIST) && !is_entry(f, NOTICE));
    let notice = format!(
        "Changed by Guardian: {} of {classes} output classes kept, the list of characters set to fit; all else as in the original.",
        kept.len()
    );
    model.push(metadata(LIST, &characters.join("\n")));
    model.push(metadata(NOTICE, &notice));
    Ok(serialise(&model))
}

fn cut_head(model: &mut [Field<'_>], classes: usize, kept: &[usize]) -> Result<(), LettersError> {
    let mut cut = 0;
    for graph in model.iter_mut().filter(|f| f.number == field::MODEL_GRAPH) {
        let mut parts = graph.parse()?;
        for part in &mut parts {
            match part.number {
                field::GRAPH_INITIALIZER => {
                    if let Some(tensor) = cut_tensor(&part.parse()?, classes, kept)? {
                        *part = Field::message(part.number, &tensor);
                        cut += 1;
                    }
                }
                field::GRAPH_OUTPUT | field::GRAPH_VALUE_INFO => {
                    let path = [field::INFO_TYPE, field::TYPE_TENSOR, field::TENSOR_TYPE_SHAPE, field::SHAPE_DIM];
                    resize_dims(part, &path, classes, kept.len())?;
                }
                _ => {}
            }
        }
        *graph = Field::message(graph.number, &parts);
    }
    if cut == 0 { Err(LettersError::NoHead { classes }) } else { Ok(()) }
}

/// The tensor with only the `kept` of its last axis, where that axis has one place per class.
fn cut_tensor<'a>(
    tensor: &[Field<'a>],
    classes: usize,
    kept: &[usize],
) -> Result<Option<Vec<Field<'a>>>, LettersError> {
    let mut dims = Vec::new();
    for f in tensor.iter().filter(|f| f.number == field::TENSOR_DIMS) {
        dims.extend(f.integers()?);
    }
    let raw = tensor.iter().find(|f| f.number == field::TENSOR_RAW);
    let (Some(&last), Some(raw)) = (dims.last(), raw) else { return Ok(None) };
    let values = dims.iter().try_fold(1usize, |all, &d| all.checked_mul(d as usize)).unwrap_or(0);
    let width = raw.bytes().len() / values.max(1);
    // A width of zero is a tensor whose bytes are missing: no row to cut.
    if last != classes as u64 || width == 0 || raw.bytes().len() != values * width {
        return Ok(None);
    }
    let mut bytes = Vec::with_capacity(raw.bytes().len() / classes * kept.len());
    for row in raw.bytes().chunks_exact(classes * width) {
        kept.iter().for_each(|&class| bytes.extend_from_slice(&row[class * width..(class + 1) * width]));
    }
    let rest = tensor.iter().filter(|f| f.number != field::TENSOR_DIMS && f.number != field::TENSOR_RAW);
    let head = dims[..dims.len() - 1].iter().copied().chain([kept.len() as u64]);
    let dims = head.map(|d| Field { number: field::TENSOR_DIMS, value: Value::Integer(d) });
    let raw = Field { number: field::TENSOR_RAW, value: Value::Owned(bytes) };
    Ok(Some(dims.chain(rest.cloned()).chain([raw]).collect()))
}

/// Follows `path` down from `part` and sets each dimension that counts `classes` to `kept`.
fn resize_dims(part: &mut Field<'_>, path: &[u64], classes: usize, kept: usize) -> Result<(), LettersError> {
    let mut inner = part.parse()?;
    for f in &mut inner {
        match path {
            [] if f.number == field::DIM_VALUE && f.value == Value::Integer(classes as u64) => {
                f.value = Value::Integer(kept as u64);
            }
            [next, rest @ ..] if f.number == *next => resize_dims(f, rest, classes, kept)?,
            _ => {}
        }
    }
    *part = Field::message(part.number, &inner);
    Ok(())
}

fn metadata(key: &str, value: &str) -> Field<'static> {
    let text = |number, text: &str| Field { number, value: Value::Owned(text.as_bytes().to_vec()) };
    Field::message(field::MODEL_METADATA, &[text(field::ENTRY_KEY, key), text(field::ENTRY_VALUE, value)])
}

fn is_entry(f: &Field<'_>, key: &str) -> bool {
    let has_key =
        |parts: Vec<Field<'_>>| parts.iter().any(|p| p.number == field::ENTRY_KEY && p.bytes() == key.as_bytes());
    f.number == field::MODEL_METADATA && f.parse().is_ok_and(has_key)
}

fn entry(model: &[Field<'_>], key: &str) -> Result<Option<String>, LettersError> {
    let Some(found) = model.iter().find(|f| is_entry(f, key)) else { return Ok(None) };
    let parts = found.parse()?;
    let value = parts.iter().find(|p| p.number == field::ENTRY_VALUE);
    Ok(value.map(|v| String::from_utf8_lossy(v.bytes()).into_owned()))
}

/// One field of a message.
#[derive(Debug, Clone, PartialEq)]
struct Field<'a> {
    number: u64,
    value: Value<'a>,
}

#[derive(Debug, Clone, PartialEq)]
enum Value<'a> {
    Integer(u64),
    Eight(&'a [u8]),
    Four(&'a [u8]),
    Bytes(&'a [u8]),
    Owned(Vec<u8>),
}

impl Field<'_> {
    fn message(number: u64, parts: &[Field<'_>]) -> Self {
        Self { number, value: Value::Owned(serialise(parts)) }
    }

    fn bytes(&self) -> &[u8] {
        match &self.value {
            Value::Integer(_) => &[],
            Value::Eight(b) | Value::Four(b) | Value::Bytes(b) => b,
            Value::Owned(b) => b,
        }
    }

    /// The integers of a repeated field, packed or not.
    fn integers(&self) -> Result<Vec<u64>, LettersError> {
        if let Value::Integer(one) = self.value {
            return Ok(vec![one]);
        }
        let mut reader = Reader { bytes: self.bytes(), at: 0 };
        let mut all = Vec::new();
        while reader.at < reader.bytes.len() {
            all.push(reader.integer()?);
        }
        Ok(all)
    }
}

impl<'a> Field<'a> {
    /// The message inside; its parts live as long as the file's bytes where they were not changed.
    fn parse(&self) -> Result<Vec<Field<'a>>, LettersError> {
        match &self.value {
            Value::Bytes(bytes) => parse(bytes),
            Value::Owned(bytes) => Ok(parse(bytes)?.into_iter().map(Field::owned).collect()),
            Value::Integer(_) | Value::Eight(_) | Value::Four(_) => Err(LettersError::Damaged { at: 0 }),
        }
    }

    fn owned<'b>(self) -> Field<'b> {
        let value = match self.value {
            Value::Integer(i) => Value::Integer(i),
            other => Value::Owned(match other {
                Value::Owned(b) => b,
                Value::Bytes(b) | Value::Four(b) | Value::Eight(b) => b.to_vec(),
                Value::Integer(_) => Vec::new(),
            }),
        };
        Field { number: self.number, value }
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn integer(&mut self) -> Result<u64, LettersError> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = *self.bytes.get(self.at).ok_or(LettersError::Damaged { at: self.at })?;
            self.at += 1;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(LettersError::Damaged { at: self.at })
    }

    fn take(&mut self, count: u64) -> Result<&'a [u8], LettersError> {
        let end = usize::try_from(count).ok().and_then(|c| self.at.checked_add(c));
        let taken = end.and_then(|end| self.bytes.get(self.at..end)).ok_or(LettersError::Damaged { at: self.at })?;
        self.at += taken.len();
        Ok(taken)
    }
}

fn parse(bytes: &[u8]) -> Result<Vec<Field<'_>>, LettersError> {
    let mut reader = Reader { bytes, at: 0 };
    let mut fields = Vec::new();
    while reader.at < bytes.len() {
        let key = reader.integer()?;
        let value = match key & 7 {
            0 => Value::Integer(reader.integer()?),
            1 => Value::Eight(reader.take(8)?),
            2 => {
                let length = reader.integer()?;
                Value::Bytes(reader.take(length)?)
            }
            5 => Value::Four(reader.take(4)?),
            _ => return Err(LettersError::Damaged { at: reader.at }),
        };
        fields.push(Field { number: key >> 3, value });
    }
    Ok(fields)
}

fn serialise(fields: &[Field<'_>]) -> Vec<u8> {
    let mut out = Vec::new();
    for f in fields {
        match &f.value {
            Value::Integer(value) => {
                put(&mut out, f.number << 3);
                put(&mut out, *value);
            }
            Value::Eight(b) => {
                put(&mut out, f.number << 3 | 1);
                out.extend_from_slice(b);
            }
            Value::Four(b) => {
                put(&mut out, f.number << 3 | 5);
                out.extend_from_slice(b);
            }
            Value::Bytes(_) | Value::Owned(_) => {
                put(&mut out, f.number << 3 | 2);
                put(&mut out, f.bytes().len() as u64);
                out.extend_from_slice(f.bytes());
            }
        }
    }
    out
}

fn put(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(number: u64, text: &str) -> Field<'static> {
        Field { number, value: Value::Owned(text.as_bytes().to_vec()) }
    }

    fn dim(size: u64) -> Field<'static> {
        Field { number: field::TENSOR_DIMS, value: Value::Integer(size) }
    }

    /// A model of one weight (2 x 5) for the characters a, 中 and b.
    fn tiny_model() -> Vec<u8> {
        let values: Vec<u8> = (0..10u8).flat_map(|v| f32::from(v).to_le_bytes()).collect();
        let raw = Field { number: field::TENSOR_RAW, value: Value::Owned(values) };
        let weight = Field::message(field::GRAPH_INITIALIZER, &[dim(2), dim(5), raw]);
        let graph = Field::message(field::MODEL_GRAPH, &[text(2, "net"), weight]);
        serialise(&[text(2, "producer"), graph, metadata(LIST, "a\n中\nb")])
    }

    #[test]
    fn columns_of_dropped_characters_go() {
        let cut = with_letters(&tiny_model(), None, Letters::Latin).unwrap();
        let model = parse(&cut).unwrap();
        assert_eq!(entry(&model, LIST).unwrap().as_deref(), Some("a\nb"));
        assert!(entry(&model, NOTICE).unwrap().unwrap().contains("4 of 5"));
        let graph = model.iter().find(|f| f.number == field::MODEL_GRAPH).unwrap().parse().unwrap();
        let weight = graph.iter().find(|f| f.number == field::GRAPH_INITIALIZER).unwrap().parse().unwrap();
        let raw = weight.iter().find(|f| f.number == field::TENSOR_RAW).unwrap();
        let kept: Vec<f32> = raw.bytes().chunks(4).map(|b| f32::from_le_bytes(b.try_into().unwrap())).collect();
        assert_eq!(kept, [0.0, 1.0, 3.0, 4.0, 5.0, 6.0, 8.0, 9.0]);
    }

    #[test]
    fn all_letters_change_nothing_but_the_list() {
        let same = with_letters(&tiny_model(), Some("x\ny\nz"), Letters::All).unwrap();
        let (old, model) = (tiny_model(), parse(&same).unwrap());
        assert_eq!(entry(&model, LIST).unwrap().as_deref(), Some("x\ny\nz"));
        assert_eq!(model[1].bytes(), parse(&old).unwrap()[1].bytes());
    }

    #[test]
    fn what_is_no_model_is_refused() {
        assert_eq!(with_letters(b"", None, Letters::Latin), Err(LettersError::NoList));
        assert!(matches!(with_letters(b"\x0a\xff", None, Letters::Latin), Err(LettersError::Damaged { .. })));
        assert_eq!(
            with_letters(&tiny_model(), Some("a\n中"), Letters::Latin),
            Err(LettersError::NoHead { classes: 4 })
        );
    }

    proptest! {
        #[test]
        fn any_bytes_are_cut_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = with_letters(&bytes, Some("a\n中"), Letters::Latin);
        }

    }

    /// Every byte of the model replaced by every other: few enough to try them all.
    #[test]
    fn a_broken_model_is_cut_or_refused() {
        let model = tiny_model();
        for at in 0..model.len() {
            let _ = with_letters(&model[..at], None, Letters::Latin);
            for byte in 0..=u8::MAX {
                let mut broken = model.clone();
                broken[at] = byte;
                let _ = with_letters(&broken, None, Letters::Latin);
            }
        }
    }

    #[test]
    fn a_head_without_its_bytes_is_no_head() {
        let raw = Field { number: field::TENSOR_RAW, value: Value::Owned(Vec::new()) };
        let weight = Field::message(field::GRAPH_INITIALIZER, &[dim(2), dim(5), raw]);
        let model = serialise(&[Field::message(field::MODEL_GRAPH, &[weight]), metadata(LIST, "a\n中\nb")]);
        assert_eq!(with_letters(&model, None, Letters::Latin), Err(LettersError::NoHead { classes: 5 }));
    }
}
