use super::{PointPx, RectPx};
use std::sync::Arc;

/// The pixels of one display at one moment.
///
/// RGBA8, `height x width x 4`, row-major, physical pixels, origin at the top left; alpha is
/// opaque and carries nothing. Cloning shares the pixels.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    width: u32,
    height: u32,
    rgba: Arc<[u8]>,
}

/// Why a buffer is not a frame.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum FrameError {
    #[error("a frame of {width}x{height} needs {needed} bytes, got {got}")]
    Size { width: u32, height: u32, needed: usize, got: usize },
    #[error("a frame of {width}x{height} has no pixels")]
    Empty { width: u32, height: u32 },
}

impl std::fmt::Debug for Frame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Frame({}x{})", self.width, self.height)
    }
}

impl Frame {
    /// Takes `rgba` as a frame of `width` x `height` pixels.
    ///
    /// # Errors
    /// [`FrameError::Empty`] where a side is 0, [`FrameError::Size`] where the bytes do not fit.
    pub fn new(width: u32, height: u32, rgba: impl Into<Arc<[u8]>>) -> Result<Self, FrameError> {
        let rgba = rgba.into();
        if width == 0 || height == 0 {
            return Err(FrameError::Empty { width, height });
        }
        let needed = width as usize * height as usize * 4;
        if rgba.len() != needed {
            return Err(FrameError::Size { width, height, needed, got: rgba.len() });
        }
        Ok(Self { width, height, rgba })
    }

    pub fn width(&self) -> u32 {
        self.width
    }

    pub fn height(&self) -> u32 {
        self.height
    }

    /// All pixels, RGBA8, row-major.
    pub fn rgba(&self) -> &[u8] {
        &self.rgba
    }

    /// The whole frame as a box.
    pub fn bounds(&self) -> RectPx {
        RectPx::new(0, 0, self.width as i32, self.height as i32)
    }

    /// The colour at `p`, or `None` outside the frame.
    pub fn pixel(&self, p: PointPx) -> Option<[u8; 3]> {
        if !self.bounds().contains(p) {
            return None;
        }
        let at = (p.y as usize * self.width as usize + p.x as usize) * 4;
        Some([self.rgba[at], self.rgba[at + 1], self.rgba[at + 2]])
    }

    /// The bytes of row `y` from column `left` up to `right`; the caller stays inside the frame.
    pub fn row(&self, y: i32, left: i32, right: i32) -> &[u8] {
        let start = (y as usize * self.width as usize + left as usize) * 4;
        let end = (y as usize * self.width as usize + right as usize) * 4;
        &self.rgba[start..end]
    }

    /// A copy of the part of `area` that lies inside the frame, or `None` where nothing does.
    pub fn crop(&self, area: RectPx) -> Option<Self> {
        let area = area.intersect(&self.bounds());
        if area.is_empty() {
            return None;
        }
        let mut rgba = Vec::with_capacity(area.area() as usize * 4);
        for y in area.y..area.bottom() {
            rgba.extend_from_slice(self.row(y, area.x, area.right()));
        }
        Self::new(area.w as u32, area.h as u32, rgba).ok()
    }

    /// Luminance per pixel, `height x width`, by the Rec. 601 weights.
    pub fn luminance(&self) -> Vec<u8> {
        self.rgba
            .chunks_exact(4)
            .map(|p| ((p[0] as u32 * 77 + p[1] as u32 * 150 + p[2] as u32 * 29) >> 8) as u8)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_of_the_wrong_size_is_no_frame() {
        assert!(matches!(Frame::new(2, 2, vec![0; 15]), Err(FrameError::Size { needed: 16, .. })));
        assert!(matches!(Frame::new(0, 2, vec![]), Err(FrameError::Empty { .. })));
    }

    #[test]
    fn a_crop_is_cut_at_the_border() {
        let frame = Frame::new(4, 4, (0..64u8).collect::<Vec<_>>()).unwrap();
        let part = frame.crop(RectPx::new(2, 2, 10, 10)).unwrap();
        assert_eq!((part.width(), part.height()), (2, 2));
        assert_eq!(part.pixel(PointPx::new(0, 0)), frame.pixel(PointPx::new(2, 2)));
        assert!(frame.crop(RectPx::new(9, 9, 2, 2)).is_none());
    }
}
