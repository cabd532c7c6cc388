// The square's picture: guide lines, the drawing that is on its way, the drawing, and the keyboard's pen.

const BASELINE = 0.72; // the style sheet puts their names beside them
const X_HEIGHT = 0.38;
export const PEN = 0.036; // width of the line, in sides of the square

export function paint(canvas, { strokes, ghost, example, cursor, drawing }) {
  const { width } = canvas.getBoundingClientRect();
  const side = Math.round(width * devicePixelRatio);
  if (canvas.width !== side) canvas.width = canvas.height = side;
  const style = getComputedStyle(canvas);
  const colour = (name) => style.getPropertyValue(name).trim();
  const pen = canvas.getContext("2d");
  pen.setTransform(side, 0, 0, side, 0, 0); // from here on in sides of the square
  pen.clearRect(0, 0, 1, 1);
  pen.strokeStyle = colour("--guide");
  pen.lineWidth = 1.5 / width;
  guide(pen, BASELINE, []);
  guide(pen, X_HEIGHT, [0.012, 0.012]);
  pen.setLineDash([]);
  pen.lineCap = pen.lineJoin = "round";
  pen.lineWidth = PEN;
  if (!strokes.length && !ghost.length) {
    pen.strokeStyle = colour("--example");
    example.forEach((stroke) => trace(pen, stroke));
  }
  pen.strokeStyle = colour("--guide");
  ghost.forEach((stroke) => trace(pen, stroke));
  pen.strokeStyle = colour("--ink");
  strokes.forEach((stroke) => trace(pen, stroke));
  if (!cursor || document.activeElement !== canvas) return;
  pen.lineWidth = 2.5 / width;
  pen.strokeStyle = colour("--accent");
  pen.beginPath();
  pen.arc(cursor.x, cursor.y, drawing ? PEN / 2 : PEN, 0, 7);
  pen.stroke();
}

function guide(pen, y, dash) {
  pen.setLineDash(dash);
  pen.beginPath();
  pen.moveTo(0.04, y);
  pen.lineTo(0.96, y);
  pen.stroke();
}

function trace(pen, stroke) {
  if (!stroke.length) return;
  pen.beginPath();
  pen.moveTo(stroke[0][0], stroke[0][1]);
  stroke.forEach(([x, y]) => pen.lineTo(x, y));
  pen.stroke(); // a lone point, too, is drawn: its line has round ends
}
