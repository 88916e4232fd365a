//! What the descriptions say of the APIs as a whole.

/// An API of the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Api {
    /// For people and scripts.
    People,
    /// For agents.
    Agents,
}

impl Api {
    /// Both.
    pub const ALL: &'static [Self] = &[Self::People, Self::Agents];

    /// The API that a path belongs to.
    pub fn of(path: &str) -> Self {
        if path.starts_with("/agent/") { Self::Agents } else { Self::People }
    }

    /// Its name.
    pub const fn title(self) -> &'static str {
        match self {
            Self::People => "Deskwarden",
            Self::Agents => "Deskwarden for agents",
        }
    }

    /// What there is to know before the first call, in Markdown.
    pub const fn introduction(self) -> &'static str {
        match self {
            Self::People => {
                "Sessions of every kind, who uses them, and what can be asked of them.\n\n\
                 Send `Authorization: Bearer` with an API token (`dw_…`) or with the access token from \
                 `POST /api/v1/auth/sign-in`. Ids are decimal strings, times are UTC in RFC 3339, durations are \
                 seconds. Errors are RFC 9457 problem details: `code` is stable, `field` names what was refused, \
                 `request_id` finds the request in the server's log. A parameter that an address does not have is \
                 an error."
            }
            Self::Agents => {
                "What an agent says and hears. It dials out: `enrol` once, `hello` after each start, then reports \
                 and beats up, and a streamed GET of orders down. Send `Authorization: Bearer` with the agent's key \
                 (`dwa_…`). A published version never changes its shape."
            }
        }
    }

    /// Where its description is served.
    pub const fn address(self) -> &'static str {
        match self {
            Self::People => "/api/v1/openapi.json",
            Self::Agents => "/agent/v1/openapi.json",
        }
    }

    /// Its file under `api-spec/`.
    pub const fn file(self) -> &'static str {
        match self {
            Self::People => "v1.json",
            Self::Agents => "agent/v1.json",
        }
    }
}

/// The sessions, with the grammar of filters. A test reads each line of code.
pub const SESSIONS: &str = "The list, one session, its timeline, verbs, plans, bulk actions, the live feed.

### The filter `q`

Terms, separated by spaces, are joined by *and*; `-` in front of a term is *not*. There are no parentheses, and no *or* \
between fields. A term is a field with an operator and values, or a text alone, which is looked for in user, email, app, \
provision, status and device, as an exact session id, and at the start of an address; an address or a network \
(`198.51.100.0/24`) alone finds what `ip:` finds. Case does not count. \
`GET /api/v1/sessions/fields` says which operators and words each field takes.

```
status:running,stopped
-app:xterm
app~term
duration>=8h
user:\"Anna Baker\",ben
app:\"say \\\"hi\\\"\"
provision:none -provision:\"none\"
user:me
ip:198.51.100.0/24,2001:db8::7
started_at:2026-11-21
started_at>2026-11-21
started_at>=2026-11-21T14:05:00Z
ended_at>-7d
anna -status:removed
```

- `:` equals, `~` contains; `>`, `>=`, `<` and `<=` compare ids, times and lengths of time. Behind `:` and `~` commas are *or*.
- Values and texts with spaces stand in double quotes, values with commas too; in quotes `\\\"` is a quote and `\\\\` is a `\\`.
- `none` is where there is nothing, on fields that can be empty; `me` is whoever asks. In quotes both are texts.
- An address field takes addresses and networks (CIDR); `~` finds a part of an address.
- A date is a whole day in the tenant's time zone: `started_at:2026-11-21` is within that day, `>2026-11-21` after all of it, \
`>=2026-11-21` from its start on. Times are also RFC 3339 with a zone, `today` and `yesterday`, or relative: `-90m`, `-12h`, `-7d`.
- Lengths of time are `90m`, `8h`, `2d`; a number alone is minutes.
- In an address `+` is a space: send `%2B` for a plus.

An error, `invalid_filter`, has the position in the filter, in characters from 0, and what could stand there.";

/// Each tag with what it holds, in the order of the pages.
pub const TAGS: &[(&str, &str)] = &[
    ("Signing in", "Access tokens, the refresh cookie, one-time links."),
    ("Sessions", SESSIONS),
    ("Views", "Saved lists: a filter, an order and columns under a name."),
    ("Exports", "Lists as files: CSV or JSON Lines, each fetched once by its ticket."),
    ("Hosts", "Machines with an agent, and codes to enrol more."),
    ("Launches", "What the caller may launch, and launching it."),
    ("Streams", "Screens in a browser, and the consent that watching one needs."),
    ("Seats", "How many connections may be open at a time, who has them, and people's devices."),
    ("People", "Users of the tenant and their groups."),
    ("Resources", "Apps and desktops, where they run, and the provisions that say who may launch them."),
    ("API tokens", "For scripts: scopes, expiry, revocation."),
    ("Audit", "Who did what, in a chain that shows every change."),
    ("Settings", "Of the tenant."),
    ("Health", "For whatever watches the server."),
    ("Agents", "Enrolment, hello, launches, reports, beats, orders."),
];
