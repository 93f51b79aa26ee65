"""words can be looked for: indexes of entries and of mails, kept by triggers.

Three of each, so that what stands in a name or heading is found first without walking through every
text that says the word: of names and numbers, of these with the heading, of all.

Triggers, so that no way of writing a row can forget them. On SQLite a table that is made anew (batch
mode) loses its triggers: whoever does that to one of these tables must make them again.
"""

import unicodedata

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# An entry's words in three columns: who and which number, what about, what was said of it.
_ENTRIES = """
CREATE VIEW complaint_words AS
SELECT complaint.id,
    number || ' ' || client_name || ' ' || complainant || ' ' || client_email || ' ' ||
        client_phone || ' ' || contract_ref || ' ' || claim_ref AS who,
    subject || ' ' || demand || ' ' || insurer || ' ' || coalesce((
        SELECT {joined}(party.name || ' ' || party.ref, ' ') FROM party
        WHERE party.complaint_id = complaint.id), '') AS what,
    note || ' ' || coalesce((
        SELECT {joined}(remark.said, ' ') FROM remark
        WHERE remark.about = complaint.number), '') || ' ' || coalesce((
        SELECT {joined}(answer.summary, ' ') FROM answer
        WHERE answer.complaint_id = complaint.id AND answer.state <> 'dropped'), '') AS said
FROM complaint WHERE purged_on IS NULL
"""
_ENTRY = (
    "number, client_name, complainant, client_email, client_phone, contract_ref, claim_ref, "
    "subject, demand, insurer, note, purged_on"
)
_WHO, _HEADING = ("sender_name", "sender_email"), ("sender_name", "sender_email", "subject")
_MAIL = (*_HEADING, "text", "read_text")
_TOKENS = "prefix='2 3', tokenize='unicode61 remove_diacritics 2'"
_ENTRY_INDEXES = {"names": ("who",), "heading": ("who", "what"), "all": ("who", "what", "said")}
_MAIL_INDEXES = {"names": _WHO, "heading": _HEADING, "all": _MAIL}
# Table, the columns that matter, and the entry that a row of it belongs to.
_PARTS = (
    ("complaint", _ENTRY, "{row}.id"),
    ("party", "complaint_id, name, ref", "{row}.complaint_id"),
    ("answer", "complaint_id, summary, state", "{row}.complaint_id"),
    ("remark", "about, said", "(SELECT id FROM complaint WHERE number = {row}.about)"),
)


def upgrade() -> None:
    # Until now: sender, subject and first words, folded. From now on: the words of the mail itself.
    # What stands there stays, found as before; writing every mail anew would take too long.
    _do("ALTER TABLE message RENAME COLUMN words TO text")
    if op.get_bind().dialect.name == "postgresql":
        _on_postgresql()
    else:
        _on_sqlite()


def _do(*statements: str) -> None:
    # Not through ``text``, which would take a colon for a parameter.
    for statement in statements:
        op.get_bind().exec_driver_sql(statement)


def _on_sqlite() -> None:
    _do(_ENTRIES.format(joined="group_concat"))
    forgets, learns = [], []
    for part, columns in _MAIL_INDEXES.items():
        index, names = f"message_search_{part}", ", ".join(columns)
        old, new = (", ".join(f"{row}.{name}" for name in columns) for row in ("old", "new"))
        _do(
            f"CREATE VIRTUAL TABLE {index} USING fts5 ({names}, content='message', "
            f"content_rowid='id', columnsize=0, {_TOKENS})",
            f"INSERT INTO {index} (rowid, {names}) "
            f"SELECT id, {names} FROM message WHERE erased_on IS NULL",
        )
        forgets.append(
            f"INSERT INTO {index} ({index}, rowid, {names}) "
            f"SELECT 'delete', old.id, {old} WHERE old.erased_on IS NULL;"
        )
        learns.append(
            f"INSERT INTO {index} (rowid, {names}) "
            f"SELECT new.id, {new} WHERE new.erased_on IS NULL;"
        )
    forget, learn = " ".join(forgets), " ".join(learns)
    watched = ", ".join((*_MAIL, "erased_on"))
    _do(
        f"CREATE TRIGGER message_search_insert AFTER INSERT ON message BEGIN {learn} END",
        f"CREATE TRIGGER message_search_update AFTER UPDATE OF {watched} ON message "
        f"BEGIN {forget} {learn} END",
        f"CREATE TRIGGER message_search_delete AFTER DELETE ON message BEGIN {forget} END",
    )
    for part, columns in _ENTRY_INDEXES.items():
        index, names = f"complaint_search_{part}", ", ".join(columns)
        _do(
            f"CREATE VIRTUAL TABLE {index} USING fts5 ({names}, {_TOKENS})",
            f"INSERT INTO {index} (rowid, {names}) SELECT id, {names} FROM complaint_words",
        )
    for table, watched, owner in _PARTS:
        for event, rows in (
            ("INSERT", ("new",)),
            (f"UPDATE OF {watched}", ("old", "new")),
            ("DELETE", ("old",)),
        ):
            again = " ".join(_written_again(owner.format(row=row)) for row in rows)
            name = f"complaint_search_{table}_{event.split()[0].lower()}"
            _do(f"CREATE TRIGGER {name} AFTER {event} ON {table} BEGIN {again} END")


def _written_again(entry: str) -> str:
    return " ".join(
        f"DELETE FROM complaint_search_{part} WHERE rowid = {entry}; "
        f"INSERT INTO complaint_search_{part} (rowid, {', '.join(columns)}) "
        f"SELECT id, {', '.join(columns)} FROM complaint_words WHERE id = {entry};"
        for part, columns in _ENTRY_INDEXES.items()
    )


def _on_postgresql() -> None:
    """Words as they are and their French stems, both without accents."""
    who = "coalesce(new.sender_name, '') || ' ' || coalesce(new.sender_email, '')"
    heading = f"{who} || ' ' || new.subject"
    whole = f"{heading} || ' ' || new.text || ' ' || coalesce(new.read_text, '')"
    mail = ", ".join(f"doleances_words({said})" for said in (who, heading, whole))
    entry = (
        "doleances_words(who), doleances_words(who || ' ' || what), "
        "doleances_words(who || ' ' || what || ' ' || said)"
    )
    _do(
        _fold(),
        # No more of a text: PostgreSQL would refuse a row whose words are more than 1 MB.
        "CREATE FUNCTION doleances_words(said text) RETURNS tsvector "
        "LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ "
        "SELECT to_tsvector('pg_catalog.simple', folded) || to_tsvector('pg_catalog.french', folded) "
        "FROM (SELECT doleances_fold(substr(said, 1, 80000)) AS folded) AS once $$",
        _ENTRIES.format(joined="string_agg"),
    )
    for table in ("message", "complaint"):
        _do(
            f"CREATE TABLE {table}_search (id integer PRIMARY KEY REFERENCES {table} ON DELETE CASCADE, "
            'names tsvector NOT NULL, heading tsvector NOT NULL, "all" tsvector NOT NULL)'
        )
    _do(
        f"INSERT INTO message_search SELECT new.id, {mail} FROM message AS new "
        "WHERE new.erased_on IS NULL",
        f"INSERT INTO complaint_search SELECT id, {entry} FROM complaint_words",
    )
    for table in ("message", "complaint"):
        for part in _ENTRY_INDEXES:
            name = f"ix_{table}_search_{part}"
            _do(f'CREATE INDEX {name} ON {table}_search USING gin ("{part}")')
    _do(
        "CREATE FUNCTION message_search_keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "DELETE FROM message_search WHERE id = new.id; "
        f"INSERT INTO message_search SELECT new.id, {mail} WHERE new.erased_on IS NULL; "
        "RETURN NULL; END $$",
        "CREATE TRIGGER message_search_keep AFTER INSERT OR "
        f"UPDATE OF {', '.join(_MAIL)}, erased_on ON message "
        "FOR EACH ROW EXECUTE FUNCTION message_search_keep()",
        "CREATE FUNCTION complaint_search_again(entry integer) RETURNS void LANGUAGE plpgsql AS $$ "
        "BEGIN DELETE FROM complaint_search WHERE id = entry; "
        f"INSERT INTO complaint_search SELECT id, {entry} "
        "FROM complaint_words WHERE id = entry; END $$",
    )
    for table, watched, owner in _PARTS:
        keep = f"complaint_search_keep_{table}"
        old, new = (
            f"PERFORM complaint_search_again({owner.format(row=row)});" for row in ("old", "new")
        )
        # A deleted entry takes its row of the index along (ON DELETE CASCADE).
        _do(
            f"CREATE FUNCTION {keep}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF TG_OP <> 'INSERT' THEN {old} END IF; "
            f"IF TG_OP <> 'DELETE' THEN {new} END IF; RETURN NULL; END $$",
            f"CREATE TRIGGER {keep} AFTER INSERT OR UPDATE OF {watched} OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {keep}()",
        )


def _fold() -> str:
    """A function that takes accents and punctuation away: no extension, which only an administrator
    may install, and every server does the same.
    """
    plain = {
        chr(code): decomposed[0].lower()
        for code in range(0xC0, 0x250)
        if (decomposed := unicodedata.normalize("NFKD", chr(code)))[0].isascii()
        and decomposed[0].isalpha()
        and all(unicodedata.combining(mark) for mark in decomposed[1:])
    }
    # \xa0 and on: no-break spaces, French quotes and dashes. A NUL cannot be in a text.
    marks = [chr(code) for code in range(1, 128) if not chr(code).isalnum()]
    marks += list("\xa0«»°·“”„‘’‚–—…•€\u202f\u2009\u200b\ufeff")
    gone = "".join(map(chr, range(0x300, 0x370)))
    before = "".join(plain) + "".join(marks) + gone  # the last have no counterpart: they go
    after = "".join(plain.values()) + " " * len(marks)
    quoted = before.replace("'", "''").replace("%", "%%")  # psycopg would see a parameter
    ligatures = "said"
    for letter, letters in (("œ", "oe"), ("Œ", "oe"), ("æ", "ae"), ("Æ", "ae"), ("ß", "ss")):
        ligatures = f"replace({ligatures}, '{letter}', '{letters}')"
    return (
        "CREATE FUNCTION doleances_fold(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE "
        f"AS $fold$ SELECT translate({ligatures}, '{quoted}', '{after}') $fold$"
    )
