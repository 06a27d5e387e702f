//! Colours: how far apart they are, and what people call them.

pub type Rgb = [u8; 3];

pub fn luminance(c: Rgb) -> i32 {
    (i32::from(c[0]) * 77 + i32::from(c[1]) * 150 + i32::from(c[2]) * 29) >> 8
}

/// The largest difference of a channel.
pub fn distance(a: Rgb, b: Rgb) -> i32 {
    (0..3).map(|i| i32::from(a[i].abs_diff(b[i]))).max().unwrap_or(0)
}

/// How far a colour is from grey: the difference of its strongest and weakest channel.
pub fn chroma(c: Rgb) -> i32 {
    i32::from(c.iter().max().unwrap_or(&0) - c.iter().min().unwrap_or(&0))
}

pub fn mean(pixels: impl Iterator<Item = Rgb>) -> Rgb {
    let mut sums = [0u64; 3];
    let mut count = 0;
    for pixel in pixels {
        for (sum, value) in sums.iter_mut().zip(pixel) {
            *sum += u64::from(value);
        }
        count += 1;
    }
    sums.map(|sum| (sum / u64::max(count, 1)) as u8)
}

/// The pixel of median luminance.
pub fn median(pixels: impl Iterator<Item = Rgb>) -> Rgb {
    let mut pixels: Vec<Rgb> = pixels.collect();
    pixels.sort_by_key(|p| luminance(*p));
    pixels.get(pixels.len() / 2).copied().unwrap_or_default()
}

/// What people call a colour: one of the basic names.
pub fn name(c: Rgb) -> &'static str {
    let [r, g, b] = c.map(i32::from);
    let (high, low) = (r.max(g).max(b), r.min(g).min(b));
    let spread = high - low;
    if spread < 28 || spread * 7 < high || (high < 80 && spread < 45) {
        return match high {
            0..=60 => "black",
            61..=205 => "grey",
            _ => "white",
        };
    }
    let hue = if high == r {
        60 * (g - b) / spread
    } else if high == g {
        120 + 60 * (b - r) / spread
    } else {
        240 + 60 * (r - g) / spread
    };
    match hue.rem_euclid(360) {
        0..=14 | 346..=359 if low > 140 => "pink",
        0..=14 | 346..=359 => "red",
        15..=42 if high < 150 => "brown",
        15..=40 => "orange",
        41..=68 => "yellow",
        69..=162 => "green",
        163..=194 => "turquoise",
        195..=248 => "blue",
        249..=295 => "purple",
        _ if spread * 3 > high * 2 && high < 160 => "purple",
        _ => "pink",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_called_what_people_call_them() {
        for (colour, expected) in [
            ([220, 40, 40], "red"),
            ([255, 255, 255], "white"),
            ([10, 10, 12], "black"),
            ([128, 130, 128], "grey"),
            ([46, 160, 67], "green"),
            ([30, 100, 220], "blue"),
            ([255, 140, 0], "orange"),
            ([250, 220, 30], "yellow"),
            ([130, 50, 180], "purple"),
            ([255, 120, 180], "pink"),
            ([64, 200, 200], "turquoise"),
            ([110, 70, 30], "brown"),
        ] {
            assert_eq!(name(colour), expected, "{colour:?}");
        }
    }
}
