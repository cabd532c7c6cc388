// The page as one file, without a server: the same page, its requests answered by ./start.js. What only such a page has is added
// here: how long the browser keeps what is drawn, and the network as a C header.

import { home } from "./start.js";
import "../main.js";
import { byId, element, setBanner } from "../../../web/elements.js";
import { t } from "../../../web/words.js";
import { on } from "../events.js";
import { exportLink } from "../import-export-panel.js";
import { saveOnClick } from "../save-file.js";

const panel = byId("inout");
const letters = panel.querySelector('a[href="/api/archive"]');
const header = exportLink(t("As a C header"), "c", "charnet.h");
const kept = Object.assign(element("p", "soft small-text"), { id: "kept" });
const say = (/** @type {string} */ text) => { byId("inout-status").textContent = text; };

byId("class-title").textContent = t("Who draws here?"); // there is no class without a server
byId("files", HTMLInputElement).accept += ",.json";
panel.querySelector(".zone p")?.append(t(", or a network as JSON"));
panel.querySelector('a[href="/api/export?to=json"]')?.parentElement?.append(header);
panel.querySelector(".inside")?.prepend(kept);
saveOnClick(header, say);
if (letters instanceof HTMLAnchorElement) {
  letters.textContent = t("Download your drawings"); // what came with the page is not among them
  saveOnClick(letters, say);
}
on("state", async () => {
  const { problem, notice } = (await home).store;
  kept.textContent = problem || notice;
  if (problem && byId("banner").hidden) setBanner(problem); // which any stroke clears
});
