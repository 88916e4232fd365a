//! Commands and bulk actions on their way.

words! {
    /// How far a command is.
    CommandState {
        /// Written, the agent has not got it.
        Queued = 1 "queued",
        /// On the agent's open channel.
        Delivered = 2 "delivered",
        /// The agent has written it down and works on it.
        Acknowledged = 3 "acknowledged",
        /// Observed to be so.
        Done = 4 "done",
        /// The agent says that it could not.
        Failed = 5 "failed",
        /// No word within its time.
        TimedOut = 6 "timed_out",
    }
}

words! {
    /// How a command went, beside its state.
    CommandOutcome {
        /// The app closed when it was asked to.
        ClosedOnRequest = 1 "closed_on_request",
        /// The app ignored the request and was killed.
        Killed = 2 "killed",
        /// There was nothing left to end.
        AlreadyGone = 3 "already_gone",
        /// Nobody could be warned: the session has no display.
        NoDisplay = 4 "no_display",
        /// The agent does not know this verb.
        Unsupported = 5 "unsupported",
        /// The agent does not know this session.
        UnknownSession = 6 "unknown_session",
        /// The host refused; the detail says how.
        HostError = 7 "host_error",
        /// The message was shown.
        Shown = 8 "shown",
        /// The message was shown and confirmed by the user.
        Read = 9 "read",
        /// Nothing more was heard of it.
        NoWord = 10 "no_word",
        /// Recorded, not confirmed by an agent.
        RecordedOnly = 11 "recorded_only",
        /// The session is in the state asked for; nothing had to be ended.
        Recorded = 12 "recorded",
        /// The user agreed to be watched.
        Granted = 13 "granted",
        /// The user said no.
        Denied = 14 "denied",
        /// Nobody answered in time.
        NotAnswered = 15 "not_answered",
        /// The question was closed without an answer.
        QuestionClosed = 16 "question_closed",
        /// Nobody is connected who could be asked.
        NobodyThere = 17 "nobody_there",
    }
}

words! {
    /// How far a bulk action is.
    BulkState {
        /// Sessions are left to act on.
        Running = 1 "running",
        /// Every session has its result: its command was sent, or none was due.
        Finished = 2 "finished",
    }
}

words! {
    /// Which results of a bulk action to give.
    BulkResults {
        /// That of every session.
        All = 1 "all",
        /// Those whose command failed or timed out, and those that changed since the plan.
        Failed = 2 "failed",
        /// None: the numbers suffice.
        None = 3 "none",
    }
}
