// Whether the bar has room for all of the menu, which depends on the language and on who draws; else a button opens it.

import { byId } from "../../web/elements.js";
import { on } from "./events.js";

const LEAST = 1152; // pixels of the window's width, below which the bar is for the steps

/** From now on, once the menu has its buttons. */
export function makeRoomForMenu() {
  addEventListener("resize", fit);
  on("writer", fit);
  on("state", fit); // may tell of other rights
  fit();
}

function fit() {
  const { classList } = document.body;
  classList.add("roomy");
  const bar = byId("menu").parentElement;
  if (innerWidth < LEAST || (bar && bar.getBoundingClientRect().right > innerWidth + 1)) classList.remove("roomy");
}
