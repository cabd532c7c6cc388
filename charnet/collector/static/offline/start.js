// Begins a page that has no server: from now on its requests are answered in the page itself.

import { BrowserStore } from "../../../web/browser-store.js";
import { inflate } from "../../../web/files/bytes.js";
import { pictureUrl } from "../../../web/picture.js";
import { answerBy } from "../transport.js";
import { answer } from "./home-routes.js";
import { Home } from "./home.js";
import { PageFile, fromBase64 } from "./page-file.js";

const MOST = 1 << 20; // bytes of the Worker's script

const whole = /** @type {HTMLElement} */ (document.documentElement.cloneNode(true)); // before anything changes it
whole.querySelectorAll(".unpacked").forEach((each) => each.remove());
const page = new PageFile(`<!doctype html>\n${whole.outerHTML}`);

/** The visit, once the browser has found what it keeps. */
export const home = begin();

async function begin() {
  const packed = document.getElementById("worker")?.textContent ?? "";
  const script = new Blob([new Uint8Array(await inflate(fromBase64(packed), "deflate", MOST))], { type: "text/javascript" });
  const store = await BrowserStore.open(page.content.store, page.content.page);
  const opened = new Home(page, store, { startWorker: () => new Worker(URL.createObjectURL(script)), pictureUrl });
  await opened.begin();
  answerBy({
    send: (path, options) => answer(opened, path, options),
    pictureOf: (address) => opened.drawings.pictureAt(address),
  });
  return opened;
}

answerBy({ send: async (path, options) => answer(await home, path, options), pictureOf: () => "" });
