-- Organisations in full (01 §1.1.1), their paths through time, divisions below the district, grids, members.
-- Prefixes are ranges, so what is searched by prefix is compared byte by byte.
alter table party_org alter column full_name type text collate "C";
alter table party_org alter column short_name type text collate "C";
alter table party_org alter column org_code type text collate "C";
alter table party_org alter column division_code type text collate "C";
alter table party_org add column national_uuid text;
alter table party_org add column formation_mode text; -- every branch has one
alter table party_org add column work_kind text; -- what a working committee works for
alter table party_org add column mobile_capability text; -- of mobile members' organisations: full | educate_only
alter table party_org add column is_temporary boolean not null default false;
alter table party_org add column is_mobile_org boolean not null default false;
alter table party_org add column is_new_domain boolean not null default false;
alter table party_org add column host_unit_ids jsonb not null default '[]'; -- JSON array of ids
alter table party_org add column units_explanation text; -- why a joint branch covers more than five units
alter table party_org add column unit_nature text;
alter table party_org add column established_on date;
alter table party_org add column approval_doc_no text;
alter table party_org add column approved_by_org_id text references party_org (id);
alter table party_org add column has_committee boolean not null default false;
alter table party_org add column secretary_member_id text;
alter table party_org add column term_no bigint;
alter table party_org add column term_years bigint;
alter table party_org add column term_start date;
alter table party_org add column term_end date;
alter table party_org add column term_extended_until date; -- last day of the delay that the superior approved
alter table party_org add column approval_authority_granted boolean; -- null until a person has entered it
alter table party_org add column few_since date; -- since when it has had fewer than three full members
alter table party_org add column contact_name text;
alter table party_org add column contact_phone text; -- SM4 cell
alter table party_org add column address text;
alter table party_org add column lng_gcj02 double precision; -- degrees
alter table party_org add column lat_gcj02 double precision;
alter table party_org add column lng_wgs84 double precision;
alter table party_org add column lat_wgs84 double precision;
alter table party_org add column status_on date; -- day of the last change of status
create index party_org_name on party_org (full_name);
create index party_org_short_name on party_org (short_name);
create index party_org_grid on party_org (grid_id);

-- The last number given out: a number in a path is never used again, not even that of a row that is gone.
create table party_org_number (
    id   bigint primary key check (id = 1),
    last bigint not null
);
insert into party_org_number (id, last) select 1, coalesce(max(no), 0) from party_org;

-- Where an organisation stood from when to when: statistics of a day use the path of that day.
create table org_path_history (
    org_id     text not null references party_org (id),
    path       text collate "C" not null,
    valid_from date not null,
    valid_to   date,                         -- first day no longer valid; null: now
    primary key (org_id, valid_from)
);
create unique index org_path_history_open on org_path_history (org_id) where valid_to is null;
create index org_path_history_path on org_path_history (path);
insert into org_path_history (org_id, path, valid_from)
select id, path, cast(created_at at time zone 'Asia/Shanghai' as date) from party_org;

-- Streets (9 digits) and villages (12): the code says which district they belong to.
create table division (
    code       text collate "C" primary key,
    name       text not null,
    valid_from date,
    valid_to   date,                         -- first day no longer in force
    successor  text                         -- the code that took its area over
);

create table grid (
    id                text primary key,
    grid_code         text not null unique,
    name              text not null,
    grid_type         text not null,        -- area | building | park | market | street_block | village | micro
    level             bigint not null,      -- 1 grid | 2 micro grid
    parent_grid_id    text references grid (id),
    street_org_id     text not null references party_org (id),
    division_code     text collate "C" not null,
    boundary          jsonb,                  -- GeoJSON, GCJ-02
    grid_lead_user_id text,
    grid_party_org_id text references party_org (id),
    main_position_id  text,
    status            text not null,        -- active | merged | split | retired
    valid_from        date not null,
    valid_to          date,                  -- first day no longer valid
    version           bigint not null,
    created_at        timestamptz not null,
    updated_at        timestamptz not null
);
create index grid_street on grid (street_org_id);
create index grid_parent on grid (parent_grid_id);

-- What became of a grid: visits and figures of the past stay with the old one.
create table grid_lineage (
    from_grid_id text not null references grid (id),
    to_grid_id   text not null references grid (id),
    kind         text not null,             -- merge | split
    on_day       date not null,
    primary key (from_grid_id, to_grid_id)
);

-- Members (01 §1.4). Cells are SM4 (crate seal), look-ups HMAC-SM3: no number stands here in plain.
create table party_member (
    id                    text primary key,
    national_uuid         text,
    name                  text collate "C" not null,
    id_card_no            text not null,    -- cell
    id_card_look_up       text not null,
    gender                text not null,
    nation                text not null,
    birth_date            date not null,
    native_place          text,
    education             text not null,
    degree                text,
    marital_status        text,
    person_category       text not null,    -- probationary | full
    membership_status     text not null,
    suspended_on          date,
    branch_id             text not null references party_org (id),
    branch_path           text collate "C" not null, -- copy of the branch's path: scope is a range over it
    party_group_id        text references party_org (id),
    join_date             date not null,
    join_type             text not null,
    conversion_date       date,
    work_start_date       date,
    job_post              text not null,
    employer_unit_id      text,
    employer_name         text,
    duty                  text,
    new_job_group         text,
    mobile                text,             -- cell
    mobile_look_up        text,
    phone_abroad          text,             -- cell
    residence_address     text not null,    -- cell
    residence_division    text not null,
    archive_location      text,
    is_mobile             boolean not null default false,
    is_lost_contact       boolean not null default false,
    lost_contact_on       date,
    on_probation_in_party boolean not null default false,
    rights_suspended      boolean not null default false,
    rectification_until   date,
    dues_paid_until       text,             -- yyyymm
    photo_file_id         text,
    specialties           jsonb not null,     -- JSON array of texts
    volunteer_intent      text,
    source                text not null,    -- national | district | local
    version               bigint not null,
    created_by            text not null,
    created_at            timestamptz not null,
    updated_at            timestamptz not null
);
-- One record on the books for one identity; those who left may come back with a new one.
create unique index party_member_identity on party_member (id_card_look_up)
where membership_status in ('normal', 'suspended');
create index party_member_identity_all on party_member (id_card_look_up);
create index party_member_mobile on party_member (mobile_look_up);
create index party_member_name on party_member (name, id);
create index party_member_branch on party_member (branch_id, id);
-- Lists of a subtree newest first, and counts by status, from the index alone.
create index party_member_scope on party_member (branch_path, id, membership_status, person_category);

-- Every change of membership with its resolution. Rows are only ever added.
create table membership_change (
    id              text primary key,       -- in the order of time
    member_id       text not null references party_member (id),
    from_category   text not null,
    to_category     text not null,
    from_status     text not null,
    to_status       text not null,
    effective_on    date not null,           -- the day on which it takes effect
    resolution      text not null,          -- id of the file
    approval_doc_no text not null,
    reason          text not null,
    branch_id       text not null references party_org (id),
    branch_path     text collate "C" not null,       -- of that moment
    recorded_by     text not null,
    recorded_at     timestamptz not null            -- the moment at which it was entered
);
create index membership_change_member on membership_change (member_id, id);
create index membership_change_scope on membership_change (branch_path, effective_on);

create function membership_change_is_kept() returns trigger language plpgsql as $$
begin
    raise exception 'the history of membership is append-only';
end $$;
create trigger membership_change_kept before update or delete or truncate on membership_change
for each statement execute function membership_change_is_kept();
