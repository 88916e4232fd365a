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
    count_done(done, total): "{done} of {total} done";
    count_failed(count): "{count} failed" | "{count} failed";
    count_on_the_way(count): "{count} on its way" | "{count} on their way";
    state_sent: "Sent";
    bulk_some_way(verb, done, total, left): "{verb}: {done} of {total} sessions are done, {left} on their way";
    bulk_failed(count): "It failed for {count} session." | "It failed for {count} sessions.";
    retry_failed: "Retry what failed";
}
