// Lines with round joints, discs and slices of them on a picture {data, width, height}, pixel for pixel as Pillow's
// ImageDraw makes them (its line with joint="curve", ellipse and pieslice; the names and steps are those of its Draw.c),
// so that a drawing looks to the network as it did in training.
// @ts-nocheck the steps are those of C code, and only the two functions that are exported have types

const single = Math.fround; // Pillow computes edges and angles in single precision
const { abs, ceil, cos, floor, max, min, PI, sin, sign, trunc } = Math;
const round = (value) => sign(value) * floor(abs(value) + 0.5); // halves away from zero
const roundUp = (value) => (value >= 0 ? floor(single(value + 0.5)) : -floor(0.5 - value));
const roundDown = (value) => (value >= 0 ? ceil(single(value - 0.5)) : -ceil(-value - 0.5));

/** @import { Picture } from "./ink.js" */

/**
 * Points [x, y] joined by a line `width` pixels wide; a line of more than 4 pixels gets round joints.
 * @type {(picture: Picture, points: number[][], width: number) => void}
 */
export function line(picture, points, width) {
  for (let i = 1; i < points.length; i += 1) {
    wideLine(picture, points[i - 1].map(trunc), points[i].map(trunc), width);
  }
  if (width <= 4) return;
  for (let i = 1; i < points.length - 1; i += 1) joint(picture, points[i - 1], points[i], points[i + 1], width);
}

/**
 * The ellipse that fits into a box from (left, top) to (right, bottom), both included.
 * @type {(picture: Picture, box: number[]) => void}
 */
export function ellipse(picture, box) {
  slice(picture, box, null);
}

function horizontal(picture, left, y, right) {
  if (y < 0 || y >= picture.height) return;
  const [first, last] = [max(left, 0), min(right, picture.width - 1)];
  if (first <= last) picture.data.fill(1, y * picture.width + first, y * picture.width + last + 1);
}

function wideLine(picture, [x0, y0], [x1, y1], width) {
  const [dx, dy] = [x1 - x0, y1 - y0];
  if (dx === 0 && dy === 0) return horizontal(picture, x0, y0, x0);
  const length = Math.sqrt(dx * dx + dy * dy);
  const half = (width - 1) / 2;
  const [most, least] = [floor(half + 0.5) / length, ceil(half - 0.5) / length];
  const down = (value) => (value >= 0 ? ceil(value - 0.5) : -ceil(-value - 0.5));
  const [left, right, above, below] = [down(least * dy), down(most * dy), down(least * dx), down(most * dx)];
  polygon(picture, [
    [x0 - left, y0 + below], [x1 - left, y1 + below], [x1 + right, y1 - above], [x0 + right, y0 - above],
  ]);
}

function polygon(picture, corners) {
  const edges = [];
  let [top, bottom] = [picture.height - 1, 0];
  corners.forEach(([x0, y0], index) => {
    const [x1, y1] = corners[(index + 1) % corners.length];
    const [first, last] = [min(y0, y1), max(y0, y1)];
    [top, bottom] = [min(top, first), max(bottom, last)];
    if (first === last) horizontal(picture, min(x0, x1), first, max(x0, x1));
    else edges.push({ x0, y0, first, last, slope: single((x1 - x0) / (y1 - y0)) });
  });
  for (let y = max(top, 0); y <= min(bottom, picture.height); y += 1) {
    const crossings = crossingsAt(edges, y, bottom);
    for (let i = 1; i < crossings.length; i += 2) {
      horizontal(picture, roundUp(crossings[i - 1]), y, roundDown(crossings[i]));
    }
  }
}

const at = (edge, y) => single(single((y - edge.y0) * edge.slope) + edge.x0);

function crossingsAt(edges, y, bottom) {
  const found = [];
  edges.forEach((edge, index) => {
    if (y < edge.first || y > edge.last) return;
    const x = at(edge, y);
    if (y === edge.last && y < bottom) found.push(x, x);
    else if ((y === edge.first || y === edge.last) && edge.slope !== 0) found.push(corner(edges, index, x, y));
    else found.push(x);
  });
  return found.sort((a, b) => a - b);
}

// Where two edges meet in a flat corner the row reaches as far as the next one does, or a gap would show.
function corner(edges, index, x, y) {
  const edge = edges[index];
  const next = y + (y === edge.last ? -1 : 1);
  for (const other of edges.slice(0, index)) {
    if ((y !== other.first && y !== other.last) || other.slope === 0) continue;
    if (round(x) !== round(at(other, y)) || next < other.first || next > other.last) continue;
    const [a, b] = [at(edge, next), at(other, next)];
    if (x > single(a + 1) && x > single(b + 1)) return round(max(a, b)) + 1;
    if (x < single(a - 1) && x < single(b - 1)) return round(min(a, b)) - 1;
    break;
  }
  return x;
}

function joint(picture, before, point, after, width) {
  const [a, b] = [heading(before, point), heading(point, after)];
  if (a === b) return;
  const flipped = (b > a && b - 180 > a) || (b < a && b + 180 > a);
  const box = [...point.map((value) => value - width / 2 + 1), ...point.map((value) => value + width / 2 - 1)];
  slice(picture, box, flipped ? [b + 90 - 90, a + 90 - 90] : [a - 90 - 90, b - 90 - 90]);
  if (width <= 8) return;
  const side = flipped ? 90 : -90; // the line and the slice may leave gaps on the outer side
  line(picture, [beside(point, a + side, width), point, beside(point, b + side, width)], 3);
}

function heading([x0, y0], [x1, y1]) {
  const degrees = (Math.atan2(x1 - x0, y0 - y1) * (180 / PI)) % 360;
  return degrees < 0 ? degrees + 360 : degrees;
}

function beside([x, y], angle, width) {
  const [turn, distance] = [(angle - 90) * (PI / 180), width / 2 - 1];
  return [x + trunc(distance * cos(turn)), y + trunc(distance * sin(turn))];
}

// The part of an ellipse between two angles in degrees, clockwise from the right; all of it for null.
function slice(picture, box, angles) {
  const [left, top, right, bottom] = box.map(trunc);
  const [a, b] = [right - left, bottom - top];
  if (a < 0 || b < 0 || a + b < 1) return;
  const clips = angles && clipsBetween(a, b, ...normalized(...angles.map(single)));
  for (const [y, ...row] of rowsOf(a, b)) {
    for (const [x0, x1] of clips ? clips(y, ...row) : [row]) {
      if (x0 <= x1) horizontal(picture, left + floor((x0 + a) / 2), top + floor((y + b) / 2), left + floor((x1 + a) / 2));
    }
  }
}

function normalized(from, to) {
  if (single(to - from) >= 360) return [0, 360];
  const start = single((from < 0 ? 360 - (-from % 360) : from) % 360);
  const turn = to < start ? 360 - (single(start - to) % 360) : single(to - start);
  return [start, single(start + (turn % 360))];
}

// [y, first x, last x] of an ellipse around 0, on a grid of half pixels: its outline by Bresenham's steps.
function* rowsOf(a, b) {
  const off = (x, y) => abs(a * a * y * y + b * b * x * x - a * a * b * b);
  let [x, y, row] = [a, b % 2, -1];
  for (;;) {
    if (y > row) {
      row = y;
      for (const side of y > 0 ? [y, -y] : [0]) {
        if (a % 2 > 0 || x > 0) yield [side, a % 2 || 2, x];
        yield [side, -x, -(a % 2)];
      }
    }
    if (x === a % 2 && y === b) return;
    const steps = x > 1 ? [[x, y + 2], [x - 2, y + 2], [x - 2, y]] : [[x, y + 2]];
    [x, y] = steps.reduce((best, step) => (off(...step) < off(...best) ? step : best));
  }
}

// What lies between two angles, as a function from a row to the parts of it.
function clipsBetween(a, b, from, to) {
  if (single(from + 360) === to) return null;
  if (from === to) return () => [];
  const [xl, xr] = [from, to].map((angle) => a * cos((angle * PI) / 180));
  const [yl, yr] = [from, to].map((angle) => b * sin((angle * PI) / 180));
  const halves = [halfPlane(-yl, xl), halfPlane(yr, -xr)];
  if (to - from >= 180) return (y, x0, x1) => halves.map((half) => half(y, x0, x1));
  if (to - from < 90) halves.push(halfPlane((xl + xr) / 2, (yl + yr) / 2));
  return (y, x0, x1) => {
    const parts = halves.map((half) => half(y, x0, x1));
    return [[max(...parts.map(([first]) => first)), min(...parts.map(([, last]) => last))]];
  };
}

// Where a x + b y is at least 0, within a row.
function halfPlane(a, b) {
  return (y, x0, x1) => {
    if (abs(a) < 1e-9) return b * y < -1e-9 ? [1, 0] : [x0, x1];
    const crossing = -(b * y) / a;
    const first = a * x0 + b * y < 1e-9 ? round(max(x0, crossing)) : x0;
    const last = a * x1 + b * y < 1e-9 ? round(min(x1, crossing)) : x1;
    return first <= last ? [first, last] : [1, 0];
  };
}
