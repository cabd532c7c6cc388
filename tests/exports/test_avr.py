"""The header of bytes on the processor of an Arduino Uno, simulated: its size, its memory, its rankings."""

import re
from pathlib import Path

import numpy as np
import pytest
from toolchain import STRICT, need, run

from charnet.exports import c
from charnet.networks import classify
from charnet.networks.json_file import Array
from charnet.networks.stored import find
from charnet.pictures import images

HERE = Path(__file__).parent
SKETCH = HERE.parent.parent / "examples/arduino/arduino.ino"
ARDUINO = Path("/usr/share/arduino/hardware/arduino/avr")  # Debian's arduino-core-avr
CORE = "main.cpp wiring.c hooks.c HardwareSerial.cpp HardwareSerial0.cpp Print.cpp Stream.cpp new.cpp abi.cpp"
FLASH, MEMORY = 16 * 1024, 1024  # bytes that the header and a program around it may take


@pytest.fixture(scope="module")
def header() -> str:
    return c.int8(find("letters"))


@pytest.fixture(scope="module")
def pictures() -> Array:
    """A starter letter of each label, as bytes (n, inputs)."""
    spec = classify.load("letters").spec
    letters = HERE.parent.parent / "data/letters"
    framed, errors = images.read_many((letters / label / "0.png" for label in spec.labels), spec)
    assert not errors
    return images.to_bytes(framed).reshape(len(framed), -1)


def on_this_machine(header: str, pictures: Array, folder: Path) -> list[list[int]]:
    """The rankings of the same header here: labels' indices, best first."""
    need("gcc")
    (folder / "charnet.h").write_text(header)
    (folder / "here.c").write_text(
        '#include <stdio.h>\n#include "charnet.h"\nint main(void) { float ink[CHARNET_INPUTS], out[CHARNET_OUTPUTS];\n'
        "while (fread(ink, sizeof ink, 1, stdin)) { charnet_rank(ink, out); fwrite(out, sizeof out, 1, stdout); }\n"
        "return 0; }\n"
    )
    run("gcc", "-std=c99", *STRICT, "here.c", "-o", "here", cwd=folder)
    ink = pictures.astype(np.float32) / np.float32(255)
    out = np.frombuffer(run(folder / "here", stdin=ink.tobytes()), np.float32).reshape(len(pictures), -1)
    return np.argsort(-out, axis=1, kind="stable").tolist()


def size(firmware: Path) -> tuple[int, int]:
    """Flash and memory of a program, without what its functions keep on the stack."""
    sections = dict(re.findall(r"^\.(\w+) +(\d+)", run("avr-size", "-A", firmware).decode(), re.MULTILINE))
    text, data, bss = (int(sections.get(name, 0)) for name in ("text", "data", "bss"))
    return text + data, data + bss


def test_it_fits_an_uno_and_ranks_as_here(header: str, pictures: Array, tmp_path: Path):
    need("avr-gcc", "simavr")
    expected = on_this_machine(header, pictures, tmp_path)
    rows = ",\n".join(f"{{{', '.join(map(str, row))}}}" for row in pictures)
    kind = "static const unsigned char pictures[PICTURES][CHARNET_INPUTS] PROGMEM"
    (tmp_path / "pictures.h").write_text(f"#define PICTURES {len(pictures)}\n{kind} = {{{rows}}};\n")
    target = ("-mmcu=atmega328p", "-Os", "-std=c99", "-I", tmp_path)
    run("avr-gcc", *STRICT, *target, HERE / "uno.c", "-o", tmp_path / "uno.elf")
    assert size(tmp_path / "uno.elf")[0] - pictures.size < FLASH
    printed = run(
        "sh", "-c", "simavr -m atmega328p -f 16000000 uno.elf 2>&1", cwd=tmp_path
    ).decode()  # it prints to both
    *rankings, used = re.findall(r"^(?:\x1b\[\d+m)*([\d ]+)\.", printed, re.MULTILINE)
    assert [list(map(int, line.split())) for line in rankings] == expected
    assert len(expected) == 26
    assert 640 < int(used) < MEMORY


def test_the_sketch_reads_letters_over_the_serial_port(header: str, pictures: Array, tmp_path: Path):
    need("avr-gcc", "gcc", str(ARDUINO), "/usr/include/simavr/sim_avr.h")
    expected = on_this_machine(header, pictures, tmp_path)
    (tmp_path / "sketch.cpp").write_text(f'#include <Arduino.h>\n#include "{SKETCH}"\n')
    core = ARDUINO / "cores/arduino"
    uno = ("-mmcu=atmega328p", "-DF_CPU=16000000L", "-DARDUINO=10819", "-DARDUINO_AVR_UNO", "-DARDUINO_ARCH_AVR")
    kept = ("-Os", "-ffunction-sections", "-fdata-sections", "-Wl,--gc-sections", "-fno-threadsafe-statics")
    folders = ("-I", core, "-I", ARDUINO / "variants/standard", "-I", tmp_path)
    sources = [core / name for name in CORE.split()]
    run(
        "avr-gcc",
        *uno,
        *kept,
        "-w",
        "-std=gnu++11",
        *folders,
        tmp_path / "sketch.cpp",
        *sources,
        "-o",
        tmp_path / "sketch.elf",
    )
    flash, memory = size(tmp_path / "sketch.elf")
    assert flash < FLASH and memory < 2048 - 400  # the Uno's, less room for the stack
    run("gcc", "-O2", HERE / "serial.c", "-lsimavr", "-o", tmp_path / "serial")
    sent = [" ".join(map(str, row)) + "\n" for row in pictures[:3].tolist()]
    sent[1] = "17, 4 new\r\n" + sent[1].replace(" ", "\r\n").replace("255", "999")
    for text, ranking in zip(sent, expected, strict=False):
        answer = run(tmp_path / "serial", tmp_path / "sketch.elf", stdin=text.encode()).decode()
        answer = answer[answer.index(".data\n") + 6 :]  # the simulator speaks first
        assert re.fullmatch(r"(\d\.\d{3} \w   ){2}\d\.\d{3} \w\r\n", answer)
        assert [ord(label) - ord("a") for label in answer.split()[1::2]] == ranking[:3]
