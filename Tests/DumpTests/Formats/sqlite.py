import os
import sqlite3
import struct

from judging import Sample

TABLE = """
pragma page_size = 512;
pragma user_version = -7;
create table item (id integer primary key, number, text text);
create index by_text on item (text);
insert into item values
  (1, 1.5, 'x'), (7, -8388608, 'né'), (300, 140737488355327, x'0102'), (301, null, ''), (302, 0, 1),
  (303, 1, zeroblob(900)), (304, -1, 'a'), (305, 300, 'b'), (306, -2147483648, 'c'), (307, -9223372036854775808, 'd');
with recursive n (i) as (select 1 union all select i + 1 from n where i < 60)
  insert into item (number, text) select i * 1000, 'row ' || i from n;
"""


def samples(write):
    path = write("data.sqlite", b"")
    os.remove(path)
    connection = sqlite3.connect(path)
    connection.executescript(TABLE)
    connection.commit()
    ask = lambda query: connection.execute(query).fetchall()
    pages, schema = ask("pragma page_count")[0][0], ask("select type, name, tbl_name, rootpage, sql from sqlite_schema")
    with open(path, "rb") as file:
        data = file.read()
    facts = {"/len_page": ask("pragma page_size")[0][0], "/header/num_pages": pages, "/pages/#": pages,
             "/header/user_version": -7, "/header/encoding/$enum": "utf_8",
             "/header/schema_cookie": ask("pragma schema_version")[0][0],
             "/header/sqlite_version_text": sqlite3.sqlite_version}
    for index, row in enumerate(schema):
        facts |= values(f"/pages/0/node/cells/{index}/body/payload", row)
    cells = dict(leaves(data, schema[0][3]))
    rows = ask("select id, null, number, text from item")
    assert set(cells) == {row[0] for row in rows} and len(rows) > 60
    for id, *row in rows:
        facts[f"{cells[id]}/row_id/value"] = id
        if id != 303:  # the one that goes on in another page
            facts |= values(f"{cells[id]}/payload", row)
    facts |= {f"{cells[303]}/overflow/is_spilled": True, f"{cells[303]}/len_payload/value": 905,
              f"{cells[303]}/payload/values/1/constant": 1}
    yield Sample("data.sqlite", "sqlite3.ksy", data, facts)


def values(place, row):
    """The columns of a record as the dump has them."""
    facts = {f"{place}/values/#": len(row)}
    for index, value in enumerate(row):
        column = f"{place}/values/{index}"
        if value is None:
            facts[f"{column}/is_null"] = True
        elif isinstance(value, float):
            facts[f"{column}/content"] = value
        elif isinstance(value, str):
            facts[f"{column}/content/value"] = value
        elif isinstance(value, bytes):
            facts[f"{column}/content/value/$bytes"] = value.hex().upper()
        elif value in (0, 1):
            facts[f"{column}/constant"] = value
        else:
            bits = value.bit_length() if value >= 0 else (~value).bit_length()
            is_odd = 15 < bits <= 23 or 31 < bits <= 47  # 3 or 6 bytes, which have a type of their own
            facts[f"{column}/content" + ("/value" if is_odd else "")] = value
    return facts


def leaves(data, root):
    """Row ids and the places of their cells, in a table of two levels."""
    page = lambda number: data[(number - 1) * 512:number * 512]
    count = struct.unpack(">H", page(root)[3:5])[0]
    starts = struct.unpack(f">{count}H", page(root)[12:12 + 2 * count])
    children = [struct.unpack(">I", page(root)[start:start + 4])[0] for start in starts]
    for child in children + [struct.unpack(">I", page(root)[8:12])[0]]:
        leaf = page(child)
        assert leaf[0] == 13
        for index in range(struct.unpack(">H", leaf[3:5])[0]):
            at = struct.unpack(">H", leaf[8 + 2 * index:10 + 2 * index])[0]
            _, at = varint(leaf, at)
            yield varint(leaf, at)[0], f"/pages/{child - 1}/node/cells/{index}/body"


def varint(data, at):
    value = 0
    while True:
        value, at = value << 7 | data[at] & 127, at + 1
        if data[at - 1] < 128:
            return value, at
