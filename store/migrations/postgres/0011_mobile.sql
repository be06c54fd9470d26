-- Mobile members: one stay away is one row from its registration to its end.
create table mobile_flow (
    id                   text primary key,
    status               text not null,
    version              bigint not null,
    created_by           text not null,
    created_at           timestamptz not null,
    submitted_by         text,
    updated_at           timestamptz not null,
    deleted_at           timestamptz,
    -- the member
    flow_no              text unique,           -- LDyyyymmdd and six digits, when it is registered
    member_id            text,
    member_key           text not null,         -- HMAC of the identity number
    member_name          text,
    party_status         text,
    joined_on            date,
    converted_on         date,
    contact              text,
    has_activity_cert    boolean,
    entry_channel        text,
    -- where from
    origin_scope         text,
    origin_org           text references party_org (id),
    origin_org_path      text collate "C",
    origin_org_name      text,
    origin_org_code      text,
    origin_contact       text,
    origin_phone         text,
    origin_unit_nature   text,
    -- where to
    destination_scope    text,
    destination_division text,
    destination_kind     text,
    destination_org      text references party_org (id),
    destination_org_path text collate "C",
    destination_address  text,
    flow_reason          text,
    flow_type            text,
    outflow_on           date,
    expected_return_on   date,
    -- taken over
    verify_method        text,
    verified_by          text,
    verified_on          date,
    accepted_at          timestamptz,
    managing_branch      text references party_org (id),
    managing_branch_path text collate "C",
    managing_contact     text,
    managing_group       text,
    talk_on              date,
    dues_note            text,
    talent               text,
    volunteer_wish       text,
    managed_on           date,
    provisional          boolean,
    materials_complete   boolean,
    -- handed over within the city
    target_org           text references party_org (id),
    target_org_path      text collate "C",
    handover_reason      text,
    change_reason        text,
    -- sent back
    return_reason        text,
    return_note          text,
    return_contact       text,
    return_phone         text,
    return_proof         text,
    last_contact_on      date,
    returned_by_org      text references party_org (id),
    return_count         bigint,
    escalated            boolean,
    -- how it goes on and ends
    status_since         date,
    info_updated_on      date,
    frequent             boolean,
    back_on              date,
    performance_note     text,
    reject_reason        text,
    end_reason           text,
    ended_on             date,
    ended_at             timestamptz
);
-- A member is away once at a time (MOB-001).
create unique index mobile_flow_open on mobile_flow (member_key) where ended_at is null and deleted_at is null;
create index mobile_flow_member on mobile_flow (member_key);
-- Lists: what lies below a node on each side, newest first.
create index mobile_flow_origin on mobile_flow (origin_org_path, id desc);
create index mobile_flow_destination on mobile_flow (destination_org_path, id desc);
create index mobile_flow_manager on mobile_flow (managing_branch_path, id desc);
create index mobile_flow_target on mobile_flow (target_org_path, id desc);

-- Where a stay went instead. Rows are only ever added.
create table destination_change (
    flow          text not null references mobile_flow (id),
    seq           bigint not null,              -- from 1 within the stay
    action        text not null,                -- what changed it
    from_scope    text,
    from_division text,
    from_org      text,
    to_scope      text,
    to_division   text,
    to_org        text,
    reason        text not null,
    side          text not null,                -- for whom it was asked: origin | destination | manager | target
    changed_by    text not null,
    changed_at    timestamptz not null,
    primary key (flow, seq)
);

-- What one organisation vouches for to another about a stay (F31).
create table endorsement (
    id                text primary key,
    status            text not null,
    version           bigint not null,
    created_by        text not null,
    created_at        timestamptz not null,
    submitted_by      text,
    updated_at        timestamptz not null,
    deleted_at        timestamptz,
    flow              text references mobile_flow (id),
    kind              text,
    member_name       text,
    issuer_org        text references party_org (id),
    issuer_org_path   text collate "C",
    receiver_org      text references party_org (id),
    receiver_org_path text collate "C",
    period_from       date,
    period_to         date,
    content           text,
    conclusion        text,
    issued_on         date
);
create index endorsement_flow on endorsement (flow, kind, status);
create index endorsement_issuer on endorsement (issuer_org_path, id desc);
create index endorsement_receiver on endorsement (receiver_org_path, id desc);

-- Running numbers, one row a kind and day. The row is locked until commit, so no number is given twice and
-- one that was rolled back is given again.
create table number_counter (
    kind text not null,
    day  date not null,
    last bigint not null,
    primary key (kind, day)
);

create function destination_change_is_kept() returns trigger language plpgsql as $$
begin
    raise exception 'changes of destination are append-only';
end $$;
create trigger destination_change_kept before update or delete or truncate on destination_change
for each statement execute function destination_change_is_kept();
