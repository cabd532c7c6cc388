// The hidden units: a button each, with its picture, how much it is lit, and what it says. A click mutes it.

import { element } from "../../web/elements.js";
import { number, paintSigned } from "./units.js";

const REST = 300; // milliseconds after which those who do not see it are told

export function makeTiles(onMute) {
  const list = element("div", "tiles");
  const clear = element("button", "", "Unmute all");
  const note = element("p", "soft small-text", "Click a unit to mute it.");
  const shown = element("div", "units", list, element("div", "row-of spread", note, clear));
  const muted = new Set();
  let tiles = [];
  let timer = 0;
  list.setAttribute("role", "group");
  list.setAttribute("aria-label", "Hidden units");

  function tell() {
    clear.hidden = !muted.size;
    note.textContent = muted.size ? `${muted.size} of ${tiles.length} muted on this page only.` : "Click a unit to mute it.";
    tiles.forEach(({ tile }, unit) => tile.setAttribute("aria-pressed", String(muted.has(unit))));
    onMute(muted);
  }

  function hang(net) {
    muted.clear();
    const scale = net ? strong(net.reads) : 0;
    tiles = Array.from({ length: net?.hidden ?? 0 }, (_, unit) => {
      const [picture, level, said] = [element("canvas", ""), element("span", "level"), element("span", "said")];
      const tile = element("button", "unit", picture, level, said);
      picture.setAttribute("aria-hidden", "true"); // the button has a name
      paintSigned(picture, net.reads.subarray(unit * net.inputs, (unit + 1) * net.inputs), net.spec, scale);
      tile.addEventListener("click", () => {
        if (!muted.delete(unit)) muted.add(unit);
        tell();
      });
      tile.setAttribute("aria-label", `Unit ${unit + 1}`);
      tile.setAttribute("aria-pressed", "false");
      return { tile, said };
    });
    list.replaceChildren(...tiles.map(({ tile }) => tile));
    list.classList.toggle("many", tiles.length > 40);
    clear.hidden = true;
  }

  // What each unit makes of the drawing, 0 to 1, and in hundredths what it says for a label; null without a drawing.
  function light(hidden, shares, label) {
    clearTimeout(timer);
    tiles.forEach(({ tile, said }, unit) => {
      tile.style.setProperty("--lit", hidden ? hidden[unit] : 0.5);
      tile.classList.toggle("resting", !hidden);
      tile.classList.toggle("against", hidden !== null && shares[unit] < 0);
      said.textContent = hidden ? number(shares[unit]) : "";
    });
    if (!hidden) return;
    timer = setTimeout(() => tiles.forEach(({ tile }, unit) => tile.setAttribute("aria-label",
      `Unit ${unit + 1}, lit ${Math.round(100 * hidden[unit])} %, ${number(shares[unit])} for ${label}`)), REST);
  }

  clear.addEventListener("click", () => { muted.clear(); tell(); });
  return { shown, hang, light };
}

// What is painted at full strength: only the strongest weights in a hundred are stronger.
const strong = (weights) => weights.map(Math.abs).sort()[Math.floor(0.99 * (weights.length - 1))];
