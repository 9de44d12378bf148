"""What the makers and judges of files share.

A sample is a real file and what an independent program says of it: facts, by their path in the dump. A path leads
through keys and indices; `/#` at its end is the number of elements; `$ref` is followed.
"""
import dataclasses
import re
import subprocess


@dataclasses.dataclass
class Sample:
    name: str
    description: str  # below Examples/formats
    data: bytes
    facts: dict = dataclasses.field(default_factory=dict)
    error: str | None = None  # the kind of the error that ends the parse, where one must


def run(*command, data=None):
    """A program's output. A program that fails, or is not there, fails the test."""
    done = subprocess.run(command, input=data, capture_output=True)
    assert done.returncode == 0, f"{command[0]}: {done.stderr.decode(errors='replace')}"
    return done.stdout


def file_says(path):
    """What file(1) takes a file for."""
    return run("file", "-b", path).decode().strip()


def tshark(path, *fields, options=()):
    """The fields of each packet: a list of values for each field."""
    command = ["tshark", "-r", path, "-n", "-T", "fields", *options]
    for form in ["separator=/t", "occurrence=a", "aggregator=|"]:
        command += ["-E", form]
    for field in fields:
        command += ["-e", field]
    lines = run(*command).decode().splitlines()
    return [[value.split("|") if value else [] for value in line.split("\t")] for line in lines]


def number(text):
    return int(text, 0)


def match(pattern, text):
    """The groups of a pattern that must be found; numbers as integers."""
    found = re.search(pattern, text)
    assert found, f"{pattern!r} is not in {text!r}"
    return [int(each) if re.fullmatch(r"-?\d+", each) else each for each in found.groups()]
