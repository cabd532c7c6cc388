// The least confidence of a sure answer: the network's own, or as one moves it. What one chose is remembered.

import { confidence } from "../../web/doubt.js";
import { element } from "../../web/elements.js";
import { percent } from "../../web/format.js";
import { t } from "../../web/words.js";
import { emit, on } from "./events.js";
import { memory } from "./memory.js";

const STORAGE_KEY = "charnet.sure"; // percent; "" for the network's own

export function makeDoubtSlider() {
  const slider = Object.assign(element("input", ""), { type: "range", min: "0", max: "100", step: "1" });
  const value = element("output", "");
  const [note, reset] = [element("p", "soft small-text"), element("button", "", t("Use its own"))];
  const root = element("div", "doubt-limit", element("label", "", element("span", "", t("Not sure below")), slider, value),
    element("div", "row-of", note, reset));
  let own = 0; // limit of the network
  let current = ""; // how confident the network is about the drawing
  /** @type {number | null} from 0 to 1; null for the network's own */
  let chosen = parse(memory.get(STORAGE_KEY));

  /** @param {number | null} limit */
  function choose(limit) {
    chosen = limit;
    memory.set(STORAGE_KEY, limit === null ? "" : String(Math.round(100 * limit)));
    emit("sure", chosen);
    show();
  }

  function show() {
    const limit = chosen ?? own;
    slider.value = String(Math.round(100 * limit));
    value.textContent = percent(limit);
    slider.setAttribute("aria-valuetext", value.textContent);
    note.textContent = current + t("The network's own limit is {percent}, meant to make 19 of 20 sure answers right.", { percent: percent(own) });
    reset.hidden = chosen === null;
  }

  slider.addEventListener("input", () => choose(Number(slider.value) / 100));
  reset.addEventListener("click", () => { choose(null); slider.focus(); });
  on("network", (network) => {
    root.hidden = !network;
    own = network?.sure ?? 0;
    show();
  });
  on("prediction", (prediction) => {
    const ranking = prediction && !prediction.word ? prediction.ranking : [];
    const sure = confidence(ranking.map(([, likelihood]) => likelihood));
    current = ranking.length ? `${t("This answer's confidence is {percent}.", { percent: percent(sure) })} ` : "";
    show();
  });
  emit("sure", chosen);
  return root;
}

/** @param {string | null} stored */
function parse(stored) {
  const limit = stored ? Number(stored) / 100 : NaN;
  return limit >= 0 && limit <= 1 ? limit : null;
}
