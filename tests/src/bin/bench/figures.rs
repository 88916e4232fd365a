//! How figures are told: each with its goal beside it, where it has one.

use std::time::Duration;

/// What a figure should be.
#[derive(Debug, Clone, Copy)]
pub enum Goal {
    /// At least so much.
    Least(f64),
    /// At most so much.
    Most(f64),
}

/// A figure that stands beside others.
pub fn figure(name: &str, value: f64, unit: &str) {
    println!("  {name:62} {value:12.1} {unit}");
}

/// A figure that has a goal.
pub fn against(name: &str, value: f64, unit: &str, goal: Goal) {
    let (met, sign, bound) = match goal {
        Goal::Least(bound) => (value >= bound, '≥', bound),
        Goal::Most(bound) => (value <= bound, '≤', bound),
    };
    let mark = if met { "met" } else { "MISSED" };
    let digits = if unit == "×" { 2 } else { 1 };
    println!("  {name:62} {value:12.digits$} {unit:9} goal {sign} {bound} {unit}: {mark}");
}

/// Milliseconds.
pub fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// The one in the middle.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
