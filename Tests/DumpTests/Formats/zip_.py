import io
import zipfile

from judging import Sample, run


def samples(write):
    yield written_by_python(write)
    yield written_by_zip(write)


def written_by_python(write):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.comment = b"a comment with PK in it"
        first = zipfile.ZipInfo("naïve.txt", (2024, 2, 29, 23, 59, 58))
        first.external_attr, first.create_system, first.comment = 0o644 << 16, 3, b"of the file"
        archive.writestr(first, "hello " * 40, zipfile.ZIP_DEFLATED)
        archive.writestr(zipfile.ZipInfo("plain", (1980, 1, 1, 0, 0, 0)), b"stored")
    data = buffer.getvalue()
    write("python.zip", data)
    return Sample("python.zip", "zip.ksy", data, facts(data) | {
        "/end_record/comment": "a comment with PK in it", "/candidates/#": 24,
        "/directory/entries/0/comment": "of the file", "/directory/entries/0/permissions": 0o644,
        "/directory/entries/1/file/data/$bytes": b"stored".hex().upper()})


def written_by_zip(write):
    """To a pipe, so that the lengths stand behind the data."""
    path = write("input.txt", b"hello hello hello")
    data = run("sh", "-c", f"cat {path} | zip -q - - | cat")
    return Sample("pipe.zip", "zip.ksy", data, facts(data) | {
        "/directory/entries/0/file/has_long_lengths": True, "/directory/entries/0/file/descriptor/len_uncompressed": 17,
        "/directory/entries/0/file/descriptor/crc": zipfile.ZipFile(io.BytesIO(data)).infolist()[0].CRC})


def facts(data):
    """What Python's own library reads."""
    found = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        found["/directory/entries/#"] = found["/end_record/num_entries"] = len(entries)
        for index, entry in enumerate(entries):
            place = f"/directory/entries/{index}"
            year, month, day, hour, minute, second = entry.date_time
            found |= {
                f"{place}/name": entry.filename, f"{place}/ofs_file": entry.header_offset,
                f"{place}/common/crc": entry.CRC, f"{place}/common/len_compressed": entry.compress_size,
                f"{place}/common/len_uncompressed": entry.file_size,
                f"{place}/common/compression_method/value": entry.compress_type,
                f"{place}/common/modified/year": year, f"{place}/common/modified/month": month,
                f"{place}/common/modified/day": day, f"{place}/common/modified/hour": hour,
                f"{place}/common/modified/minute": minute, f"{place}/common/modified/second": second,
                f"{place}/file/len_data": entry.compress_size}
    return found
