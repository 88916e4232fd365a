//! Words for spans of time.

texts! {
    just_now: "just now";
    seconds_ago(n): "{n} s ago";
    minutes_ago(n): "{n} min ago";
    hours_ago(n): "{n} h ago";
    days_ago(count): "{count} d ago" | "{count} d ago";
    ahead(span): "in {span}";
    now: "now";
    span_seconds(n): "{n} s";
    span_minutes(n): "{n} min";
    span_hours(n): "{n} h";
    span_days(n): "{n} d";
    span_both(minutes, seconds): "{minutes} min {seconds} s";
    less_than_a_minute: "< 1 min";
}
