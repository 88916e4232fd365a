//! The tables, the same for both databases; a test holds this against each.
//!
//! Long: all columns of all tables, one a line, as diesel reads them.

diesel::table! {
    tenants (id) {
        id -> BigInt,
        name -> Text,
        demo -> Bool,
        time_zone -> Text,
        heartbeat_seconds -> Integer,
        first_warning_seconds -> Integer,
        second_warning_seconds -> Integer,
        show_ad_username -> Bool,
        history_days -> Integer,
        created_at -> BigInt,
        consent_seconds -> Integer,
        poor_network_seconds -> Integer,
        disconnected_minutes -> Integer,
        seats_warn_percent -> Integer,
        seats_capacity -> Integer,
    }
}

diesel::table! {
    tenant_heads (tenant_id) {
        tenant_id -> BigInt,
        revision -> BigInt,
        audit_seq -> BigInt,
        audit_hash -> Binary,
        names_revision -> BigInt,
        deleted_revision -> BigInt,
    }
}

diesel::table! {
    users (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        username -> Text,
        display_name -> Text,
        email -> Text,
        ad_username -> Nullable<Text>,
        username_folded -> Text,
        display_name_folded -> Text,
        email_folded -> Text,
        ad_username_folded -> Nullable<Text>,
        role -> SmallInt,
        password_hash -> Nullable<Text>,
        created_at -> BigInt,
        disabled_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    groups (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        name -> Text,
        name_folded -> Text,
    }
}

diesel::table! {
    group_members (group_id, user_id) {
        group_id -> BigInt,
        user_id -> BigInt,
        tenant_id -> BigInt,
    }
}

diesel::table! {
    environments (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        name -> Text,
        name_folded -> Text,
    }
}

diesel::table! {
    hosts (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        name -> Text,
        name_folded -> Text,
        created_at -> BigInt,
        environment_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    devices (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        name -> Text,
        name_folded -> Text,
        terminal -> SmallInt,
    }
}

diesel::table! {
    addresses (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        address -> Binary,
        text -> Text,
    }
}

diesel::table! {
    resources (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        name -> Text,
        name_folded -> Text,
        kind -> SmallInt,
        program -> Nullable<Text>,
        version -> Nullable<Text>,
        suspended_at -> Nullable<BigInt>,
        max_sessions_per_user -> Nullable<Integer>,
        valid_hours -> Nullable<Integer>,
    }
}

diesel::table! {
    delivery_methods (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        name -> Text,
        name_folded -> Text,
        kind -> SmallInt,
        licence_kind -> SmallInt,
        offline_days -> Integer,
    }
}

diesel::table! {
    provisions (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        name -> Text,
        name_folded -> Text,
        resource_id -> Nullable<BigInt>,
        any_program -> Bool,
        delivery_method_id -> BigInt,
        environment_id -> Nullable<BigInt>,
        host_id -> Nullable<BigInt>,
        everyone -> Bool,
    }
}

diesel::table! {
    provision_users (provision_id, user_id) {
        provision_id -> BigInt,
        user_id -> BigInt,
        tenant_id -> BigInt,
    }
}

diesel::table! {
    provision_groups (provision_id, group_id) {
        provision_id -> BigInt,
        group_id -> BigInt,
        tenant_id -> BigInt,
    }
}

diesel::table! {
    holds (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        user_id -> BigInt,
        resource_id -> BigInt,
        until_at -> BigInt,
        placed_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    agents (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        host_id -> BigInt,
        key_hash -> Binary,
        enrolled_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
        simulated -> Bool,
        version -> Nullable<Text>,
        verbs -> Nullable<Integer>,
        boot_id -> Nullable<Text>,
        clock_skew_ms -> Nullable<BigInt>,
        seen_at -> Nullable<BigInt>,
        taken_through -> BigInt,
        connected_until -> BigInt,
        abilities -> Integer,
        gate -> Nullable<Text>,
    }
}

diesel::table! {
    enrolment_codes (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        secret_hash -> Binary,
        this_machine -> Bool,
        created_at -> BigInt,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    sessions (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        kind -> SmallInt,
        status -> SmallInt,
        observed_status -> SmallInt,
        phase -> SmallInt,
        user_id -> BigInt,
        resource_id -> BigInt,
        provision_id -> Nullable<BigInt>,
        delivery_method_id -> Nullable<BigInt>,
        environment_id -> Nullable<BigInt>,
        device_id -> Nullable<BigInt>,
        host_id -> Nullable<BigInt>,
        agent_id -> Nullable<BigInt>,
        address_id -> Nullable<BigInt>,
        terminal -> SmallInt,
        access -> SmallInt,
        source -> SmallInt,
        connected -> Bool,
        stale -> Bool,
        started_at -> BigInt,
        ended_at -> Nullable<BigInt>,
        last_activity_at -> Nullable<BigInt>,
        valid_until -> Nullable<BigInt>,
        offline_until -> Nullable<BigInt>,
        listed_until -> BigInt,
        end_reason -> Nullable<SmallInt>,
        ended_how -> Nullable<SmallInt>,
        command_id -> Nullable<BigInt>,
        revision -> BigInt,
    }
}

diesel::table! {
    session_hours (tenant_id, hour) {
        tenant_id -> BigInt,
        hour -> BigInt,
        first_id -> BigInt,
        last_id -> BigInt,
    }
}

diesel::table! {
    session_extras (session_id) {
        session_id -> BigInt,
        tenant_id -> BigInt,
        launch_key -> Nullable<Text>,
        version -> Nullable<Text>,
        version_folded -> Nullable<Text>,
        server_product -> Nullable<Text>,
        server_version -> Nullable<Text>,
        server_folded -> Nullable<Text>,
    }
}

diesel::table! {
    session_beats (session_id) {
        session_id -> BigInt,
        tenant_id -> BigInt,
        seen_at -> BigInt,
        idle_seconds -> Nullable<Integer>,
    }
}

diesel::table! {
    session_events (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        session_id -> BigInt,
        kind -> SmallInt,
        observed_at -> BigInt,
        recorded_at -> BigInt,
        from_status -> Nullable<SmallInt>,
        to_status -> Nullable<SmallInt>,
        command_id -> Nullable<BigInt>,
        end_reason -> Nullable<SmallInt>,
        actor_id -> Nullable<BigInt>,
        detail -> Nullable<Text>,
    }
}

diesel::table! {
    commands (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        session_id -> BigInt,
        agent_id -> Nullable<BigInt>,
        verb -> SmallInt,
        state -> SmallInt,
        requested_by -> Nullable<BigInt>,
        reason -> Nullable<Text>,
        message -> Nullable<Text>,
        first_warning_seconds -> Integer,
        second_warning_seconds -> Integer,
        created_at -> BigInt,
        effective_by -> BigInt,
        deadline -> BigInt,
        delivered_at -> Nullable<BigInt>,
        acknowledged_at -> Nullable<BigInt>,
        warned_at -> Nullable<BigInt>,
        closes_at -> Nullable<BigInt>,
        finished_at -> Nullable<BigInt>,
        outcome -> Nullable<SmallInt>,
        detail -> Nullable<Text>,
        bulk_action_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    plans (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        user_id -> BigInt,
        verb -> SmallInt,
        expires_at -> BigInt,
        body -> Text,
        items -> Text,
    }
}

diesel::table! {
    bulk_actions (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        user_id -> BigInt,
        verb -> SmallInt,
        created_at -> BigInt,
        idempotency_key -> Nullable<Text>,
        request_hash -> Binary,
        total -> Integer,
        state -> SmallInt,
        worked_at -> BigInt,
        work -> Text,
        accepted -> Integer,
        no_op -> Integer,
        not_applicable -> Integer,
        forbidden -> Integer,
        not_found -> Integer,
        conflict -> Integer,
        command_id -> Nullable<BigInt>,
    }
}

diesel::table! {
    bulk_action_parts (bulk_action_id, part) {
        bulk_action_id -> BigInt,
        part -> Integer,
        tenant_id -> BigInt,
        results -> Text,
    }
}

diesel::table! {
    audit_entries (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        seq -> BigInt,
        at -> BigInt,
        actor_kind -> SmallInt,
        actor_id -> Nullable<BigInt>,
        action -> SmallInt,
        session_id -> Nullable<BigInt>,
        private_hash -> Binary,
        hash -> Binary,
    }
}

diesel::table! {
    audit_privates (audit_id) {
        audit_id -> BigInt,
        tenant_id -> BigInt,
        salt -> Binary,
        actor -> Nullable<Text>,
        object -> Nullable<Text>,
        reason -> Nullable<Text>,
    }
}

diesel::table! {
    sign_ins (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        user_id -> BigInt,
        started_at -> BigInt,
        expires_at -> BigInt,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    refresh_tokens (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        sign_in_id -> BigInt,
        secret_hash -> Binary,
        issued_at -> BigInt,
        replaced_at -> Nullable<BigInt>,
        expires_at -> BigInt,
    }
}

diesel::table! {
    api_tokens (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        user_id -> BigInt,
        name -> Text,
        secret_hash -> Binary,
        scopes -> Integer,
        created_at -> BigInt,
        expires_at -> BigInt,
        last_used_at -> Nullable<BigInt>,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    set_up_links (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        user_id -> BigInt,
        secret_hash -> Binary,
        created_at -> BigInt,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    throttles (subject) {
        subject -> Binary,
        failures -> Integer,
        window_started_at -> BigInt,
        blocked_until -> BigInt,
    }
}

diesel::table! {
    secrets (name) {
        name -> Text,
        value -> Binary,
        created_at -> BigInt,
    }
}

diesel::table! {
    set_aside (name) {
        name -> Text,
        statement -> Text,
    }
}

diesel::table! {
    job_locks (name) {
        name -> Text,
        holder -> Text,
        held_until -> BigInt,
        last_run_at -> BigInt,
    }
}

diesel::table! {
    exports (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        user_id -> BigInt,
        format -> SmallInt,
        state -> SmallInt,
        file_name -> Text,
        request -> Text,
        ticket_hash -> Binary,
        created_at -> BigInt,
        expires_at -> BigInt,
        heard_at -> Nullable<BigInt>,
        finished_at -> Nullable<BigInt>,
        row_count -> BigInt,
        byte_count -> BigInt,
        sha256 -> Nullable<Binary>,
        failure -> Nullable<Text>,
    }
}

diesel::table! {
    refreshes (tenant_id) {
        tenant_id -> BigInt,
        number -> BigInt,
        asked_at -> BigInt,
        completed_at -> Nullable<BigInt>,
        running -> Bool,
        agents_asked -> Integer,
        answered -> Integer,
    }
}

diesel::table! {
    refresh_agents (agent_id) {
        agent_id -> BigInt,
        tenant_id -> BigInt,
        number -> BigInt,
    }
}

diesel::table! {
    views (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        user_id -> BigInt,
        page -> SmallInt,
        reach -> SmallInt,
        name_folded -> Text,
        body -> Text,
    }
}

diesel::table! {
    networks (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        name -> Text,
        cidr -> Text,
    }
}

diesel::table! {
    consents (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        session_id -> BigInt,
        command_id -> BigInt,
        user_id -> BigInt,
        asked_by -> BigInt,
        reason -> Text,
        asked_at -> BigInt,
        answer_by -> BigInt,
        state -> SmallInt,
        answer -> Nullable<SmallInt>,
        answered_at -> Nullable<BigInt>,
        watched_from -> Nullable<BigInt>,
        watched_until -> Nullable<BigInt>,
        ended_by -> Nullable<BigInt>,
    }
}

diesel::table! {
    streams (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        session_id -> BigInt,
        agent_id -> BigInt,
        user_id -> BigInt,
        consent_id -> Nullable<BigInt>,
        reach -> SmallInt,
        ticket_hash -> Binary,
        created_at -> BigInt,
        expires_at -> BigInt,
        opened_at -> Nullable<BigInt>,
        joined_at -> Nullable<BigInt>,
        heard_at -> Nullable<BigInt>,
        closed_at -> Nullable<BigInt>,
        server -> Nullable<Text>,
    }
}

diesel::table! {
    viewer_passwords (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        user_id -> BigInt,
        resource_id -> BigInt,
        host_id -> BigInt,
        password -> Text,
        expires_at -> BigInt,
    }
}

diesel::table! {
    seat_refusals (id) {
        id -> BigInt,
        tenant_id -> BigInt,
        user_id -> BigInt,
        ip -> Nullable<Text>,
        at -> BigInt,
        capacity -> Integer,
    }
}

diesel::table! {
    retention (tenant_id) {
        tenant_id -> BigInt,
        due_at -> BigInt,
        deleted -> BigInt,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    tenants,
    tenant_heads,
    users,
    groups,
    group_members,
    environments,
    hosts,
    devices,
    addresses,
    resources,
    delivery_methods,
    provisions,
    provision_users,
    provision_groups,
    holds,
    agents,
    enrolment_codes,
    sessions,
    session_hours,
    session_extras,
    session_beats,
    session_events,
    commands,
    plans,
    bulk_actions,
    bulk_action_parts,
    audit_entries,
    audit_privates,
    sign_ins,
    refresh_tokens,
    api_tokens,
    set_up_links,
    throttles,
    secrets,
    set_aside,
    job_locks,
    exports,
    refreshes,
    refresh_agents,
    views,
    networks,
    consents,
    streams,
    viewer_passwords,
    seat_refusals,
    retention,
);
