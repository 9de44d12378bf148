#!/usr/bin/env python3
"""Holds generated parsers against an interpreter of the language, on random descriptions and files.

usage: compare.py PARSERGEN REFERENCE FIRST COUNT [FOLDER]

PARSERGEN is the built program, REFERENCE an interpreter with the command line and the JSON of `parsergen dump`, as a Python
module with the classes of ksy_reference.py. The descriptions are those of the seeds FIRST, FIRST + 1 and so on; FOLDER is
where they and the results are left. Prints every difference, and ends with status 1 if there is one.
"""
import importlib.util
import json
import os
import re
import signal
import subprocess
import sys
import tempfile

import descriptions


def strict(reference):
    """Makes the interpreter as strict as generated parsers are, and as Kaitai's own are: what has not been parsed is an
    error wherever it is used, raw bytes are read before arguments are evaluated, and what follows bits begins at a byte."""
    plain_value, plain_like, plain_read = reference.Scope.value, reference.Object.like, reference.Object.read
    plain_eval = reference.Object.eval

    def missing(what):
        return reference.Failure("NullError", what)

    def value(self, node):
        def some(part):
            result = self.value(part)
            if result is None:
                raise missing(node[0])
            return result
        if node[0] == "join":
            for part in node[1]:
                some(part)
        elif node[0] == "if":
            return self.value(node[2] if some(node[1]) else node[3])
        elif node[0] == "not":
            return not some(node[1])
        elif node[0] == "op" and node[1] == "and":
            return bool(some(node[2])) and bool(some(node[3]))
        elif node[0] == "op" and node[1] == "or":
            return bool(some(node[2])) or bool(some(node[3]))
        return plain_value(self, node)

    def like(a, b):
        if a is None:
            raise missing("switch-on")
        return plain_like(a, b)

    def evaluate(self, text, **local):
        result = plain_eval(self, text, **local)
        caller = sys._getframe(1)
        attr = caller.f_locals.get("attr")
        if result is None and isinstance(attr, dict) and attr.get("if") == text != attr.get("value"):
            raise missing("if")
        return result

    def user(self, kind, attr, io, local, partial=None):
        match = re.fullmatch(r"([\w:]+)\s*(?:\((.*)\))?", kind.strip(), re.S)
        spec = self.world.type([each for each in match[1].split("::") if each], self.type)
        if any(key in attr for key in ("size", "size-eos", "terminator")):
            base = (io.base[0], io.base[1] + io.pos) if "process" not in attr else None
            io = reference.Stream(self.raw(attr, io, local), base)
        made = reference.Object(
            self.world, spec, io, self, self.root, self.arguments(match[2], local) if match[2] else [], self.le)
        try:
            made.read()
        except reference.Failure:
            if partial is not None:
                partial(made)
            raise
        return made

    class Aligned(list):
        def __iter__(self):
            was = False
            for attr in list.__iter__(self):
                now = re.fullmatch(r"b\d+(le|be)?", str(attr.get("type"))) is not None
                if was and not now:
                    self.io.align()
                was = now
                yield attr

    def read(self):
        kind, fields = self.type, Aligned(self.type.seq)
        fields.io = self.io

        class View:
            def __getattr__(self, name):
                return fields if name == "seq" else getattr(kind, name)
        self.type = View()
        try:
            plain_read(self)
        finally:
            self.type = kind

    reference.Scope.value, reference.Object.like = value, staticmethod(like)
    reference.Object.eval, reference.Object.user, reference.Object.read = evaluate, user, read


class Late(BaseException):
    pass


def late(*_):
    raise Late()


def interpreted(reference, job):
    """The interpreter's result; None where it has none after some seconds, or stumbles itself."""
    signal.alarm(6)
    try:
        result = reference.run(job)
    except (Late, RecursionError):
        return None
    finally:
        signal.alarm(0)
    return None if result["status"] in ("compile_error", "invalid_description") else result


def differences(ours, theirs, path=""):
    if isinstance(ours, dict) and isinstance(theirs, dict):
        if "$error" in ours and "$error" in theirs:
            if ours["$error"].get("kind") != theirs["$error"].get("kind"):
                yield f"{path}: {ours}, the reference has {theirs}"
            return
        for key in list(ours) + [key for key in theirs if key not in ours]:
            if key not in theirs or key not in ours:
                yield f"{path}/{key}: only {'ours' if key in ours else 'the reference'} has it"
            else:
                yield from differences(ours[key], theirs[key], f"{path}/{key}")
    elif isinstance(ours, list) and isinstance(theirs, list):
        if len(ours) != len(theirs):
            yield f"{path}: {len(ours)} elements, the reference has {len(theirs)}"
        for index, (one, other) in enumerate(zip(ours, theirs)):
            yield from differences(one, other, f"{path}/{index}")
    elif ours != theirs or isinstance(ours, bool) != isinstance(theirs, bool):
        # The reference's integers have no end.
        is_large = isinstance(theirs, int) and not -2**63 <= theirs < 2**64
        if not (is_large and isinstance(ours, dict) and ours.get("$error", {}).get("kind") == "OverflowError"):
            yield f"{path}: {str(ours)[:200]}, the reference has {str(theirs)[:200]}"


def main():
    parsergen, reference_path, first, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    folder = sys.argv[5] if len(sys.argv) > 5 else tempfile.mkdtemp(prefix="random-descriptions-")
    os.makedirs(folder, exist_ok=True)
    signal.signal(signal.SIGALRM, late)
    spec = importlib.util.spec_from_file_location("reference", reference_path)
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    strict(reference)

    jobs = []
    for seed in range(first, first + count):
        text, inputs = descriptions.make(seed)
        path = f"{folder}/{seed}.ksy"
        with open(path, "w") as file:
            file.write(text)
        for index, data in enumerate(inputs):
            with open(f"{folder}/{seed}.{index}", "wb") as file:
                file.write(data)
            jobs.append({"id": f"{seed}.{index}", "spec": path, "file": f"{folder}/{seed}.{index}"})
    with open(f"{folder}/jobs.jsonl", "w") as file:
        file.writelines(json.dumps(job) + "\n" for job in jobs)
    subprocess.run([parsergen, "dump", "--jobs", f"{folder}/jobs.jsonl", "--output", f"{folder}/results.jsonl"], check=True)

    compared = different = 0
    with open(f"{folder}/results.jsonl") as file:
        for job, line in zip(jobs, file):
            ours = json.loads(line)
            if ours["status"] not in ("ok", "parse_error"):
                print(f"{job['id']}: {ours['status']}: {ours['error']['message'][:300]}")
                continue
            theirs = interpreted(reference, job)
            if theirs is None:
                continue
            compared += 1
            found = list(differences(ours.get("value"), theirs.get("value")))
            kinds = [each.get("error", {}).get("kind") for each in (ours, theirs)]
            if ours["status"] != theirs["status"] or kinds[0] != kinds[1]:
                found.append(f"{ours['status']} {kinds[0]}, the reference has {theirs['status']} {kinds[1]}")
            if found:
                different += 1
                print(f"{job['id']}: " + "\n    ".join(found[:5]))
    print(f"{compared} of {len(jobs)} files compared, {different} differ; all is in {folder}")
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
