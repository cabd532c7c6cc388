// "One step": from one drawing, slowly. What it learns stays in the dialog; the network in use is never touched.

import { byId, element } from "../../web/elements.js";
import { OneStep } from "../../web/training/one-step.js";
import { largeWeight, weightsOf } from "../../web/units.js";
import { t } from "../../web/words.js";
import { largestMagnitude, onColourScheme, paintInk, paintShades } from "./colormap.js";
import { makeDialog } from "./dialogs.js";
import { on } from "./events.js";
import { exampleOf } from "./example.js";
import { makeAgainStage, makeErrorStage, makeUnitStage, makeWeightStage } from "./lesson-stages.js";
import { frameStrokes } from "./local-network.js";
import { makePixelPicker } from "./pixel-picker.js";
import { select, setChoices } from "./select.js";
import { describeVoices } from "./unit-tiles.js";

/** @import { Perceptron } from "../../web/perceptron.js" */
/** @import { Step } from "../../web/training/one-step.js" */
/** @import { LocalPrediction } from "./local-network.js" */
/** @import { Taught } from "./lesson-stages.js" */

const SETTINGS = { lr: 0.02, weightDecay: 0, labelSmoothing: 0 };
const MORE = 100;
const still = matchMedia("(prefers-reduced-motion: reduce)");

export function mountLesson() {
  const { body, toggle, whenOpen } = makeDialog("one-step", t("One step of learning"), "", "");
  const opener = element("button", "", t("One step …"));
  const ink = element("canvas", "");
  const source = element("figcaption", "");
  const target = select("lesson-target", t("It is"), []);
  const unit = select("lesson-unit", t("Hidden unit"), []);
  const [unitInk, picker] = [element("canvas", ""), makePixelPicker((pixel) => choose({ pixel }))];
  const gradient = element("canvas", "");
  const again = makeAgainStage();
  const stages = [makeErrorStage(), makeUnitStage(), makeWeightStage(SETTINGS.lr), again];
  const where = Object.assign(element("h3", ""), { id: "lesson-stage" });
  const [back, next, more] = [element("button", "", t("Back")), element("button", "main", t("Next")), element("button", "", t("{count} more like this", { count: MORE }))];
  const picture = (/** @type {HTMLElement} */ shown, /** @type {string | HTMLElement} */ caption) =>
    element("figure", "unit-picture", shown, typeof caption === "string" ? element("figcaption", "", caption) : caption);
  const choice = element("label", "lesson-choice", element("span", "", t("Hidden unit")), unit);
  const pictures = [picture(ink, source), picture(unitInk, t("The unit's weights")), picture(picker.root, t("Pick a pixel of your ink")),
    picture(gradient, t("Gradient of its weights"))];
  const note = element("p", "soft small-text", t("The network in use stays as it is. Train does the same with all drawings, many times, and with "
    + "two brakes that are left out here: label smoothing and weight decay."));
  const shown = element("div", "lesson-given", element("label", "lesson-choice", element("span", "", t("It is")), target),
    element("div", "unit-pictures", ...pictures), choice);
  const told = element("div", "lesson-told", where, ...stages.map(({ root }) => root), element("div", "tools", back, next, more), note);
  body.append(element("div", "lesson", shown, told));
  for (const canvas of [ink, unitInk, gradient]) canvas.setAttribute("role", "img");
  [unitInk.ariaLabel, gradient.ariaLabel] = [t("The unit's weights"), t("Gradient of the unit's weights")];
  where.setAttribute("aria-live", "polite");
  opener.setAttribute("aria-haspopup", "dialog");
  byId("views").append(opener);

  /** @type {Perceptron | null} the network in use */
  let current = null;
  /** @type {LocalPrediction | null} */
  let prediction = null;
  /** @type {{net: Perceptron, ink: ArrayLike<number> | null} | null} what the dialog was opened with; a training may end meanwhile */
  let given = null;
  let asked = ""; // the label that was to be drawn
  /** @type {Taught | null} */
  let taught = null;
  let stage = 0;
  /** @type {OneStep | null} */
  let learner = null;
  let steps = 0;
  let frame = 0;

  on("network", (network) => {
    current = network?.net ?? null;
    opener.hidden = !current;
  });
  on("activations", (latest) => { prediction = latest; });
  on("state", ({ plan }) => { asked = plan.label ?? ""; });
  opener.addEventListener("click", () => open());
  target.addEventListener("change", () => begin());
  unit.addEventListener("change", () => choose({ unit: Number(unit.value) }));
  back.addEventListener("click", () => go(stage - 1));
  next.addEventListener("click", () => go(stage + 1));
  more.addEventListener("click", () => settle());
  whenOpen((isOpen) => { if (!isOpen) cancelAnimationFrame(frame); });
  onColourScheme(() => show());

  function open() {
    if (!current) return;
    given = { net: current, ink: prediction?.ink ?? null };
    const { labels } = current.spec;
    const read = prediction ? prediction.logits.indexOf(Math.max(...prediction.logits)) : 0;
    setChoices(target, labels.map((label, output) => [String(output), label]));
    target.value = String(labels.includes(asked) ? labels.indexOf(asked) : read);
    toggle(true);
    begin();
  }

  /** The drawing in the square or, without one, an example of the target, and the first step from it. */
  async function begin() {
    cancelAnimationFrame(frame);
    if (!given) return;
    const [lesson, output] = [given, Number(target.value)];
    const { net } = lesson;
    const framed = lesson.ink ?? await exampleInk(net, net.spec.labels[output]);
    if (lesson !== given || output !== Number(target.value)) return; // chosen anew meanwhile
    ink.ariaLabel = source.textContent = lesson.ink ? t("Your drawing") : t("An example of {label}", { label: net.spec.labels[output] });
    learner = new OneStep(net, SETTINGS);
    const step = learner.step(framed, output);
    steps = 1;
    const first = largestIndex(step.dSums);
    setChoices(unit, Array.from(step.dSums, (_, h) => [String(h), `${h + 1}: ${describeVoices(net, h)}`]));
    unit.value = String(first);
    taught = { net, ink: framed, target: output, step, unit: first, pixel: largestIndex(gradientOf(step, net, first)) };
    again.update(taught, step, steps);
    go(0);
  }

  /** @param {{unit?: number, pixel?: number}} changes */
  function choose(changes) {
    if (taught) taught = { ...taught, ...changes };
    show();
  }

  /** @param {number} to - a stage */
  function go(to) {
    stage = Math.max(0, Math.min(stages.length - 1, to));
    const onNext = document.activeElement === next;
    show();
    if (onNext && next.hidden) more.focus();
  }

  function show() {
    if (!taught) return;
    const { net: network, ink: framed, step, unit: h, pixel } = taught;
    where.textContent = t("{number} of {total}: {title}", { number: stage + 1, total: stages.length, title: stages[stage].title });
    stages.forEach(({ root }, index) => { root.hidden = index !== stage; });
    const current = stages[stage];
    if ("show" in current) current.show(taught);
    choice.hidden = stage !== 1 && stage !== 2;
    pictures.forEach((each, index) => { each.hidden = [[0], [0, 1], [1, 2, 3], [0]][stage].includes(index) === false; });
    back.setAttribute("aria-disabled", String(stage === 0));
    next.hidden = stage === stages.length - 1;
    more.hidden = !next.hidden;
    const weights = weightsOf(network, h);
    const slopes = gradientOf(step, network, h);
    paintInk(ink, framed, network.spec);
    paintShades(unitInk, weights, network.spec, largeWeight(weights));
    paintShades(gradient, slopes, network.spec, largestMagnitude(slopes) || 1);
    picker.show(network.spec, pixel, (canvas) => paintInk(canvas, framed, network.spec));
  }

  /** Steps until it has settled, one with each frame; without motion, at once. */
  function settle() {
    cancelAnimationFrame(frame);
    const end = steps + MORE;
    const advance = () => {
      if (!taught || !learner) return;
      /** @type {Step} */
      let step;
      do {
        step = learner.step(taught.ink, taught.target);
        steps += 1;
      } while (still.matches && steps < end);
      again.update(taught, step, steps);
      if (steps < end) frame = requestAnimationFrame(advance);
    };
    advance();
  }
}

/** @type {(step: Step, net: Perceptron, unit: number) => Float64Array} */
const gradientOf = ({ gradient }, net, unit) => weightsOf({ ...net, inputWeights: gradient.inputWeights }, unit);

/** @param {Float64Array} values */
const largestIndex = (values) => values.reduce((best, value, index) => (Math.abs(value) > Math.abs(values[best]) ? index : best), 0);

/** @type {(net: Perceptron, label: string) => Promise<ArrayLike<number>>} */
async function exampleInk({ spec, inputs }, label) {
  const strokes = await exampleOf(label);
  return strokes.length ? frameStrokes(strokes, spec).ink : new Float64Array(inputs);
}
