//! Where text stands on a frame: a probability map from the network, boxes from the map.

use crate::infer::{InferError, VisionModel};
use crate::screen::{Frame, PointPx, RectPx};
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use ndarray::{Array2, Array4, ArrayView2, Ix4};

/// A map value from which a pixel counts as text.
const PIXEL_THRESHOLD: f32 = 0.3;
/// The mean map value from which a region counts as a line.
const REGION_THRESHOLD: f32 = 0.5;
/// The network is trained to draw lines shrunk by this ratio of area to outline.
/// Source: PP-OCR's DBNet post-processing (`unclip_ratio` 1.6).
const UNCLIP_RATIO: f32 = 1.6;
/// The network halves its input five times.
const STRIDE: u32 = 32;

/// The network sees a large picture in bands of this height, so that its memory does not grow with the picture.
const BAND: u32 = 320;
/// What a band's neighbours repeat of it on each side: near its edge the network knows too little.
const MARGIN: u32 = 32;

/// Finds boxes around lines of text, in no order, in pixels of `frame`.
///
/// `side` bounds the longer side of the picture that the network sees.
///
/// # Errors
/// Those of `model`. A frame without text gives no boxes.
pub fn detect(frame: &Frame, model: &mut dyn VisionModel, side: u32) -> Result<Vec<RectPx>, InferError> {
    detect_scaled(frame, model, scale_for(frame, side))
}

/// What a frame is scaled by so that its longer side is no more than `side`.
pub fn scale_for(frame: &Frame, side: u32) -> f32 {
    (side as f32 / frame.width().max(frame.height()) as f32).min(1.0)
}

/// `area` made a little larger, as far as `frame` reaches, so that the network sees it at `scale` exactly:
/// its input's sides are whole strides, and anything else would be stretched to fit.
pub fn fitting(area: RectPx, frame: &Frame, scale: f32) -> RectPx {
    let side = |from: i32, length: i32, most: i32| {
        let strides = (length as f32 * scale / STRIDE as f32).ceil();
        let wanted = ((strides * STRIDE as f32 / scale).round() as i32).min(most);
        (from.clamp(0, most - wanted), wanted)
    };
    let (x, w) = side(area.x, area.w, frame.width() as i32);
    let (y, h) = side(area.y, area.h, frame.height() as i32);
    RectPx::new(x, y, w, h)
}

/// As [`detect`], on a picture scaled by `scale`: a part of a frame is seen as it is in the whole.
///
/// # Errors
/// Those of `model`.
pub fn detect_scaled(frame: &Frame, model: &mut dyn VisionModel, scale: f32) -> Result<Vec<RectPx>, InferError> {
    let (width, height) = network_size(frame.width(), frame.height(), scale);
    let map = text_map(&resize(frame, width, height), width, height, model)?;
    let scale_x = frame.width() as f32 / width as f32;
    let scale_y = frame.height() as f32 / height as f32;
    let in_frame = |b: [f32; 4]| {
        RectPx::from_corners(
            (b[0] * scale_x).floor() as i32,
            (b[1] * scale_y).floor() as i32,
            (b[2] * scale_x).ceil() as i32,
            (b[3] * scale_y).ceil() as i32,
        )
        .intersect(&frame.bounds())
    };
    let boxes = boxes_from_map(map.view()).into_iter().map(in_frame);
    Ok(boxes.flat_map(|area| split_at_borders(frame, area)).filter(|b| b.w >= 3 && b.h >= 4).collect())
}

/// How likely each pixel of `rgba` is text: height x width, put together from bands.
fn text_map(rgba: &[u8], width: u32, height: u32, model: &mut dyn VisionModel) -> Result<Array2<f32>, InferError> {
    let mut map = Array2::<f32>::zeros((height as usize, width as usize));
    let mut top = 0;
    loop {
        let bottom = (top + BAND).min(height);
        let rows = &rgba[(top * width * 4) as usize..(bottom * width * 4) as usize];
        let part = model.infer(input(rows, width, bottom - top))?;
        let part = part
            .into_dimensionality::<Ix4>()
            .map_err(|e| InferError::Output { model: "text detection".into(), what: e.to_string() })?;
        let keep_from = if top == 0 { 0 } else { MARGIN };
        let kept = part.slice(ndarray::s![0, 0, keep_from as usize.., ..]);
        map.slice_mut(ndarray::s![(top + keep_from) as usize..bottom as usize, ..]).assign(&kept);
        if bottom == height {
            return Ok(map);
        }
        top = bottom - 2 * MARGIN;
    }
}

/// A difference in luminance from which two pixels lie on different sides of a border.
const BORDER: i32 = 9;

/// A part narrower than this holds no letter with its margins.
const NARROWEST: i32 = 8;

/// Cuts a box where a vertical border runs through all of its height: text on both sides of a
/// window's or cell's edge is two texts. Stems of letters do not reach from edge to edge of a box.
pub(super) fn split_at_borders(frame: &Frame, area: RectPx) -> Vec<RectPx> {
    let luminance = |x: i32, y: i32| {
        frame
            .pixel(PointPx::new(x, y))
            .map_or(0, |p| (i32::from(p[0]) * 77 + i32::from(p[1]) * 150 + i32::from(p[2]) * 29) >> 8)
    };
    let is_border = |x: &i32| {
        let step = luminance(*x, area.y) - luminance(*x - 1, area.y);
        step.abs() >= BORDER
            && (area.y..area.bottom()).all(|y| {
                let here = luminance(*x, y) - luminance(*x - 1, y);
                here.abs() >= BORDER && here.signum() == step.signum()
            })
    };
    let mut parts = Vec::new();
    let mut left = area.x;
    for cut in (area.x + 3..area.right() - 3).filter(is_border) {
        if cut - left > 3 {
            parts.push(RectPx::from_corners(left, area.y, cut - 1, area.bottom()));
        }
        left = cut + 1;
    }
    if parts.is_empty() {
        return vec![area];
    }
    parts.push(RectPx::from_corners(left, area.y, area.right(), area.bottom()));
    parts.retain(|part| part.w >= NARROWEST);
    parts
}

fn network_size(width: u32, height: u32, ratio: f32) -> (u32, u32) {
    let fit = |size: u32| (((size as f32 * ratio) / STRIDE as f32).round() as u32).max(1) * STRIDE;
    (fit(width), fit(height))
}

/// The picture as the network wants it: 1 x 3 x height x width, blue first, in `[-1, 1]`.
fn input(rgba: &[u8], width: u32, height: u32) -> Array4<f32> {
    let (w, h) = (width as usize, height as usize);
    let mut input = vec![0f32; 3 * w * h];
    let (blue, rest) = input.split_at_mut(w * h);
    let (green, red) = rest.split_at_mut(w * h);
    for (i, p) in rgba.chunks_exact(4).enumerate() {
        red[i] = f32::from(p[0]) / 127.5 - 1.0;
        green[i] = f32::from(p[1]) / 127.5 - 1.0;
        blue[i] = f32::from(p[2]) / 127.5 - 1.0;
    }
    // The vector was made with exactly this many elements.
    Array4::from_shape_vec((1, 3, h, w), input).unwrap_or_else(|_| Array4::zeros((1, 3, h, w)))
}

/// `frame` in another size, RGBA8; the pixels themselves where the size is the same.
pub(super) fn resize(frame: &Frame, width: u32, height: u32) -> Vec<u8> {
    if (width, height) == (frame.width(), frame.height()) {
        return frame.rgba().to_vec();
    }
    let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Bilinear)).use_alpha(false);
    let mut out = Image::new(width, height, PixelType::U8x4);
    let resized = ImageRef::new(frame.width(), frame.height(), frame.rgba(), PixelType::U8x4)
        .map(|source| Resizer::new().resize(&source, &mut out, &options));
    debug_assert!(matches!(resized, Ok(Ok(()))), "a frame always has the size it says");
    out.into_vec()
}

/// Boxes `[left, top, right, bottom]` in map pixels around the regions of a text map.
///
/// `map` is height x width, values in `[0, 1]`; other values are taken as no text.
pub fn boxes_from_map(map: ArrayView2<'_, f32>) -> Vec<[f32; 4]> {
    let (height, width) = map.dim();
    let mut seen = vec![false; width * height];
    let mut boxes = Vec::new();
    let mut stack = Vec::new();
    for start in 0..width * height {
        let is_text = map[[start / width, start % width]] > PIXEL_THRESHOLD;
        if seen[start] || !is_text {
            continue;
        }
        let mut region = Region::new();
        seen[start] = true;
        stack.push(start);
        while let Some(at) = stack.pop() {
            let (x, y) = (at % width, at / width);
            region.add(x, y, map[[y, x]]);
            for next in neighbours(x, y, width, height) {
                if !seen[next] && map[[next / width, next % width]] > PIXEL_THRESHOLD {
                    seen[next] = true;
                    stack.push(next);
                }
            }
        }
        boxes.extend(region.unclipped(width, height));
    }
    boxes
}

fn neighbours(x: usize, y: usize, width: usize, height: usize) -> impl Iterator<Item = usize> {
    let columns = x.saturating_sub(1)..=(x + 1).min(width - 1);
    let rows = y.saturating_sub(1)..=(y + 1).min(height - 1);
    rows.flat_map(move |row| columns.clone().map(move |column| row * width + column))
}

struct Region {
    left: usize,
    top: usize,
    right: usize,
    bottom: usize,
    sum: f32,
    count: u32,
}

impl Region {
    const fn new() -> Self {
        Self { left: usize::MAX, top: usize::MAX, right: 0, bottom: 0, sum: 0.0, count: 0 }
    }

    fn add(&mut self, x: usize, y: usize, value: f32) {
        self.left = self.left.min(x);
        self.top = self.top.min(y);
        self.right = self.right.max(x + 1);
        self.bottom = self.bottom.max(y + 1);
        self.sum += value;
        self.count += 1;
    }

    fn unclipped(&self, width: usize, height: usize) -> Option<[f32; 4]> {
        let (w, h) = ((self.right - self.left) as f32, (self.bottom - self.top) as f32);
        if w.min(h) < 2.0 || self.sum / (self.count as f32) < REGION_THRESHOLD {
            return None;
        }
        let grow = w * h * UNCLIP_RATIO / (2.0 * (w + h));
        Some([
            (self.left as f32 - grow).max(0.0),
            (self.top as f32 - grow).max(0.0),
            (self.right as f32 + grow).min(width as f32),
            (self.bottom as f32 + grow).min(height as f32),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::Array2;
    use proptest::prelude::*;

    #[test]
    fn a_bright_bar_is_one_box_grown_on_all_sides() {
        let mut map = Array2::<f32>::zeros((40, 100));
        map.slice_mut(ndarray::s![18..24, 20..60]).fill(0.9);
        let boxes = boxes_from_map(map.view());
        assert_eq!(boxes.len(), 1);
        let [left, top, right, bottom] = boxes[0];
        assert!(left < 20.0 && top < 18.0 && right > 60.0 && bottom > 24.0, "{boxes:?}");
    }

    #[test]
    fn faint_regions_and_specks_are_no_text() {
        let mut map = Array2::<f32>::zeros((20, 20));
        map.slice_mut(ndarray::s![2..8, 2..8]).fill(0.4);
        map[[15, 15]] = 1.0;
        assert!(boxes_from_map(map.view()).is_empty());
    }

    /// A network that answers with any numbers.
    struct Noise(Vec<f32>);

    impl VisionModel for Noise {
        fn input_shape(&self) -> [Option<usize>; 4] {
            [None; 4]
        }

        fn infer(&mut self, input: Array4<f32>) -> Result<ndarray::ArrayD<f32>, InferError> {
            let (_, _, h, w) = input.dim();
            let values = self.0.iter().cycle().take(h * w).copied().collect();
            Ok(ndarray::ArrayD::from_shape_vec(vec![1, 1, h, w], values).unwrap())
        }

        fn metadata(&self, _: &str) -> Option<String> {
            None
        }
    }

    /// Numbers that are no probabilities among those that are.
    fn values() -> impl Strategy<Value = Vec<f32>> {
        let value = prop_oneof![prop::num::f32::ANY, 0f32..1.0, Just(f32::NAN), Just(f32::INFINITY), Just(0.9)];
        prop::collection::vec(value, 1..400)
    }

    proptest! {
        #[test]
        fn any_map_of_any_size_gives_boxes_inside_it(values in values(), width in 1usize..40, height in 1usize..40) {
            let values = values.into_iter().cycle().take(width * height).collect();
            let map = Array2::from_shape_vec((height, width), values).unwrap();
            for [left, top, right, bottom] in boxes_from_map(map.view()) {
                prop_assert!(left >= 0.0 && top >= 0.0 && right <= width as f32 && bottom <= height as f32);
                prop_assert!(left < right && top < bottom);
            }
        }

        #[test]
        fn any_answer_gives_boxes_inside_the_frame(
            values in values(),
            (width, height) in (1u32..90, 1u32..400),
            side in 320u32..1400,
            pixels in prop::collection::vec(any::<u8>(), 64),
        ) {
            let rgba = pixels.into_iter().cycle().take((width * height * 4) as usize).collect();
            let frame = Frame::new(width, height, rgba).unwrap();
            for area in detect(&frame, &mut Noise(values), side).unwrap() {
                prop_assert!(frame.bounds().holds(&area) && !area.is_empty(), "{area} on {width}x{height}");
            }
        }
    }
}
