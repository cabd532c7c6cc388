// Which letter is explained (what is read, until one is chosen or pointed at), and the sum that makes it likely or not.

import { element } from "../../web/elements.js";
import { number } from "./units.js";

export function makeWhy(onChange) {
  const list = element("div", "pick");
  const sum = element("p", "sum");
  const who = element("p", "small-text soft");
  const shown = element("div", "why-this", list, sum, who);
  list.setAttribute("role", "radiogroup");
  list.setAttribute("aria-label", "Letter to explain");
  let labels = [];
  let chosen = ""; // "" is what is read
  let pointed = null;

  function fill(now) {
    labels = now;
    chosen = labels.includes(chosen) ? chosen : "";
    list.replaceChildren(...["", ...labels].map((label) => {
      const input = element("input", "");
      Object.assign(input, { type: "radio", name: "why", value: label, checked: label === chosen });
      input.addEventListener("change", () => { chosen = label; onChange(); });
      const chip = element("label", "", input, element("span", "", label || "what is read"));
      chip.addEventListener("pointerenter", () => { pointed = label; onChange(); });
      chip.addEventListener("pointerleave", () => { pointed = null; onChange(); });
      return chip;
    }));
  }

  return {
    shown,
    point(label) { pointed = label; onChange(); },
    // The number of the label to explain; none where there is nothing to explain, and no logits.
    choose(now, logits) {
      if (now.join("\0") !== labels.join("\0")) fill(now);
      if (!logits) {
        sum.textContent = "Draw a letter, and see which units speak for it.";
        who.textContent = "";
        return -1;
      }
      const wanted = pointed ?? chosen;
      return wanted ? labels.indexOf(wanted) : logits.indexOf(Math.max(...logits));
    },
    tell(label, shares, bias, likelihood) {
      const units = shares.reduce((total, value) => total + value, 0);
      sum.replaceChildren(element("b", "", label), " ", element("span", "", number(units)), " units ",
        element("span", "", number(bias)), " bias = ", element("b", "total", number(units + bias)),
        ` → ${(100 * likelihood).toFixed(0)}\u00a0%`);
      who.textContent = [spoke(shares, 1, `For ${label}`), spoke(shares, -1, "Against")].filter(Boolean).join(" ");
    },
  };
}

function spoke(shares, sign, title) {
  const some = [...shares.entries()].filter(([, share]) => share * sign > 0)
    .sort(([, one], [, other]) => (other - one) * sign).slice(0, 3);
  return some.length ? `${title}: ${some.map(([unit, share]) => `unit ${unit + 1} (${number(share)})`).join(", ")}.` : "";
}
