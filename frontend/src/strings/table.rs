//! Words of the table of sessions: headers, order, selection, arrangement.

texts! {
    columns: "Columns";
    columns_how: "What the table shows, from left to right";
    reset_columns: "Reset";
    row_height: "Row height";
    comfortable: "Comfortable";
    compact: "Compact";
    rows_on_page: "Rows on a page";
    column_width(column): "Width of {column}";
    sortable_how(tip): "{tip}. Click to sort, with Shift by several.";
    sort_place(place): "Sort key {place}";
    sorted_up(column): "{column}, ascending";
    sorted_down(column): "{column}, descending";
    sorted_by(list): "Sorted by {list}.";
    most_keys(most): "At most {most} columns sort the list";
    most_keys_how: "Click a column without Shift to begin anew, or with Shift one that sorts already until its arrow is gone.";
    selected_on_pages(total, others): "{total} selected, {others} on other pages";
    too_many_selected(total): "{total} sessions are too many at once";
    too_many_how(most): "Select at most {most}, or all that match.";
    too_many_match_how: "The filter matches more than that. Narrow it, or choose a shorter range of dates.";
    too_wide_how: "Only lists of up to 100,000 sessions can be put in this order. Narrow the list with the search, a filter or dates, or sort by session ID.";
    sort_list: "Sort by";
    sort_own: "Several columns";
    first_page: "First page";
    not_asked: "Not looked for yet";
    not_asked_how: "What stands in the address cannot be read: correct it, or show everything.";
    change_dates: "Change the dates";
    sort_by_id: "Sort by session ID";
    select_every: "Select all";
    deselect_every: "Deselect all";
    rows_selected(count): "{count} session selected" | "{count} sessions selected";
    nothing_selected: "Nothing selected";
    all_on_page_selected(count): "{count} on this page selected." | "All {count} on this page selected.";
    select_matching(total): "Select all {total} that match";
    select_matching_all: "Select all that match";
    matching_selected(total): "All {total} that match are selected";
    matching_selected_all: "All that match are selected";
    count_exactly: "Count exactly";
    counting: "Counting…";
    stop_counting: "Stop counting";
    range_only(first, last): "{first}–{last}";
    waiting_sessions(count): "{count} new session" | "{count} new sessions";
    show_everything: "Show everything again";
    kill_sessions: "Kill Session(s)";
    kill_selected: "Kill the selected session(s)";
    with_selected(verb): "{verb}: the selected session(s)";
    what_to_do: "What to do with the selected sessions";
    update: "Update";
    key_first: "First row";
    key_last: "Last row";
    key_page_down: "A screenful down";
    key_page_up: "A screenful up";
    key_actions: "The row's actions";
    key_select_all: "Select all on this page";
    key_inside: "What stands in the row, one after the other";
    rows_of_list: "Sessions";
}

/// `1–50`, while nobody has counted.
pub fn range_without_total(first: i64, shown: usize) -> String {
    let last = first + shown as i64 - 1;
    range_only(crate::format::number(first), crate::format::number(last))
}
