"""The header of bytes on the processor of an Arduino Uno, simulated: its size, its memory, its rankings."""

from pathlib import Path

import numpy as np
import pytest
from samples import make_network
from toolchain import STRICT, need, run
from test_c import answers
