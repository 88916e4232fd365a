//! Words of the page of bulk actions, and of a bulk action that was found again.

texts! {
    bulk_actions: "Bulk actions";
    bulk_actions_how: "What you have asked of sessions, here or by the API. Open one for its progress and the result of each session.";
    no_bulk_actions: "No bulk actions yet";
    no_bulk_actions_how: "Select sessions in the list and choose a verb. What becomes of it stays here, even if you close the tab.";
    action: "Action";
    result_so_far: "Result so far";
    /// The name of the button that opens one: `Evict, 14:03: show progress and results`.
    show_bulk(verb, time): "{verb}, {time}: show progress and results";
    count_accepted(count): "{count} sent" | "{count} sent";
    count_so_already(count): "{count} was so already" | "{count} were so already";
    count_not_applicable(count): "{count} did not apply" | "{count} did not apply";
    count_left(count): "{count} left alone" | "{count} left alone";
    /// `Evict: 10,000 sessions`.
    bulk_title(verb, what): "{verb}: {what}";
    /// Of commands that were sent a while ago: they may have ended by now.
    bulk_sent(done, total): "Sent to {done} of {total} sessions. What became of it since stands in the timeline of each.";
    outcome_sent: "Sent";
}
