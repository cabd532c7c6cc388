// The wall: what a class draws, as it arrives. It looks at all of the latest each time, since a drawing may be taken back.

import { element, part, show, warn } from "./web/elements.js";
import * as api from "./api.js";
import { hideSecret } from "./secret.js";

const POLL = 1000; // milliseconds
const PEOPLE = 24; // writers that are shown
const tiles = new Map(); // label/name -> its element

function showLatest(latest) {
  const names = new Set(latest.map(({ label, name }) => `${label}/${name}`));
  for (const [name, tile] of tiles) {
    if (names.has(name)) continue;
    tile.remove();
    tiles.delete(name);
  }
  for (const sample of latest) { // the oldest first
    const name = `${sample.label}/${sample.name}`;
    if (tiles.has(name)) continue;
    tiles.set(name, tileOf(sample));
    part("latest").prepend(tiles.get(name));
  }
  show("none", tiles.size === 0);
}

function tileOf({ label, writer, address }) {
  const picture = Object.assign(new Image(), { src: address, alt: `${label}${writer ? ` by ${writer}` : ""}` });
  return element("li", "", picture, element("b", "", label), element("span", "soft", writer));
}

function showCounts(own, counts) {
  const most = Math.max(1, ...Object.values(own));
  const starters = Object.keys(counts).some((label) => counts[label] > own[label]);
  const rows = Object.entries(own).map(([label, n]) => {
    const bar = element("span", "level");
    bar.style.setProperty("--share", String(n / most));
    return element("li", n ? "" : "none", element("b", "", label), bar, element("span", "", String(n)));
  });
  part("letters").replaceChildren(...rows);
  const sum = (of) => Object.values(of).reduce((all, n) => all + n, 0);
  const beside = starters ? ` · ${(sum(counts) - sum(own)).toLocaleString("en")} starter letters` : "";
  part("total").textContent = `${sum(own).toLocaleString("en")} drawn by hand${beside}`;
}

function showWriters(writers) {
  const rows = Object.entries(writers).sort(([one, few], [other, many]) => many - few || one.localeCompare(other));
  show("people", rows.length > 0);
  const rest = rows.length - PEOPLE;
  const items = rows.slice(0, PEOPLE).map(([name, n]) => element("li", "", element("b", "", name), element("span", "", `${n}`)));
  part("writers").replaceChildren(...items, ...(rest > 0 ? [element("li", "soft", `and ${rest} more`)] : []));
}

function showInvitation(address, code) {
  show("invitation", code !== null);
  if (code === null || part("code").src === code) return;
  part("code").src = code;
  part("address").textContent = address.replace("http://", "");
}

let shown = "";

async function look() {
  try {
    const found = await api.wall();
    warn("");
    if (JSON.stringify(found) !== shown) {
      shown = JSON.stringify(found);
      showLatest(found.latest);
      showCounts(found.own, found.counts);
      showWriters(found.writers);
      showInvitation(found.address, found.code);
    }
  } catch (error) {
    if (!(error instanceof api.Refused || error instanceof api.Gone)) throw error;
    warn("The program does not answer. What is drawn shows up here when it is back.");
  }
  setTimeout(look, POLL);
}

hideSecret();
look();
