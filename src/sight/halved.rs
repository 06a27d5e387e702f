//! Interfaces drawn at twice the usual size and more, seen from farther away.
//!
//! What things are is told by measures of usual screens: lines of one pixel, marks of a few. On a screen whose text is
//! very large, all of that is larger, too; looked at in half its size it is as usual.

use crate::screen::{Element, Frame, RectPx, TextSpan};

/// From this height of its usual letters on, in pixels, an interface counts as large.
const LARGE: i32 = 22;
/// Of so many lines one may be small: a sign is taken for one now and then.
const MOST_SMALL: usize = 20;

/// Whether most of the text, in these boxes, is so large that the whole is better seen in half its size.
pub fn is_large(lines: impl Iterator<Item = RectPx>) -> bool {
    let mut sizes: Vec<(i32, i64)> = lines.map(|area| (area.h, area.area())).collect();
    sizes.sort_unstable();
    let total: i64 = sizes.iter().map(|(_, area)| area).sum();
    let mut passed = 0;
    // The middle one by how much room they take: a title of usual size says little of what is below it.
    let middle = sizes.into_iter().find(|(_, area)| {
        passed += area;
        passed * 2 >= total
    });
    middle.is_some_and(|(height, _)| height >= LARGE)
}

/// Whether there is text, and next to none of it so small that it is hard to read in half its size.
pub fn is_all_large(lines: &[RectPx]) -> bool {
    let small = lines.iter().filter(|line| line.h < LARGE * 3 / 4).count();
    !lines.is_empty() && small * MOST_SMALL <= lines.len() && is_large(lines.iter().copied())
}

/// `frame` in half its size, each pixel the mean of four; `None` where nothing is left.
pub fn frame(frame: &Frame) -> Option<Frame> {
    let (width, height) = (frame.width() as usize, frame.height() as usize);
    let (w, h) = (width / 2, height / 2);
    let source = frame.rgba();
    let mut pixels = Vec::with_capacity(w * h * 4);
    for y in 0..h {
        for x in 0..w {
            for c in 0..4 {
                let at = |dx: usize, dy: usize| u32::from(source[((2 * y + dy) * width + 2 * x + dx) * 4 + c]);
                pixels.push(((at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1) + 2) / 4) as u8);
            }
        }
    }
    Frame::new(w as u32, h as u32, pixels).ok()
}

/// `text` as it stands on the halved frame.
pub fn text(text: &[TextSpan]) -> Vec<TextSpan> {
    let half = |mut line: TextSpan| {
        line.area = half(line.area);
        line.words.iter_mut().for_each(|word| word.area = self::half(word.area));
        line
    };
    text.iter().cloned().map(half).collect()
}

/// `elements` of the halved frame as they stand on the whole one.
pub fn doubled(mut elements: Vec<Element>) -> Vec<Element> {
    for element in &mut elements {
        let a = element.area;
        element.area = RectPx::new(a.x * 2, a.y * 2, a.w * 2, a.h * 2);
    }
    elements
}

const fn half(area: RectPx) -> RectPx {
    let (x, y) = (area.x.div_euclid(2), area.y.div_euclid(2));
    RectPx::new(x, y, (area.right() + 1).div_euclid(2) - x, (area.bottom() + 1).div_euclid(2) - y)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::screen::Role;

    fn line(text: &str, area: RectPx) -> TextSpan {
        TextSpan { text: text.into(), area, confidence: 1.0, words: Vec::new(), window: None }
    }

    #[test]
    fn a_small_title_does_not_make_a_large_page_small() {
        let title = line("Order form", RectPx::new(10, 4, 90, 11));
        let page = [line("18", RectPx::new(20, 100, 27, 19)), line("Submit", RectPx::new(20, 200, 115, 26))];
        assert!(is_large([title.area, page[0].area, page[1].area].into_iter()));
        assert!(!is_large([title.area].into_iter()));
        assert!(!is_large(std::iter::empty()));
    }

    #[test]
    fn what_is_found_in_half_the_size_stands_where_it_stood() {
        let white = Frame::new(5, 4, vec![255; 80]).unwrap();
        let halved = frame(&white).unwrap();
        assert_eq!((halved.width(), halved.height()), (2, 2));
        let words = text(&[line("a", RectPx::new(-3, 5, 7, 4))]);
        assert_eq!(words[0].area, RectPx::new(-2, 2, 4, 3));
        let button = Element::seen(Role::Button, RectPx::new(3, 4, 10, 6), 0.9);
        assert_eq!(doubled(vec![button])[0].area, RectPx::new(6, 8, 20, 12));
    }
}
