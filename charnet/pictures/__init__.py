"""Any picture of a letter, or the pen strokes of one, becomes framed ink."""

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.floating]  # ink or brightness, float32 unless a caller brings more
Grey = npt.NDArray[np.uint8]  # (rows, columns), 0 black to 255 white
Mask = npt.NDArray[np.bool_]
