// Grey levels {data, width, height}, 0 black to 255 white -> ink, 0 on paper to 1 for black, or null where nothing is
// drawn. The same as charnet/pictures/paper.py, which says why.

const BLANK = 0.1;
const GRAIN = 6; // levels
const ALONE = 0.6;
const SPIKE = 0.4;
const TILES = 12; // a side, at most
const LEAST = Math.fround(1 / 255);

const single = Math.fround;
const least = (values) => values.reduce((found, value) => Math.min(found, value), Infinity);
const most = (values) => values.reduce((found, value) => Math.max(found, value), -Infinity);

export function toInk(grey) {
  const { width, height } = grey;
  let light = Float32Array.from(grey.data, (value) => value / 255);
  if (looksDark(light, width, height)) light = light.map((value) => 1 - value);
  const paper = Math.max(most(light), LEAST);
  let data = light.map((value) => 1 - single(value / paper));
  if (Math.min(width, height) >= 3 && !isEven(grey.data)) data = level(light, width, height);
  return most(data) - least(data) < BLANK ? null : { data, width, height };
}

function looksDark(light, width, height) {
  const middle = single((least(light) + most(light)) / 2);
  const share = (places) => places.reduce((sum, place) => sum + (light[place] < middle), 0) / places.length;
  const rows = Array.from({ length: width }, (_, x) => [x, (height - 1) * width + x]);
  const columns = Array.from({ length: height }, (_, y) => [y * width, y * width + width - 1]);
  const dark = light.reduce((sum, value) => sum + (value < middle), 0) / light.length;
  return dark + share([...rows, ...columns].flat()) > 1;
}

// Whether the paper is without grain: its level, the commonest, is so by far.
function isEven(grey) {
  const counts = new Uint32Array(256);
  for (const value of grey) counts[value] += 1;
  const most = counts.indexOf(Math.max(...counts));
  const near = counts.slice(Math.max(0, most - GRAIN), most + GRAIN + 1).sort().reverse();
  const all = near.reduce((sum, count) => sum + count, 0);
  return near[0] > ALONE * all && near[1] < SPIKE * near[0];
}

function level(light, width, height) {
  const step = Math.max(1, Math.floor(Math.min(width, height) / 240));
  const grid = Math.min(TILES, Math.max(3, Math.floor(Math.min(width, height) / 5)));
  const fit = surface(sampled(light, width, height, step), grid);
  const data = new Float32Array(light.length);
  for (let y = 0; y < height; y += 1) {
    const [a, b, c] = alongRow(fit, ((y + 0.5) / height) * 2 - 1);
    for (let x = 0; x < width; x += 1) {
      const place = ((x + 0.5) / width) * 2 - 1;
      const paper = Math.max(single(a + b * place + c * place * place), LEAST);
      data[y * width + x] = 1 - single(light[y * width + x] / paper);
    }
  }
  const { data: sample } = sampled(data, width, height, step);
  const noise = Math.min(0.5, 5 * 1.4826 * percentile(sample.map(Math.abs), 50));
  return data.map((value) => Math.max(0, Math.min(1, (value - noise) / (1 - noise))));
}

function sampled(data, width, height, step) {
  const [wide, high] = [Math.ceil(width / step), Math.ceil(height / step)];
  const sample = new Float32Array(wide * high);
  for (let i = 0; i < sample.length; i += 1) sample[i] = data[Math.floor(i / wide) * step * width + (i % wide) * step];
  return { data: sample, width: wide, height: high };
}

// A quadratic surface through the bright pixels of the tiles, fitted again with less weight on those far below it.
function surface(sample, grid) {
  const centre = (index) => ((index + 0.5) / grid) * 2 - 1;
  const [rows, columns] = [edges(sample.height, grid), edges(sample.width, grid)];
  const tiles = Array.from({ length: grid * grid }, (_, index) => {
    const [row, column] = [Math.floor(index / grid), index % grid];
    const tile = [];
    for (let y = rows[row]; y < rows[row + 1]; y += 1) {
      tile.push(...sample.data.subarray(y * sample.width + columns[column], y * sample.width + columns[column + 1]));
    }
    return { terms: quadratic(centre(column), centre(row)), bright: percentile(Float32Array.from(tile), 80), weight: 1 };
  });
  let fit = null;
  for (let round = 0; round < 10; round += 1) {
    fit = leastSquares(tiles);
    for (const tile of tiles) tile.weight = 1 / (1 + Math.abs(dot(tile.terms, fit) - tile.bright) / 0.02);
  }
  return fit;
}

const quadratic = (x, y) => [1, x, y, x * x, x * y, y * y];
const alongRow = (fit, y) => [fit[0] + fit[2] * y + fit[5] * y * y, fit[1] + fit[4] * y, fit[3]];
const dot = (a, b) => a.reduce((sum, value, index) => sum + value * b[index], 0);

// Where `grid` parts begin that differ by one pixel at most, the larger ones first.
function edges(length, grid) {
  const [each, more] = [Math.floor(length / grid), length % grid];
  return Array.from({ length: grid + 1 }, (_, index) => index * each + Math.min(index, more));
}

function percentile(values, share) {
  const sorted = values.sort();
  const place = ((sorted.length - 1) * share) / 100;
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

// By the normal equations and Gaussian elimination: six unknowns that are far from depending on each other.
function leastSquares(tiles) {
  const size = tiles[0].terms.length;
  const table = Array.from({ length: size }, (_, row) => Array.from({ length: size + 1 }, (_, column) =>
    tiles.reduce((sum, { terms, bright, weight }) => sum + weight ** 2 * terms[row] * (terms[column] ?? bright), 0)));
  for (let pivot = 0; pivot < size; pivot += 1) {
    const best = table.slice(pivot).reduce((found, row) => (Math.abs(row[pivot]) > Math.abs(found[pivot]) ? row : found));
    const swapped = table.indexOf(best);
    [table[pivot], table[swapped]] = [table[swapped], table[pivot]];
    for (const row of table) {
      if (row === table[pivot]) continue;
      const factor = row[pivot] / table[pivot][pivot];
      for (let column = pivot; column <= size; column += 1) row[column] -= factor * table[pivot][column];
    }
  }
  return table.map((row, index) => row[size] / row[index]);
}
