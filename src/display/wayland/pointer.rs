//! The mouse, by the virtual-pointer protocol.

use super::outputs::Layout;
use super::wire::{Told, Wire};
use crate::display::DisplayError;
use crate::screen::PointPx;
use crate::task::Button;
use wayland_client::protocol::wl_pointer::{Axis, AxisSource, ButtonState};
use wayland_client::protocol::wl_seat::WlSeat;
use wayland_protocols_wlr::virtual_pointer::v1::client::zwlr_virtual_pointer_manager_v1::ZwlrVirtualPointerManagerV1;
use wayland_protocols_wlr::virtual_pointer::v1::client::zwlr_virtual_pointer_v1::ZwlrVirtualPointerV1;

/// Into how many parts a logical pixel is divided on the way to the compositor, which keeps 256 of them.
const FINE: u32 = 4096;
/// How far one notch of the wheel goes, in logical pixels, as libinput counts it.
const NOTCH: f64 = 15.0;
const BUTTONS: [Button; 3] = [Button::Left, Button::Middle, Button::Right];

/// A mouse of our own.
pub struct Pointer {
    proxy: ZwlrVirtualPointerV1,
    /// Where we brought it; nobody tells where the person has moved it since.
    at: Option<PointPx>,
    held: Vec<Button>,
    /// Whether it has pressed anything yet.
    is_used: bool,
}

impl Pointer {
    /// A mouse, where the compositor offers what it takes.
    pub fn bind(wire: &Wire, seat: &WlSeat) -> Option<Self> {
        let manager = wire.bind::<ZwlrVirtualPointerManagerV1>(2)?;
        let proxy = manager.create_virtual_pointer(Some(seat), &wire.handle(), ());
        Some(Self { proxy, at: None, held: Vec::new(), is_used: false })
    }

    pub const fn at(&self) -> Option<PointPx> {
        self.at
    }

    /// Brings the pointer to the pixel at `to`; sent with the next message.
    ///
    /// # Errors
    /// [`DisplayError::OffScreen`] where no output is.
    pub fn jump(&mut self, wire: &Wire, layout: &Layout, to: PointPx) -> Result<(), DisplayError> {
        let (width, height) = layout.size();
        let place = layout.logical_from_px(to).ok_or(DisplayError::OffScreen { at: to, width, height })?;
        let whole = layout.logical();
        // The compositor takes places as parts of the whole.
        let (x, x_extent) = part_of(place.x - f64::from(whole.x), whole.w);
        let (y, y_extent) = part_of(place.y - f64::from(whole.y), whole.h);
        self.proxy.motion_absolute(wire.stamp(), x, y, x_extent, y_extent);
        self.proxy.frame();
        self.at = Some(to);
        Ok(())
    }

    /// Holds `button` down; sent with the next message.
    pub fn press(&mut self, wire: &Wire, button: Button) {
        self.is_used = true;
        if !self.held.contains(&button) {
            self.held.push(button);
            self.send(wire, button, ButtonState::Pressed);
        }
    }

    /// Lets `button` go; sent with the next message.
    pub fn release(&mut self, wire: &Wire, button: Button) {
        self.held.retain(|held| *held != button);
        self.send(wire, button, ButtonState::Released);
    }

    /// Lets all buttons go that this mouse holds; sent with the next message.
    pub fn release_all(&mut self, wire: &Wire) {
        for button in self.held.clone() {
            self.release(wire, button);
        }
    }

    /// Lets go what a mouse that is gone may have left pressed: what is held cannot be asked for, so a mouse that
    /// has pressed nothing itself lets all buttons go.
    pub fn release_left(&mut self, wire: &Wire) {
        if !self.is_used {
            BUTTONS.into_iter().for_each(|button| self.send(wire, button, ButtonState::Released));
        }
    }

    /// Turns the wheel by one notch; sent with the next message.
    pub fn turn(&self, wire: &Wire, axis: Axis, is_forth: bool) {
        let sign = if is_forth { 1 } else { -1 };
        self.proxy.axis_source(AxisSource::Wheel);
        self.proxy.axis_discrete(wire.stamp(), axis, NOTCH * f64::from(sign), sign);
        self.proxy.frame();
    }

    fn send(&self, wire: &Wire, button: Button, state: ButtonState) {
        self.proxy.button(wire.stamp(), code(button), state);
        self.proxy.frame();
    }
}

/// `place` within `length` logical pixels, in whole numbers.
fn part_of(place: f64, length: i32) -> (u32, u32) {
    let extent = length.max(1) as u32 * FINE;
    let place = (place * f64::from(FINE)).round().max(0.0) as u32;
    // What is at the very end would belong to nobody.
    (place.min(extent - 1), extent)
}

/// The kernel's number of a button (`input-event-codes.h`).
const fn code(button: Button) -> u32 {
    match button {
        Button::Left => 0x110,
        Button::Right => 0x111,
        Button::Middle => 0x112,
    }
}

wayland_client::delegate_noop!(Told: ignore ZwlrVirtualPointerManagerV1);
wayland_client::delegate_noop!(Told: ignore ZwlrVirtualPointerV1);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_parts_of_the_whole() {
        assert_eq!(part_of(0.5, 100), (2048, 409_600));
        assert_eq!(part_of(100.0, 100), (409_599, 409_600));
        // The last pixel of 1280 at a scale of 1.5 lies in the last of 853 logical ones.
        let (at, extent) = part_of(1279.5 / 1.5, 853);
        assert_eq!(at * 853 / extent, 852);
    }
}
