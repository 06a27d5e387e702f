//! Pictures for the record.

use crate::screen::Frame;
use crate::store::{Store, StoreError};
use crate::task::Shot;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder};

/// Keeps `frame` as a PNG.
///
/// # Errors
/// [`StoreError::Write`] when there is no room for it.
pub fn keep(frame: &Frame, store: &mut dyn Store) -> Result<Shot, StoreError> {
    let rgb: Vec<u8> = frame.rgba().chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]).collect();
    let mut png = Vec::new();
    PngEncoder::new_with_quality(&mut png, CompressionType::Fast, FilterType::Up)
        .write_image(&rgb, frame.width(), frame.height(), ExtendedColorType::Rgb8)
        .map_err(|e| StoreError::Write { what: "a picture", cause: e.into() })?;
    let blob = store.keep(&png)?;
    Ok(Shot { blob, width: frame.width(), height: frame.height() })
}
