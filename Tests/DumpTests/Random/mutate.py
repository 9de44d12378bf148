#!/usr/bin/env python3
"""Damages descriptions by their grammar, and sees that the compiler neither crashes nor hangs, that it tells the place of
all that is wrong, and that what it accepts is Swift that compiles.

usage: mutate.py PARSERGEN MODULES SEED COUNT DESCRIPTION.ksy...

MODULES is the folder with the compiled module ParserRuntime. Keys are swapped, doubled, renamed and left out, values
replaced by those of other descriptions, expressions taken apart. Prints what it finds; what is printed can be had again by
its seed.
"""
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time

import yaml

TOKEN = re.compile(r"[A-Za-z_]\w*|\d+|\S")
WORDS = ["0", "-1", "1.5", "255", "99999999999999999999", "_", "_io", "_root", "_parent", "_index", "_sizeof", "true", '"a"',
         "[]", "[1]", "(", ")", "::", ".as<u4>", ".as<struct>", "sizeof<u1>", 'f"{a}"', "~", "not", "and", "?", ":", ".to_s",
         ".to_i", ".length", ".first", ".size", ".pos", "<<", "==", "/"]
KEYS = ["id", "type", "size", "size-eos", "repeat", "repeat-expr", "repeat-until", "if", "enum", "encoding", "terminator",
        "include", "consume", "eos-error", "pad-right", "process", "parent", "valid", "value", "pos", "io", "contents",
        "switch-on", "cases", "meta", "seq", "types", "instances", "enums", "params", "doc", "endian", "bit-endian", "imports",
        "to-string", "eq", "min", "max", "any-of", "expr", "in-enum"]


class Loader(yaml.SafeLoader):
    """Takes every scalar for a text."""
    yaml_implicit_resolvers = {}


class Mutator:
    def __init__(self, texts):
        self.trees, self.values, self.scalars = [], {}, []
        for text in texts:
            tree = yaml.load(text, Loader)
            if isinstance(tree, dict):
                self.trees.append(tree)
                self.collect(tree)

    def collect(self, tree):
        if isinstance(tree, dict):
            for key, value in tree.items():
                self.values.setdefault(str(key), []).append(value)
                self.collect(value)
        elif isinstance(tree, list):
            for value in tree:
                self.collect(value)
        else:
            self.scalars.append(tree)

    def containers(self, tree):
        if isinstance(tree, (dict, list)) and tree:
            yield tree
            for value in tree.values() if isinstance(tree, dict) else tree:
                yield from self.containers(value)

    def value(self, chance, key):
        return copy(chance.choice(self.values.get(key, self.scalars)))

    def expression(self, chance, text):
        tokens = TOKEN.findall(text) or ["a"]
        place = chance.randrange(len(tokens))
        other = TOKEN.findall(str(chance.choice(self.scalars)))
        how = chance.randrange(6)
        if how == 0:
            del tokens[place]
        elif how == 1:
            tokens[place] = chance.choice(WORDS)
        elif how == 2:
            tokens[place:place + 1] = other
        elif how == 3:
            tokens = ["("] + tokens + [")"] * chance.randint(0, 2)
        elif how == 4:
            tokens += [chance.choice(["+", "-", "*", "/", "%", "==", "<", "and", "or", "."])] + other
        else:
            chance.shuffle(tokens)
        return " ".join(tokens)

    def change_mapping(self, chance, mapping, containers):
        key = chance.choice(list(mapping))
        how = chance.randrange(10)
        if how == 0:
            del mapping[key]
        elif how == 1:
            mapping[chance.choice(KEYS)] = mapping.pop(key)
        elif how == 2:
            mapping[key] = self.value(chance, str(key))
        elif how == 3:
            mapping[key] = copy(chance.choice(self.scalars))
        elif how in (4, 5) and isinstance(mapping[key], str):
            mapping[key] = self.expression(chance, mapping[key])
        elif how == 6:
            other = chance.choice(list(mapping))
            mapping[key], mapping[other] = mapping[other], mapping[key]
        elif how == 7:
            new = chance.choice(KEYS)
            mapping[new] = self.value(chance, new)
        elif how == 8:
            mapping[key] = copy(chance.choice(containers))
        else:
            mapping[key] = chance.choice([{}, [], None, [mapping[key]], {"switch-on": "x", "cases": {"1": "u1", "_": "str"}}])

    def mutant(self, seed):
        chance = random.Random(seed)
        tree = copy(chance.choice(self.trees))
        for _ in range(chance.choice([1, 1, 2, 3, 6])):
            containers = list(self.containers(tree))
            if not containers:
                break
            chosen = chance.choice(containers)
            if isinstance(chosen, dict):
                self.change_mapping(chance, chosen, containers)
            else:
                place = chance.randrange(len(chosen))
                if chance.random() < 0.5:
                    del chosen[place]
                else:
                    chosen[place:] = copy(chosen[place:] * chance.choice([2, 3, 50]))
        text = yaml.dump(tree, Dumper=yaml.SafeDumper, sort_keys=False, width=10000, allow_unicode=True)
        # Texts that stood in no quotes.
        return re.sub(r"'(-?[0-9][0-9a-fA-Fx_]*|true|false|null)'", r"\1", text)


def copy(tree):
    return json.loads(json.dumps(tree))


def main():
    parsergen, modules, seed, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    texts = []
    for path in sys.argv[5:]:
        with open(path, encoding="utf-8") as file:
            texts.append(file.read())
    mutator = Mutator(texts)
    folder = tempfile.mkdtemp(prefix="mutants-")
    found = accepted = 0
    for number in range(seed, seed + count):
        path = f"{folder}/m{number}.ksy"
        with open(path, "w", encoding="utf-8") as file:
            file.write(mutator.mutant(number))
        problems = []
        start = time.monotonic()
        try:
            check = subprocess.run([parsergen, "check", path], capture_output=True, text=True, timeout=60)
            if check.returncode not in (0, 1):
                problems.append(f"status {check.returncode}: {check.stderr[-300:]}")
            for line in (check.stdout + check.stderr).splitlines():
                if " error: " in line and not re.match(r".*:\d+:\d+: error: ", line):
                    problems.append(f"no place: {line}")
        except subprocess.TimeoutExpired:
            problems.append("no end")
        else:
            if time.monotonic() - start > 5:
                problems.append(f"{time.monotonic() - start:.0f} seconds")
            if check.returncode == 0:
                accepted += 1
                problems += compiled(parsergen, modules, path, folder) if accepted % 10 == 0 else []
        if problems:
            found += 1
            print(f"{path}: " + "; ".join(problems), flush=True)
        else:
            os.remove(path)
    print(f"{count} mutants, {accepted} of them accepted, {found} with problems")
    sys.exit(1 if found else 0)


def compiled(parsergen, modules, path, folder):
    out = f"{folder}/out"
    subprocess.run(["rm", "-rf", out], check=True)
    generated = subprocess.run([parsergen, "generate", path, "--output", out], capture_output=True, text=True, timeout=60)
    if generated.returncode != 0:
        return [f"check accepts what generate does not: {generated.stderr[-300:]}"]
    files = [f"{out}/{name}" for name in os.listdir(out) if name.endswith(".swift")]
    result = subprocess.run(
        ["swiftc", "-typecheck", "-swift-version", "6", "-I", modules] + files, capture_output=True, text=True, timeout=300)
    return [line for line in result.stderr.splitlines() if ": error: " in line or ": warning: " in line][:3]


if __name__ == "__main__":
    main()
