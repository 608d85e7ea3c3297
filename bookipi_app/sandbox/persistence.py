"""The sandbox's state as JSON: a whole snapshot, and a journal of what changed since, entry by entry.

Every entry says how a thing is now, not what was done to it, so that replaying a journal over a newer
snapshot ends in the same state.
"""

from dataclasses import asdict
from datetime import datetime
from operator import attrgetter

from bookipi_app.sandbox.company import Change, Company, Record, Reply
from bookipi_app.sandbox.jsontext import Json, JsonObject, Written, dump_bytes, objects
from bookipi_app.sandbox.world import App, Code, Commit, Grant, Happening, Token, World

_COMPANY_FIELDS = (
    "realm",
    "preset",
    "country",
    "currency",
    "zip_codes",
    "clock_offset",
    "expired",
)
_company_values = attrgetter(*_COMPANY_FIELDS)


def dump_world(world: World) -> JsonObject:
    """The whole state."""
    entries: list[JsonObject] = [_setting(world), _access(world), _webhooks(world)]
    for company in world.companies.values():
        entries.append(_company(company))
        for kind in company.records.values():
            entries += [_record(company, record) for record in kind.values()]
        entries += [_reply(company, key, reply) for key, reply in company.replies.items()]
    entries += [_commit(commit) for commit in world.commits]
    return {"version": 1, "entries": entries}


def load_world(world: World, snapshot: JsonObject) -> None:
    """Puts a snapshot's state in place of the present one."""
    world.companies.clear()
    world.commits.clear()
    for entry in objects(snapshot.get("entries")):
        apply_entry(world, entry)


def take_journal(world: World) -> list[JsonObject]:
    """What changed since the last call, as entries to append."""
    entries: list[JsonObject] = []
    for company in world.companies.values():
        if company.dirty or company.new_replies:
            entries.append(_company_change(company))
        for kind, record_id in company.dirty:
            entries.append(_record(company, company.records[kind][record_id]))
        entries += [_reply(company, key, company.replies[key]) for key in company.new_replies]
        company.dirty, company.new_replies = {}, []
    entries += [_commit(commit) for commit in _new_commits(world)]
    if world.access_changed:
        entries += [_access(world), _setting(world)]
        world.access_changed = False
    return entries


def _company_change(company: Company) -> JsonObject:
    """What is new about the company itself: most writes only make it count on."""
    before = company.journaled
    if _company_values(company) != before.get("held"):
        # The ZIP codes are the company's own dictionary, which may change in place.
        held = tuple(_held(company).values())
        company.journaled = {"held": held, "counters": company.counters.copy()}
        return _company(company)
    told: dict[str, int] = before["counters"]
    risen = {space: count for space, count in company.counters.items() if told.get(space) != count}
    told |= risen
    return {
        **{"is": "counted", "realm": company.realm},
        **{"counters": risen, "last_number": company.last_number},
    }


def _new_commits(world: World) -> list[Commit]:
    fresh: list[Commit] = []
    for commit in reversed(world.commits):
        if commit.number <= world.journaled:
            break
        fresh.append(commit)
    world.journaled = world.committed
    return fresh[::-1]


def apply_entry(world: World, entry: JsonObject) -> None:
    """Carries one entry into the state."""
    match entry.get("is"):
        case "company":
            _load_company(world, entry)
        case "counted":
            _count_on(world.companies[entry["realm"]], entry)
        case "record":
            _load_record(world.companies[entry["realm"]], entry)
        case "reply":
            _load_reply(world.companies[entry["realm"]], entry)
        case "commit":
            _load_commit(world, entry)
        case "access":
            _load_access(world, entry)
        case "webhooks":
            _load_webhooks(world, entry)
        case "setting":
            world.switches.change(entry["switches"])
            world.clock_offset = float(entry["clock_offset"])
            world.key_seed = entry.get("key_seed", world.key_seed)
            world.metered = {name: int(count) for name, count in entry.get("metered", {}).items()}
        case _:
            raise ValueError("the state file holds an unknown entry")


def _setting(world: World) -> JsonObject:
    kept = {"clock_offset": world.clock_offset, "key_seed": world.key_seed, "metered": dict(world.metered)}
    return {"is": "setting", "switches": world.switches.as_json(), **kept}


def _company(company: Company) -> JsonObject:
    return {"is": "company", **_held(company), **_counted(company)}


def _held(company: Company) -> JsonObject:
    held: JsonObject = dict(zip(_COMPANY_FIELDS, _company_values(company), strict=True))
    return {**held, "zip_codes": dict(company.zip_codes)}


def _load_company(world: World, entry: JsonObject) -> None:
    held = {name: entry[name] for name in _COMPANY_FIELDS}
    held["clock_offset"] = float(entry["clock_offset"])
    company = world.companies.get(entry["realm"])
    if company is None:
        company = Company(entry["realm"], entry["preset"], switches=world.switches)
        world.companies[company.realm] = company
    for name, value in held.items():
        setattr(company, name, value)
    _count_on(company, entry)


def _counted(company: Company) -> JsonObject:
    return {"counters": company.counters, "last_number": company.last_number}


def _count_on(company: Company, entry: JsonObject) -> None:
    company.last_number = entry["last_number"]
    for space, highest in entry["counters"].items():
        company.counters[space] = max(company.counters.get(space, 0), int(highest))


def _record(company: Company, record: Record) -> JsonObject:
    created = record.created.isoformat()
    return {
        "is": "record",
        "realm": company.realm,
        "kind": record.kind,
        "id": record.id,
        "token": record.token,
        "created": created,
        "updated": created if record.updated is record.created else record.updated.isoformat(),
        "body": record.body,
        "deleted": record.deleted,
    }


def _load_record(company: Company, entry: JsonObject) -> None:
    created, updated = datetime.fromisoformat(entry["created"]), datetime.fromisoformat(entry["updated"])
    record = Record(
        entry["kind"], entry["id"], int(entry["token"]), created, updated, entry["body"], entry["deleted"]
    )
    company.restore(record)


def _reply(company: Company, key: str, reply: Reply) -> JsonObject:
    """An answer in JSON is part of its entry as it stands, any other is a text in it."""
    as_json = reply.content_type.startswith("application/json")
    answer = {"answer": Written(reply.body)} if as_json else {"body": reply.body.decode("utf-8", "replace")}
    return {
        **{"is": "reply", "realm": company.realm, "requestid": key, "status": reply.status},
        **{"content_type": reply.content_type, **answer, "time": reply.time.isoformat()},
        "digest": reply.digest,
    }


def _load_reply(company: Company, entry: JsonObject) -> None:
    body = dump_bytes(entry["answer"]) if "answer" in entry else entry["body"].encode()
    time = datetime.fromisoformat(entry["time"])
    company.replies[entry["requestid"]] = Reply(
        int(entry["status"]), entry["content_type"], body, time, entry.get("digest", "")
    )


def _commit(commit: Commit) -> JsonObject:
    return {"is": "commit", **dict(zip(Commit._fields, commit, strict=True)), "time": commit.time.isoformat()}


def _load_commit(world: World, entry: JsonObject) -> None:
    if int(entry["number"]) <= world.committed:
        return
    saved: JsonObject = {name: value for name, value in entry.items() if name != "is"}
    saved["time"] = datetime.fromisoformat(entry["time"])
    commit = Commit(**saved)
    world.commits.append(commit)
    world.committed = world.journaled = commit.number


def _token(token: Token) -> JsonObject:
    return {"value": token.value, "issued": token.issued.isoformat(), "expires": token.expires.isoformat()}


def _read_token(entry: JsonObject) -> Token:
    return Token(
        entry["value"], datetime.fromisoformat(entry["issued"]), datetime.fromisoformat(entry["expires"])
    )


def _access(world: World) -> JsonObject:
    grants: list[JsonObject] = [
        {
            **{"client_id": grant.client_id, "realm": grant.realm, "scope": grant.scope, "code": grant.code},
            **{"revoked": grant.revoked, "consented": grant.consented.isoformat()},
            **{
                "access": [_token(token) for token in grant.access],
                "refresh": [_token(token) for token in grant.refresh],
            },
        }
        for grant in world.grants.values()
    ]
    codes: list[Json] = [
        {**asdict(code), "expires": code.expires.isoformat()} for code in world.codes.values()
    ]
    apps: list[Json] = [asdict(app) for app in world.apps.values()]
    return {"is": "access", "apps": apps, "grants": grants, "codes": codes, "sessions": world.sessions}


def _load_access(world: World, entry: JsonObject) -> None:
    world.apps.update({app["client_id"]: App(**app) for app in objects(entry["apps"])})
    world.sessions = dict(entry["sessions"])
    world.access_index.clear()
    for saved in objects(entry["codes"]):
        whole: JsonObject = {**saved, "expires": datetime.fromisoformat(saved["expires"])}
        code = Code(**whole)
        world.codes[code.value] = code
    for saved in objects(entry["grants"]):
        consented = datetime.fromisoformat(saved["consented"])
        grant = Grant(saved["client_id"], saved["realm"], saved["scope"], consented)
        grant.code, grant.revoked = saved["code"], saved["revoked"]
        grant.access = [_read_token(token) for token in objects(saved["access"])]
        grant.refresh = [_read_token(token) for token in objects(saved["refresh"])]
        world.grants[(grant.client_id, grant.realm)] = grant
        world.access_index.update({token.value: (grant.client_id, grant.realm) for token in grant.access})


def _webhooks(world: World) -> JsonObject:
    """Changes that no delivery was acknowledged for; deliveries are made anew from them after a restart."""
    waiting: list[JsonObject] = [
        {
            **{"event_id": entry.event_id, "client_id": entry.client_id, "realm": entry.realm},
            **{
                "due": entry.due.isoformat(),
                "change": {**asdict(entry.change), "time": entry.change.time.isoformat()},
            },
        }
        for entry in (
            *world.happenings,
            *(event for sent in world.deliveries.values() for event in sent.events),
        )
    ]
    return {"is": "webhooks", "waiting": waiting}


def _read_change(saved: JsonObject) -> Change:
    whole: JsonObject = {**saved, "time": datetime.fromisoformat(saved["time"])}
    return Change(**whole)


def _load_webhooks(world: World, entry: JsonObject) -> None:
    world.deliveries.clear()
    world.happenings = [
        Happening(
            *(saved["event_id"], saved["client_id"], saved["realm"]),
            _read_change(saved["change"]),
            datetime.fromisoformat(saved["due"]),
        )
        for saved in objects(entry["waiting"])
    ]
