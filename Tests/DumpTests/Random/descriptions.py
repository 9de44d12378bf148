"""Random descriptions that are right, with random files: `make(seed)` gives the text of one and some inputs.

A description is made type by type; whoever makes an expression knows which names there are and what they are, so that
nearly all descriptions are accepted, and what comes of them is worth comparing.
"""
import random

INTEGERS = ["u1", "s1", "u2", "s2", "u4", "s4", "u8", "s8", "u2le", "u2be", "s4le", "u4be", "s8be", "u8le"]
ENCODINGS = ["ASCII", "UTF-8", "UTF-16LE", "UTF-16BE", "ISO-8859-1", "windows-1252", "IBM437"]


class Member:
    """What an expression can name: a field, an instance or a parameter."""

    def __init__(self, name, kind, small=False, sure=True, of=None):
        self.name, self.kind, self.small, self.sure, self.of = name, kind, small, sure, of


class Type:
    def __init__(self, name, path):
        self.name, self.path, self.members, self.params, self.types = name, path, [], [], []
        self.text = {}
        self.parent = None  # where there is exactly one type that parses this one
        self.root = None


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.count = 0
        self.computed = False
        self.enums = {}

    def chance(self, share):
        return self.random.random() < share

    def pick(self, *choices):
        return self.random.choice(choices)

    def fresh(self, prefix):
        self.count += 1
        return f"{prefix}{self.count}"

    # descriptions

    def description(self):
        root = Type("root_type", "root_type")
        root.root = root
        root.text["meta"] = {"id": "root_type", "endian": self.pick("le", "be"), "bit-endian": self.pick("le", "be"),
                             "encoding": self.pick(*ENCODINGS)}
        for _ in range(self.random.randint(1, 2)):
            name = self.fresh("e")
            values = self.random.sample(range(0, 12), 4)
            self.enums[name] = {value: f"{name}_m{value}" for value in values}
        root.text["enums"] = self.enums
        leaves = [self.leaf(root) for _ in range(self.random.randint(1, 3))]
        self.fill(root, leaves, depth=0)
        return root.text

    def leaf(self, root):
        """A type with parameters that other types use."""
        made = Type(self.fresh("t"), None)
        made.root = root
        made.is_leaf = True
        for _ in range(self.random.randint(0, 2)):
            kind = self.pick("int", "int", "bool", "str", "bytes", "float")
            member = Member(self.fresh("p"), kind, small=kind == "int")
            type_name = {"int": "s8", "bool": "bool", "str": "str", "bytes": None,
                         "float": "f8"}[kind]
            made.params.append((member, type_name))
            made.members.append(member)
        made.text["params"] = [{"id": member.name, **({"type": name} if name else {})} for member, name in made.params]
        if self.chance(0.2):
            made.text["meta"] = {"endian": self.pick("le", "be"), "bit-endian": self.pick("le", "be")}
        self.fill(made, [], depth=2)
        root.text.setdefault("types", {})[made.name] = made.text
        return made

    def fill(self, owner, usable, depth):
        seq = []
        for _ in range(self.random.randint(1, 6 if depth == 0 else 4)):
            seq.append(self.attribute(owner, usable))
        owner.text["seq"] = seq
        instances = {}
        for _ in range(self.random.randint(0, 5 if depth == 0 else 3)):
            name, made = self.instance(owner, usable)
            instances[name] = made
        if instances:
            owner.text["instances"] = instances
        for key in ("params",):
            if not owner.text.get(key):
                owner.text.pop(key, None)

    # attributes

    def attribute(self, owner, usable):
        made, member = self.element(owner, usable, self.fresh("f"))
        if self.chance(0.9):
            made = {"id": member.name, **made}
            known = True
        else:
            known = False
        if self.chance(0.12):
            made["if"] = self.expression(owner, "bool")
            member.sure = False
        self.repeat(owner, made, member)
        if known:
            owner.members.append(member)
        return made

    def repeat(self, owner, made, member):
        if not self.chance(0.18):
            return
        how = self.pick("expr", "expr", "eos", "until")
        made["repeat"] = how
        if how == "expr":
            made["repeat-expr"] = self.size(owner)
        elif how == "until":
            condition = {"int": "_ > 100 or _index >= 3", "str": "_.length > 3 or _index >= 2",
                         "bytes": "_.length > 3 or _index > 1"}.get(member.kind, "_index >= 2")
            made["repeat-until"] = condition + self.pick("", " or _io.eof")
        member.of = member.kind
        member.kind = "list"

    def element(self, owner, usable, name):
        kinds = ["int"] * 5 + ["bits"] * 3 + ["bytes"] * 3 + ["str"] * 3 + ["float", "contents", "enum"]
        if usable:
            kinds += ["user"] * 4 + ["switch"] * 2
        kind = self.random.choice(kinds)
        return getattr(self, "make_" + kind)(owner, usable, name)

    def make_int(self, owner, usable, name):
        kind = self.pick("u1", "u1", *INTEGERS)
        made = {"type": kind}
        if self.chance(0.12):
            made["valid"] = self.pick({"min": 0}, {"max": 200}, {"any-of": [0, 1, 2, 3, 4, 5]}, {"expr": "_ != 3"}, 0)
        return made, Member(name, "int", small=kind in ("u1", "s1"))

    def make_enum(self, owner, usable, name):
        enum = self.random.choice(list(self.enums))
        made = {"type": self.pick("u1", "b4", "u2", "b1"), "enum": enum}
        if self.chance(0.15):
            made["valid"] = {"in-enum": True}
        return made, Member(name, "enum", of=enum)

    def make_bits(self, owner, usable, name):
        count = self.pick(1, 1, 2, 3, 4, 5, 7, 8, 9, 12, 16, 31, 33, 64)
        made = {"type": f"b{count}" + self.pick("", "", "", "le", "be")}
        return made, Member(name, "bool" if count == 1 else "int", small=count <= 8)

    def make_float(self, owner, usable, name):
        return {"type": self.pick("f4", "f8", "f4le", "f8be")}, Member(name, "float")

    def make_contents(self, owner, usable, name):
        return {"contents": self.pick([0], [0, 0], [1], "A", [0x41, "B"])}, Member(name, "bytes")

    def extent(self, owner, made):
        """Where bytes end, in one of all ways."""
        how = self.pick("size", "size", "size", "eos", "terminator", "both")
        if how in ("size", "both"):
            made["size"] = self.size(owner)
        if how == "eos":
            made["size-eos"] = True
        if how in ("terminator", "both"):
            made["terminator"] = self.pick(0, 1, 2, 65)
            if self.chance(0.3):
                made["include"] = True
            if self.chance(0.3):
                made["consume"] = False
            if how == "terminator" and self.chance(0.6):
                made["eos-error"] = False
        if how != "terminator" and self.chance(0.3):
            made["pad-right"] = self.pick(0, 1, 32)

    def make_bytes(self, owner, usable, name):
        made = {}
        self.extent(owner, made)
        if self.chance(0.25):
            made["process"] = self.process(owner)
        return made, Member(name, "bytes")

    def process(self, owner):
        # A key must be a byte, and the key of several bytes must not be empty.
        return self.pick(f"xor({self.byte(owner)})", "xor([1, 2, 250])", "rol(3)", f"ror({self.byte(owner)} % 8)",
                         f"rol({self.byte(owner)} % 8)")

    def make_str(self, owner, usable, name):
        made = {"type": self.pick("str", "strz")}
        if made["type"] == "str" or self.chance(0.5):
            self.extent(owner, made)
        if self.chance(0.5):
            made["encoding"] = self.random.choice(ENCODINGS)
        wide = made.get("encoding", owner.root.text["meta"]["encoding"]).startswith("UTF-16")
        if wide and "terminator" in made:
            made["encoding"] = "ASCII"
        return made, Member(name, "str")

    def use(self, owner, leaf):
        if not leaf.params:
            return leaf.name
        return f"{leaf.name}({', '.join(self.expression(owner, member.kind, 1) for member, _ in leaf.params)})"

    def make_user(self, owner, usable, name):
        leaf = self.random.choice(usable)
        made = {"type": self.use(owner, leaf)}
        if self.chance(0.4):
            self.extent(owner, made)
            if self.chance(0.3):
                made["process"] = self.process(owner)
        return made, Member(name, "user", of=leaf)

    def make_switch(self, owner, usable, name):
        on = self.pick("int", "int", "enum", "str", "bool")
        values = {"int": ["0", "1", "2", "3", "65"], "str": ['"A"', '"0"', '""'], "bool": ["true", "false"]}
        enums = [each for each in owner.members if each.kind == "enum" and each.sure]
        if on == "enum" and not enums:
            on = "int"
        if on == "enum":
            member = self.random.choice(enums)
            subject, keys = member.name, [f"{member.of}::{label}" for label in self.enums[member.of].values()]
        else:
            subject = self.expression(owner, on, 1)
            keys = values[on]
            if on == "int":
                subject = f"({subject}) % 4"
        keys = self.random.sample(keys, min(len(keys), self.random.randint(1, 3)))
        choices = self.pick("user", "number", "mixed")
        numbers = ["u1", "u2le", "s4be", "f4le", "b3"] if choices == "mixed" else ["u1", "u2le", "s1"]
        cases = {}
        for key in keys + (["_"] if self.chance(0.4) else []):
            cases[key] = self.use(owner, self.random.choice(usable)) if choices == "user" or (
                choices == "mixed" and self.chance(0.5)) else self.random.choice(numbers)
        made = {"type": {"switch-on": subject, "cases": cases}}
        if choices == "user" and self.chance(0.5):
            made["size"] = self.size(owner)
        return made, Member(name, "other", sure=False)

    # instances

    def instance(self, owner, usable):
        name = self.fresh("i")
        if self.chance(0.65):
            kind = self.pick("int", "int", "int", "bool", "str", "str", "float", "enum", "bytes")
            made = {"value": self.expression(owner, "int" if kind == "enum" else kind)}
            member = Member(name, kind)
            if kind == "enum":
                member.of = self.random.choice(list(self.enums))
                made["value"] = f"({made['value']}) % 16"
                made["enum"] = member.of
        else:
            made, member = self.element(owner, usable, name)
            if self.chance(0.85):
                made["pos"] = self.size(owner)
            if self.chance(0.2):
                made["io"] = self.pick("_io", "_root._io")
            self.repeat(owner, made, member)
        if self.chance(0.15):
            made["if"] = self.expression(owner, "bool")
            member.sure = False
        owner.members.append(member)
        return name, made

    # expressions

    def members(self, owner, kind):
        return [each for each in owner.members if each.kind == kind and each.sure]

    def size(self, owner):
        if self.chance(0.5):
            return self.random.randint(0, 6)
        return f"{self.byte(owner)} % {self.random.randint(1, 9)}"

    def byte(self, owner):
        small = [each for each in self.members(owner, "int") if each.small]
        if not small:
            return str(self.random.randint(0, 255))
        return f"({self.random.choice(small).name} & 0xff)"

    def expression(self, owner, kind, depth=0):
        return getattr(self, "expr_" + kind)(owner, depth)

    def number(self, owner):
        found = self.members(owner, "int")
        if found and self.chance(0.7):
            member = self.random.choice(found)
            return member.name if member.small else f"({member.name} & 0xffff)"
        return self.pick(str(self.random.randint(0, 300)), hex(self.random.randint(0, 70000)), "0b101", "1_000")

    def expr_int(self, owner, depth=0):
        if depth > 3 or self.chance(0.25):
            return self.number(owner)
        one, other = self.expr_int(owner, depth + 1), self.expr_int(owner, depth + 1)
        choices = [
            f"({one} {self.pick('+', '-', '*')} {other}) % 65521", f"{one} {self.pick('&', '|', '^')} {other}",
            f"({one}) {self.pick('+', '-')} ({other})", f"({one}) / {self.random.randint(1, 9)}",
            f"({one}) % {self.random.randint(1, 90)}", f"-({one})", f"~({one})",
            f"(({one}) & 0xffff) << {self.random.randint(0, 9)}", f"({one}) >> {self.random.randint(0, 9)}",
            f"({self.expr_bool(owner, depth + 1)} ? {one} : {other})", "_io.size", "_io.pos",
            f"({self.expr_str(owner, depth + 1)}).length", f"({self.expr_bool(owner, depth + 1)}).to_i",
            f"({self.expr_bytes(owner, depth + 1)}).length", f"({one}).to_s.to_i", f"({one}) / ({other})",
            f"[{one}, {other}, 7][{self.random.randint(0, 2)}]", f"[{one}, {other}, 300].{self.pick('min', 'max', 'size')}",
            f"({self.expr_float(owner, depth + 1)}).to_i", f"({self.expr_str(owner, depth + 1)}).to_i",
        ]
        for member in self.members(owner, "list"):
            choices += [f"{member.name}.size"]
            if member.of == "int":
                choices += [f"({member.name}.{self.pick('first', 'last', 'min', 'max')} & 0xffff)",
                            f"({member.name}[{self.random.randint(0, 2)}] & 0xffff)"]
        for member in self.members(owner, "enum"):
            choices += [f"{member.name}.to_i"] * 2
        for member in self.members(owner, "bytes"):
            choices += [f"{member.name}[{self.random.randint(0, 2)}]", f"{member.name}.{self.pick('first', 'last')}"]
        for member in self.members(owner, "user"):
            inner = [each for each in member.of.members if each.kind == "int"]
            if inner:
                choices += [f"({member.name}.{self.random.choice(inner).name} & 0xffff)"] * 2
        return self.random.choice(choices)

    def expr_bool(self, owner, depth=0):
        found = self.members(owner, "bool")
        if found and self.chance(0.3):
            return self.random.choice(found).name
        if depth > 3:
            return self.pick("true", "false")
        op = self.pick("<", "<=", ">", ">=", "==", "!=")
        choices = [
            f"({self.expr_int(owner, depth + 1)} {op} {self.expr_int(owner, depth + 1)})",
            f"({self.expr_str(owner, depth + 1)} {op} {self.expr_str(owner, depth + 1)})",
            f"({self.expr_bytes(owner, depth + 1)} {op} {self.expr_bytes(owner, depth + 1)})",
            f"({self.expr_bool(owner, depth + 1)} {self.pick('and', 'or')} {self.expr_bool(owner, depth + 1)})",
            f"(not {self.expr_bool(owner, depth + 1)})", "_io.eof",
        ]
        for member in self.members(owner, "enum"):
            label = self.random.choice(list(self.enums[member.of].values()))
            choices += [f"({member.name} {self.pick('==', '!=')} {member.of}::{label})"]
        return self.random.choice(choices)

    def expr_str(self, owner, depth=0):
        found = self.members(owner, "str")
        if found and self.chance(0.4):
            return self.random.choice(found).name
        if depth > 3:
            return self.pick('"abc"', '"x\\n"', "'q'", '"42"', '"\\u20ac"')
        number = self.random.randint
        return self.random.choice([
            f"({self.expr_str(owner, depth + 1)} + {self.expr_str(owner, depth + 1)})",
            f"({self.expr_str(owner, depth + 1)}).reverse",
            f"({self.expr_str(owner, depth + 1)}).substring({number(0, 2)}, {number(2, 6)})",
            f"({self.expr_int(owner, depth + 1)}).to_s",
            f"({self.expr_bytes(owner, depth + 1)}).to_s(\"{self.pick('ASCII', 'UTF-8', 'ISO-8859-1')}\")",
            f"({self.expr_bool(owner, depth + 1)} ? {self.expr_str(owner, depth + 1)} : \"no\")",
            f"f\"v={{{self.simple(owner)}}};\"",
        ])

    def simple(self, owner):
        found = [each for kind in ("int", "str") for each in self.members(owner, kind)]
        return self.random.choice(found).name if found else "7"

    def expr_bytes(self, owner, depth=0):
        found = self.members(owner, "bytes")
        if found and self.chance(0.6):
            return self.random.choice(found).name
        return self.pick("[1, 2, 3]", "[0x41, 66]", "[255]", f"({self.expr_bool(owner, depth + 2)} ? [1] : [0, 2])")

    def expr_float(self, owner, depth=0):
        found = self.members(owner, "float")
        if found and self.chance(0.3):
            # The integer part of a number without end is nothing that both have.
            return self.pick("1.5", "2.25") if depth else self.random.choice(found).name
        if depth > 3:
            return self.pick("1.5", "0.25", "3.0", "-1.5")
        return self.random.choice([
            f"(({self.expr_int(owner, depth + 1)}) + 0.5)", f"({self.expr_float(owner, depth + 1)} * 0.5)",
            f"({self.expr_float(owner, depth + 1)} - ({self.expr_int(owner, depth + 1)}))", "2.5e3", "1.5",
        ])


# texts

def scalar(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str) and value and value.replace("_", "").replace("-", "").isalnum() and value[0].isalpha() \
            and value not in ("true", "false"):
        return value
    return "'" + str(value).replace("'", "''") + "'"


def lines(value, indent=0):
    pad = "  " * indent
    if isinstance(value, dict):
        for key, each in value.items():
            if isinstance(each, (dict, list)) and each:
                yield f"{pad}{scalar(key)}:"
                yield from lines(each, indent + 1)
            else:
                yield f"{pad}{scalar(key)}: {'{}' if each == {} else '[]' if each == [] else scalar(each)}"
    else:
        for each in value:
            if isinstance(each, dict):
                inner = list(lines(each, indent + 1))
                yield pad + "- " + inner[0].lstrip()
                yield from inner[1:]
            else:
                yield f"{pad}- {scalar(each)}"


def make(seed):
    """The text of a description, and inputs for it."""
    text = "\n".join(lines(Maker(seed).description())) + "\n"
    chance = random.Random(seed + 1)
    inputs = []
    for _ in range(4):
        size = chance.choice([0, 3, 10, 25, 60, 120])
        kind = chance.randint(0, 2)
        pool = [range(256), range(8), [0, 0, 1, 2, 3, 65, 66, 48, 49, 255, 128]][kind]
        inputs.append(bytes(chance.choice(pool) for _ in range(size)))
    return text, inputs


if __name__ == "__main__":
    import sys
    print(make(int(sys.argv[1]))[0], end="")
