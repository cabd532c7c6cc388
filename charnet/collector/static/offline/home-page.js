// The page as one file, without a server: the same page, its requests answered by ./start.js. What only such a page has is added
// here: it tells what the browser keeps, and makes the files that a server would send.

import { home } from "./start.js";
import "../main.js";
import { byId, closest, element } from "../../../web/elements.js";
import { on } from "../events.js";
import { send } from "../transport.js";

const header = Object.assign(element("a", "button", "As a C header"), { href: "/api/export?to=c", download: "charnet.h" });
const kept = Object.assign(element("p", "soft small-text kept"), { role: "status" });

byId("inout").querySelector(".inside")?.prepend(kept);
byId("inout").querySelector('[href="/api/export?to=json"]')?.after(" ", header);
document.addEventListener("click", (event) => {
  const link = closest(event, 'a[href^="/api/"]');
  if (!(link instanceof HTMLAnchorElement)) return;
  event.preventDefault();
  download(link.getAttribute("href") ?? "", link.download);
});
on("state", async () => {
  const { problem, notice } = (await home).store;
  if (kept.textContent !== (problem || notice)) kept.textContent = problem || notice;
});

/**
 * Have the browser save a file that the page makes.
 * @param {string} address
 * @param {string} name
 */
async function download(address, name) {
  const response = await send(address);
  if (!response.ok) {
    kept.textContent = `That did not work: ${(await response.json()).error}.`;
    return;
  }
  const url = URL.createObjectURL(await response.blob());
  Object.assign(element("a", ""), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
