import io
import struct
import wave

from judging import Sample, file_says


def samples(write):
    for width in (1, 2, 3, 4):
        yield integers(write, width)
    yield floats(write)


def integers(write, width):
    """Written and read back by Python's own library."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(width)
        file.setframerate(44100)
        file.writeframes(bytes((index * 37 + 250) & 255 for index in range(6 * width)))
    data = buffer.getvalue()
    facts = {"/riff/format/bits_per_sample": width * 8}
    with wave.open(io.BytesIO(data)) as file:
        facts |= {"/riff/format/num_channels": file.getnchannels(), "/riff/format/sample_rate": file.getframerate(),
                  "/riff/chunks/1/num_frames": file.getnframes(),
                  "/riff/chunks/1/duration": file.getnframes() / file.getframerate(),
                  "/riff/chunks/1/body/frames/#": file.getnframes()}
        for frame in range(file.getnframes()):
            read = file.readframes(1)
            for channel in range(2):
                value = int.from_bytes(read[channel * width:][:width], "little", signed=width > 1)
                path = f"/riff/chunks/1/body/frames/{frame}/samples/{channel}" + ("/value" if width == 3 else "")
                facts[path] = value
    write(f"integers_{width * 8}.wav", data)
    return Sample(f"integers_{width * 8}.wav", "wav.ksy", data, facts)


def floats(write):
    """Floats in the extensible form, with information of odd length before the samples."""
    guid = bytes.fromhex("0300000000001000800000aa00389b71")
    form = struct.pack("<HHIIHHHHI", 0xfffe, 1, 8000, 32000, 4, 32, 22, 32, 4) + guid
    information = b"INFO" + b"IART" + struct.pack("<I", 5) + b"M\xfcr\x80\0" + b"\0"
    chunks = [(b"LIST", information), (b"fmt ", form), (b"fact", struct.pack("<I", 3)), (b"odd ", b"123"),
              (b"data", struct.pack("<3f", 0.5, -1.25, 3e-5))]
    padded = [code + struct.pack("<I", len(part)) + part + bytes(len(part) % 2) for code, part in chunks]
    body = b"WAVE" + b"".join(padded)
    data = b"RIFF" + struct.pack("<I", len(body)) + body
    says = file_says(write("floats.wav", data))
    assert "WAVE audio" in says and "mono 8000 Hz" in says, says
    samples = [struct.unpack("<f", struct.pack("<f", value))[0] for value in (0.5, -1.25, 3e-5)]
    facts = {f"/riff/chunks/4/body/frames/{index}/samples/0": value for index, value in enumerate(samples)}
    facts |= {"/riff/format/is_float": True, "/riff/format/extension/speakers/front_center": True,
              "/riff/format/extension/speakers/front_left": False, "/riff/chunks/0/body/items/0/text": "Mür€",
              "/riff/chunks/2/body/num_frames": 3, "/riff/chunks/3/code/$enum": None,
              "/riff/chunks/3/padding/$bytes": "00", "/riff/chunks/4/num_frames": 3}
    return Sample("floats.wav", "wav.ksy", data, facts)
