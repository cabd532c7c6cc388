// A hidden unit as the picture of its input weights: ink that excites it in blue, ink that inhibits it in orange.

// Colours as [red, green, blue]; told apart by those who do not tell red from green.
const COLOURS = { light: { excites: [23, 98, 166], inhibits: [217, 120, 20] }, dark: { excites: [120, 184, 245], inhibits: [244, 160, 72] } };
const dark = matchMedia("(prefers-color-scheme: dark)");

export const onScheme = (act) => dark.addEventListener("change", act);

// `values` row by row, from -scale to scale.
export function paintSigned(canvas, values, { width, height }, scale) {
  [canvas.width, canvas.height] = [width, height];
  canvas.getContext("2d").putImageData(signed(values, width, height, scale), 0, 0);
}

export function signed(values, width, height, scale) {
  const { excites, inhibits } = COLOURS[dark.matches ? "dark" : "light"];
  const pixels = new ImageData(width, height);
  for (let i = 0; i < width * height; i += 1) {
    const strength = Math.min(1, Math.abs(values[i]) / (scale || 1));
    pixels.data.set([...(values[i] > 0 ? excites : inhibits), Math.round(255 * strength)], 4 * i);
  }
  return pixels;
}

export const largest = (values) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

// Hundredths, with their sign.
export const number = (cents) => `${cents < 0 ? "−" : "+"}${(Math.abs(cents) / 100).toFixed(2)}`;
