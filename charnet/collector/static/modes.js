// What is drawn, and how: chosen on the page, above the square.

import { element, part, show } from "../../web/elements.js";
import { writer } from "./memory.js";
import { on } from "./news.js";

const MODES = { draw: "Guided", analyze: "Analyze", free: "Free play", game: "Game" };
const COUNTS = [1, 3, 5, 10, 20, 50, 0];
const USUAL = 3; // drawings of each letter
const option = (value, text) => Object.assign(element("option", "", text), { value });
const each = (n) => (n ? `${n} each` : "no end");
const select = (id, label, options = []) => {
  const made = Object.assign(element("select", "", ...options), { id });
  made.setAttribute("aria-label", label);
  return made;
};

// `choose(mode, letters, count)` makes it so; `who()` asks for the writer's name.
export function mountModes({ choose, who }) {
  const mode = select("mode", "Mode", Object.entries(MODES).map(([value, text]) => option(value, text)));
  const wanted = select("wanted", "Letters to draw");
  const count = select("count", "How many");
  const name = Object.assign(element("button", "who"), { id: "who" });
  let plan = null;
  let labels = [];
  part("modes").replaceChildren(mode, wanted, count, name);
  mode.addEventListener("change", () => ask());
  wanted.addEventListener("change", () => ask());
  count.addEventListener("change", () => ask());
  name.addEventListener("click", who);
  part("more").addEventListener("click", () => ask());
  on("writer", showName);
  showName();

  function ask() {
    const guided = mode.value === "draw" || mode.value === "analyze";
    const letters = wanted.value === "" ? labels : wanted.value.split("\n");
    choose(mode.value, guided ? letters : [], guided ? Number(count.value || USUAL) : 0);
  }

  function showName() {
    name.textContent = writer() || "Who draws?";
    name.setAttribute("aria-label", writer() ? `${writer()} draws here: change` : "Who draws? Give a name");
  }

  return {
    reset() { plan = null; },
    show(state) {
      const text = JSON.stringify([state.plan.mode, state.plan.letters, state.plan.total, state.plan.done, Object.keys(state.counts)]);
      if (text === plan) return;
      plan = text;
      labels = Object.keys(state.counts);
      const { letters, total, done } = state.plan;
      const guided = state.plan.mode === "draw" || state.plan.mode === "analyze";
      mode.value = state.plan.mode;
      wanted.hidden = count.hidden = !guided;
      const each_ = total === null ? 0 : Math.round(total / letters.length);
      if (guided) fill(letters, each_);
      show("more", done);
      part("more").textContent = state.plan.mode === "game" ? "Play again" : "Draw more";
    },
  };

  function fill(letters, n) {
    const all = letters.length === labels.length && labels.length > 1;
    const value = all ? "" : letters.join("\n");
    const some = letters.length > 1 && !all ? [option(value, letters.join(" "))] : [];
    wanted.replaceChildren(option("", "all letters"), ...some, ...labels.map((label) => option(label, label)));
    wanted.value = value;
    const counts = COUNTS.includes(n) ? COUNTS : [n, ...COUNTS];
    count.replaceChildren(...counts.map((value) => option(String(value), each(value))));
    count.value = String(n);
  }
}
