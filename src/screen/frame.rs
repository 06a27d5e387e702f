use super::{PointPx, RectPx};
use std::sync::{Arc, OnceLock};

/// The pixels of one display at one moment.
///
/// `height x width x 4` bytes, row-major, physical pixels, origin at the top left; the fourth byte of a
/// pixel carries nothing. Cloning shares the pixels.
#[derive(Clone)]
pub struct Frame {
    width: u32,
    height: u32,
    picture: Arc<Picture>,
}

/// The order of the bytes of one pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Red, green, blue, opaque.
    Rgba,
    /// Blue, green, red, unused: as display servers keep them.
    Bgrx,
}

/// Bytes that somebody owns: a buffer, or memory shared with a display server.
pub type Bytes = Box<dyn AsRef<[u8]> + Send + Sync>;

struct Picture {
    order: Order,
    bytes: Bytes,
    /// The same pixels as RGBA, once somebody wanted them so.
    rgba: OnceLock<Vec<u8>>,
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

impl PartialEq for Frame {
    fn eq(&self, other: &Self) -> bool {
        (self.width, self.height) == (other.width, other.height) && self.rgba() == other.rgba()
    }
}

impl Eq for Frame {}

impl Frame {
    /// Takes `rgba` as a frame of `width` x `height` pixels.
    ///
    /// # Errors
    /// [`FrameError::Empty`] where a side is 0, [`FrameError::Size`] where the bytes do not fit.
    pub fn new(width: u32, height: u32, rgba: Vec<u8>) -> Result<Self, FrameError> {
        Self::from_bytes(width, height, Order::Rgba, Box::new(rgba))
    }

    /// Takes `bytes`, which nobody writes to any more, as a frame of `width` x `height` pixels, without a copy.
    ///
    /// # Errors
    /// As [`Frame::new`].
    pub fn from_bytes(width: u32, height: u32, order: Order, bytes: Bytes) -> Result<Self, FrameError> {
        if width == 0 || height == 0 {
            return Err(FrameError::Empty { width, height });
        }
        let (needed, got) = (width as usize * height as usize * 4, (*bytes).as_ref().len());
        if got != needed {
            return Err(FrameError::Size { width, height, needed, got });
        }
        Ok(Self { width, height, picture: Arc::new(Picture { order, bytes, rgba: OnceLock::new() }) })
    }

    pub fn width(&self) -> u32 {
        self.width
    }

    pub fn height(&self) -> u32 {
        self.height
    }

    /// Whether both are one picture, so that no pixel has to be compared.
    pub fn is_same_picture(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.picture, &other.picture)
    }

    /// All pixels, RGBA8, row-major. The first call on a frame in another order makes a copy.
    pub fn rgba(&self) -> &[u8] {
        match self.picture.order {
            Order::Rgba => self.bytes(),
            Order::Bgrx => self.picture.rgba.get_or_init(|| rgba_from_bgrx(self.bytes())),
        }
    }

    fn bytes(&self) -> &[u8] {
        (*self.picture.bytes).as_ref()
    }

    /// The whole frame as a box.
    pub fn bounds(&self) -> RectPx {
        RectPx::new(0, 0, self.width as i32, self.height as i32)
    }

    /// The colour at `p`, red first, or `None` outside the frame.
    pub fn pixel(&self, p: PointPx) -> Option<[u8; 3]> {
        if !self.bounds().contains(p) {
            return None;
        }
        let at = (p.y as usize * self.width as usize + p.x as usize) * 4;
        let pixel = &self.bytes()[at..at + 3];
        Some(match self.picture.order {
            Order::Rgba => [pixel[0], pixel[1], pixel[2]],
            Order::Bgrx => [pixel[2], pixel[1], pixel[0]],
        })
    }

    /// The order in which [`Frame::row`] gives a pixel's bytes.
    pub fn order(&self) -> Order {
        self.picture.order
    }

    /// The bytes of row `y` from column `left` up to `right`, in the frame's own order; the caller stays inside
    /// the frame.
    pub fn row(&self, y: i32, left: i32, right: i32) -> &[u8] {
        &self.bytes()[self.span(y, left, right)]
    }

    /// Where the bytes of row `y` from column `left` up to `right` lie.
    fn span(&self, y: i32, left: i32, right: i32) -> std::ops::Range<usize> {
        let row = y as usize * self.width as usize;
        (row + left as usize) * 4..(row + right as usize) * 4
    }

    /// A copy of the part of `area` that lies inside the frame, or `None` where nothing does.
    pub fn crop(&self, area: RectPx) -> Option<Self> {
        let area = area.intersect(&self.bounds());
        if area.is_empty() {
            return None;
        }
        let mut bytes = Vec::with_capacity(area.area() as usize * 4);
        for y in area.y..area.bottom() {
            bytes.extend_from_slice(self.row(y, area.x, area.right()));
        }
        let rgba = if self.order() == Order::Bgrx { rgba_from_bgrx(&bytes) } else { bytes };
        Self::new(area.w as u32, area.h as u32, rgba).ok()
    }

    /// Luminance per pixel, `height x width`, by the Rec. 601 weights.
    pub fn luminance(&self) -> Vec<u8> {
        self.rgba()
            .chunks_exact(4)
            .map(|p| ((p[0] as u32 * 77 + p[1] as u32 * 150 + p[2] as u32 * 29) >> 8) as u8)
            .collect()
    }
}

fn rgba_from_bgrx(pixels: &[u8]) -> Vec<u8> {
    let mut rgba = pixels.to_vec();
    rgba.chunks_exact_mut(4).for_each(|p| (p[0], p[2], p[3]) = (p[2], p[0], 255));
    rgba
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

    #[test]
    fn the_order_of_bytes_makes_no_difference_to_who_looks() {
        let rgba = Frame::new(2, 1, vec![1, 2, 3, 255, 4, 5, 6, 255]).unwrap();
        let bgrx = Frame::from_bytes(2, 1, Order::Bgrx, Box::new(vec![3, 2, 1, 0, 6, 5, 4, 9])).unwrap();
        assert_eq!(rgba, bgrx);
        assert_eq!(bgrx.pixel(PointPx::new(1, 0)), Some([4, 5, 6]));
        assert_eq!(rgba.crop(RectPx::new(1, 0, 1, 1)), bgrx.crop(RectPx::new(1, 0, 1, 1)));
    }
}
