-- Who may log in to the back office, as what, and what they were granted.

-- A person who logs in. Wrong passwords are counted in login_failure, so that names nobody has are locked
-- in the same way and can't be told from others.
create table account (
    id               text primary key,
    login_name       text not null unique,  -- lower case
    display_name     text not null,
    password_hash    text not null,         -- argon2id, with its parameters
    password_history text not null,         -- JSON array of the hashes before, newest first
    password_set_at  timestamptz not null,
    must_change      boolean not null,      -- the password is somebody else's choice
    totp_cell        text,                  -- secret of the second factor, SM4; null: none
    totp_pending     text,                  -- one that was shown and not yet confirmed, SM4
    totp_step        bigint not null,       -- newest time step used: none is good twice
    state            text not null,         -- active | disabled
    demo             boolean not null,      -- made for a demonstration: no production with it
    created_at       timestamptz not null,
    updated_at       timestamptz not null
);

-- An identity to choose after the login: somebody at work in an organisation. One person may have several.
create table post (
    id         text primary key,
    account_id text not null references account (id),
    org_id     text references party_org (id),   -- null: works for none, such as an administrator of the system
    title      text not null,
    valid_from date not null,
    valid_to   date,                        -- last day, to its end in Shanghai; null: open
    created_at timestamptz not null
);
create index post_account on post (account_id);

-- A role on a node. Its days lie inside those of its post and of the grant on whose strength it was given.
create table role_grant (
    id            text primary key,
    post_id       text not null references post (id),
    role          text not null,
    node_kind     text not null,            -- city | subtree | division | grid | own
    node_value    text not null,            -- path, code or id; empty for the city
    granted_by    text references role_grant (id),   -- null: by the installation itself
    valid_from    date not null,
    valid_to      date,                     -- last day, to its end in Shanghai; null: open
    temporary     boolean not null,
    reason        text not null,
    created_at    timestamptz not null,
    revoked_at    timestamptz,
    revoked_by    text,                     -- account; null with revoked_at: the installation
    revoke_reason text
);
create index role_grant_post on role_grant (post_id);
create index role_grant_granted_by on role_grant (granted_by);

-- Changes of grants take turns by locking this row: chains are checked and cut by one at a time.
create table grant_turn (
    id bigint primary key check (id = 1)
);
insert into grant_turn (id) values (1);

create table session (
    id               text primary key,
    token_hash       text not null unique,  -- SHA-256, hex
    account_id       text not null references account (id),
    post_id          text references post (id),   -- null: not chosen yet
    created_at       timestamptz not null,
    last_seen_at     timestamptz not null,  -- to the minute
    ip               text not null,
    device           text not null,
    second_factor_at timestamptz,
    ended_at         timestamptz,
    end_reason       text
);
create index session_account on session (account_id, ended_at);

-- Failures since the last success, by name. The hash, for people type passwords into the wrong field.
create table login_failure (
    name_hash    text primary key,          -- SHA-256 of the login name, hex
    failures     bigint not null,
    last_at      timestamptz not null,
    locked_until timestamptz
);
create index login_failure_last on login_failure (last_at);
