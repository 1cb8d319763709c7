//! Messages' labels, drawn once: a frame copies them, without making a string or measuring a text.

use super::palette::Palette;
use super::surface::Surface;
use quorate::model::{Lang, Spec};
use quorate::view::Ink;
use std::collections::BTreeMap;

/// The sheet's width, in CSS pixels.
const SHEET_WIDTH: f64 = 512.0;
/// Its height.
const SHEET_HEIGHT: f64 = 512.0;
/// Room between two labels.
const GAP: f64 = 2.0;

/// A label's place on the sheet, in CSS pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sprite {
    x: f64,
    y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// Every label that has been drawn, for one protocol, language and theme.
pub(super) struct Sprites {
    sheet: Surface,
    known: BTreeMap<(u8, u8), Sprite>,
    free: (f64, f64),
    of: (&'static str, Lang),
    ratio: f64,
    scale: f64,
}

impl Sprites {
    pub(super) fn new(spec: &Spec, lang: Lang, scale: f64) -> Option<Self> {
        let mut sheet = Surface::hidden()?;
        sheet.clear(SHEET_WIDTH, SHEET_HEIGHT);
        let ratio = sheet.ratio();
        Some(Self { sheet, known: BTreeMap::new(), free: (0.0, 0.0), of: (spec.id, lang), ratio, scale })
    }

    /// Whether these are the labels of a protocol and language, sharp enough.
    pub(super) fn serve(&self, spec: &Spec, lang: Lang, scale: f64) -> bool {
        self.of == (spec.id, lang) && self.scale == scale && self.ratio == super::surface::ratio()
    }

    /// The label of a message in a colour; drawn the first time it is asked for.
    pub(super) fn get(&mut self, spec: &Spec, palette: &Palette, code: u8, ink: Ink) -> Sprite {
        let key = (code, ink.index() as u8);
        if let Some(sprite) = self.known.get(&key) {
            return *sprite;
        }
        let small = ink == Ink::Grey;
        let (size, height, pad) = if small { (9.5, 16.0, 10.0) } else { (11.0, 20.0, 15.0) };
        let (size, height, pad) = (size * self.scale, height * self.scale, pad * self.scale);
        let text = spec.messages.get(usize::from(code)).map_or("?", |word| word.label.get(self.of.1));
        let pen = &self.sheet.pen;
        pen.set_font(&format!("600 {size}px {}", palette.sans));
        let width = (pen.measure_text(text).map_or(40.0, |metrics| metrics.width()) + pad).ceil();
        if self.free.0 + width > SHEET_WIDTH {
            self.free = (0.0, self.free.1 + 22.0 * self.scale);
        }
        if self.free.1 + height > SHEET_HEIGHT {
            // Full: no protocol has so many words. Begin again.
            self.known.clear();
            self.free = (0.0, 0.0);
            pen.clear_rect(0.0, 0.0, SHEET_WIDTH, SHEET_HEIGHT);
        }
        let (x, y) = self.free;
        self.free.0 += width + GAP;
        pen.set_fill_style_str(palette.ink(ink));
        pen.begin_path();
        let _ = pen.round_rect_with_f64(x, y, width, height, height / 2.0);
        pen.fill();
        pen.set_fill_style_str(&palette.panel);
        pen.set_text_align("center");
        pen.set_text_baseline("middle");
        let _ = pen.fill_text(text, x + width / 2.0, y + height / 2.0 + 0.5);
        let sprite = Sprite { x, y, width, height };
        self.known.insert(key, sprite);
        sprite
    }

    /// Copies a label, its middle at a point; to whole device pixels, so that it stays sharp.
    pub(super) fn draw(&self, onto: &Surface, sprite: Sprite, x: f64, y: f64) {
        let ratio = self.ratio;
        let whole = |at: f64| (at * ratio).round() / ratio;
        let _ = onto.pen.draw_image_with_html_canvas_element_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
            self.sheet.canvas(),
            sprite.x * ratio,
            sprite.y * ratio,
            sprite.width * ratio,
            sprite.height * ratio,
            whole(x - sprite.width / 2.0),
            whole(y - sprite.height / 2.0),
            sprite.width,
            sprite.height,
        );
    }
}
