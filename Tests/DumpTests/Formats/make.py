"""Makes the files of all formats in a folder, and writes what is known of each as a line of JSON to standard output."""
import json
import os
import sys

import bmp
import dns
import elf
import gif
import gzip_
import java
import network
import pcapng
import png
import sqlite
import tls
import truetype
import wav
import zip_

FORMATS = [png, gif, bmp, wav, zip_, gzip_, elf, sqlite, java, truetype, network, pcapng, dns, tls]


def main(folder):
    def write(name, data):
        path = os.path.join(folder, name)
        with open(path, "wb") as file:
            file.write(data)
        return path

    for each in FORMATS:
        for sample in each.samples(write):
            print(json.dumps({
                "name": sample.name, "description": sample.description, "file": write(sample.name, sample.data),
                "facts": sample.facts, "error": sample.error}))


main(sys.argv[1])
