// The language of the page, chosen at the end of the menu.

import { byId, element } from "../../web/elements.js";
import { chooseLanguage, language, LANGUAGES, t } from "../../web/words.js";
import { makeRoomForMenu } from "./menu-room.js";
import { select } from "./select.js";

export function addLanguages() {
  const list = select("language", t("Language"), Object.entries(LANGUAGES));
  for (const option of list.options) [option.lang, option.translate] = [option.value, false];
  list.value = language;
  list.addEventListener("change", () => chooseLanguage(list.value));
  byId("menu").append(element("label", "language", element("span", "", t("Language")), list));
  makeRoomForMenu();
}
