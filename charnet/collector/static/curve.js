// The curve of a training: accuracy on what it learns from and on what is held out, against epochs.

const NS = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT] = [360, 150];
const [LEFT, RIGHT, TOP, BOTTOM] = [42, 8, 8, 20];

function svg(name, values, ...inside) {
  const made = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(values)) made.setAttribute(key, value);
  made.append(...inside);
  return made;
}

const x = (epoch, epochs) => LEFT + (epoch / epochs) * (WIDTH - LEFT - RIGHT);
const y = (accuracy) => HEIGHT - BOTTOM - accuracy * (HEIGHT - TOP - BOTTOM);

export function makeCurve() {
  const lines = [0, 0.25, 0.5, 0.75, 1].map((share) =>
    svg("path", { class: "grid", d: `M${LEFT} ${y(share)}H${WIDTH - RIGHT}` }));
  const names = [0, 0.5, 1].map((share) =>
    svg("text", { x: LEFT - 6, y: y(share) + 4, "text-anchor": "end" }, `${100 * share} %`));
  const last = svg("text", { x: WIDTH - RIGHT, y: HEIGHT - 4, "text-anchor": "end" });
  const [learned, held] = ["learned", "held"].map((name) => svg("path", { class: name, d: "" }));
  const dot = svg("circle", { class: "held", r: 4, cx: -10, cy: -10 });
  const drawn = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "curve", role: "img" },
    ...lines, ...names, last, learned, held, dot);

  // `curve` has [epoch, train, validation], validation null where nothing is held out.
  function draw(curve, epochs) {
    last.textContent = epochs ? `epoch ${epochs}` : "";
    learned.setAttribute("d", path(curve, epochs, 1));
    held.setAttribute("d", path(curve, epochs, 2));
    const end = curve.at(-1);
    const known = end !== undefined && end[2] !== null;
    dot.setAttribute("cx", known ? x(end[0], epochs) : -10);
    dot.setAttribute("cy", known ? y(end[2]) : -10);
    drawn.setAttribute("aria-label", end ? described(end) : "Curve of the training: nothing yet");
  }
  draw([], null);
  return { drawn, draw };
}

const percent = (share) => (share === null ? "unknown" : `${Math.round(100 * share)} %`);
const described = ([epoch, learned, held]) => `Curve of the training up to epoch ${epoch}: ${percent(learned)} right of the `
  + `drawings it learns from, ${percent(held)} of those held out`;

function path(curve, epochs, column) {
  const points = curve.filter((row) => row[column] !== null);
  const step = Math.max(1, Math.floor(points.length / WIDTH)); // no more points than pixels
  const some = points.filter((_, index) => index % step === 0 || index === points.length - 1);
  return some.map((row, index) => `${index ? "L" : "M"}${x(row[0], epochs).toFixed(1)} ${y(row[column]).toFixed(1)}`).join("");
}
