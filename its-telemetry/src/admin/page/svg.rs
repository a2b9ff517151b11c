//! Sparklines as inline SVG, drawn in the colour of their text.

use std::fmt::Write as _;

use maud::{Markup, html};

/// Points of a whole line; a shorter one keeps to the right.
const POINTS: usize = 60;
const WIDTH: f64 = 120.0;
const HEIGHT: f64 = 24.0;
/// Half the width of the line, so that its extremes are not cut off.
const MARGIN: f64 = 1.5;

/// A line of the last minutes from zero to its maximum, with gaps where a value is absent. Its text, which a pointer
/// shows and a screen reader reads, is `what` with the least and the most that it was.
pub(super) fn sparkline(values: &[Option<f64>], what: &str, spell: fn(Option<f64>) -> String) -> Markup {
    let values = &values[values.len().saturating_sub(POINTS)..];
    let known = values.iter().flatten().copied().filter(|v| v.is_finite());
    let (least, most) = (known.clone().reduce(f64::min), known.reduce(f64::max));
    let top = most.unwrap_or(0.0);
    let text = match most {
        Some(_) => format!("{what} over the last minutes: {} to {}", spell(least), spell(most)),
        None => format!("{what}: nothing in the last minutes"),
    };
    let x = |at: usize| {
        let place = POINTS - values.len() + at;
        MARGIN + (WIDTH - 2.0 * MARGIN) * place as f64 / (POINTS - 1) as f64
    };
    let y = |value: f64| {
        let share = if top > 0.0 { value.clamp(0.0, top) / top } else { 0.0 };
        HEIGHT - MARGIN - (HEIGHT - 2.0 * MARGIN) * share
    };
    let (mut line, mut area, mut began) = (String::new(), String::new(), None);
    for at in 0..=values.len() {
        match values.get(at).copied().flatten().filter(|v| v.is_finite()) {
            Some(value) => {
                let command = if began.is_none() { 'M' } else { 'L' };
                let _ = write!(line, "{command}{:.1} {:.1}", x(at), y(value));
                if began.is_none() {
                    began = Some(at);
                    let _ = write!(area, "M{:.1} {HEIGHT}", x(at));
                }
                let _ = write!(area, "L{:.1} {:.1}", x(at), y(value));
            }
            None => {
                if let Some(first) = began.take() {
                    let last = at - 1;
                    if first == last {
                        // A point alone is a dot: a line of no length with round ends.
                        line.push_str("h0");
                    }
                    let _ = write!(area, "L{:.1} {HEIGHT}Z", x(last));
                }
            }
        }
    }
    html! {
        svg.spark viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) preserveAspectRatio="none" role="img" {
            title { (text) }
            path.base d=(format!("M0 {HEIGHT}H{WIDTH}")) {}
            @if top > 0.0 {
                path.area d=(area) {}
                path.line d=(line) {}
            }
        }
    }
}

/// How a whole is made up, as one bar: the class and the size of each part.
pub(super) fn bar(parts: &[(&str, usize)]) -> Markup {
    let total = parts.iter().map(|(_, size)| size).sum::<usize>().max(1) as f64;
    let starts = parts.iter().scan(0.0, |x, (_, size)| {
        let start = *x;
        *x += WIDTH * *size as f64 / total;
        Some(start)
    });
    html! {
        svg.spark viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) preserveAspectRatio="none" aria-hidden="true" {
            rect.base y="14" width=(WIDTH) height="6" {}
            @for ((class, size), x) in parts.iter().zip(starts) {
                @let width = WIDTH * *size as f64 / total;
                rect.(class) x=(format!("{x:.2}")) y="14" width=(format!("{width:.2}")) height="6" {}
            }
        }
    }
}

/// How much of a whole is left, or in use, as one bar; nothing of it when it is overspent.
#[cfg(any(feature = "gpu", feature = "slo"))]
pub(super) fn share(left: Option<f64>, class: &str) -> Markup {
    let width = WIDTH * left.unwrap_or(0.0).clamp(0.0, 1.0);
    html! {
        svg.spark viewBox=(format!("0 0 {WIDTH} {HEIGHT}")) preserveAspectRatio="none" aria-hidden="true" {
            rect.base y="8" width=(WIDTH) height="8" {}
            rect.(class) y="8" width=(format!("{width:.2}")) height="8" {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(values: &[Option<f64>]) -> String {
        sparkline(values, "Rate", |n| format!("{n:?}")).into_string()
    }

    #[test]
    fn a_short_line_keeps_to_the_right() {
        let svg = paths(&[Some(0.0), Some(2.0)]);
        assert!(svg.contains("M116.5 22.5L118.5 1.5"), "{svg}");
    }

    #[test]
    fn gaps_stay_gaps() {
        let svg = paths(&[Some(1.0), Some(1.0), None, Some(1.0), None]);
        assert_eq!(svg.matches('M').count(), 1 + 4, "{svg}");
        assert!(svg.contains("h0"), "{svg}");
    }

    #[test]
    fn the_parts_of_a_bar_fill_it() {
        let svg = bar(&[("good", 3), ("bad", 1)]).into_string();
        assert!(svg.contains("x=\"0.00\" y=\"14\" width=\"90.00\""), "{svg}");
        assert!(svg.contains("x=\"90.00\" y=\"14\" width=\"30.00\""), "{svg}");
        assert!(bar(&[("good", 0)]).into_string().contains("width=\"0.00\""));
    }

    #[test]
    fn nothing_to_draw_is_no_error() {
        assert!(!paths(&[]).contains("class=\"line\""));
        assert!(!paths(&[None, Some(f64::NAN)]).contains("class=\"line\""));
        assert!(!paths(&[Some(0.0), Some(0.0)]).contains("class=\"line\""));
    }
}
